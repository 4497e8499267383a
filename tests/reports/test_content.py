"""What the report says, on facts made by hand."""

from datetime import date
from decimal import Decimal

import pytest
from tests.reports import example

from hatangso.indicators.rules import Conflict, ConflictKind, State
from hatangso.reports import wording
from hatangso.reports.annexes import CONFLICTS, annex_number
from hatangso.reports.content import (
    conflict_sentence,
    furthest_first,
    plan_reference,
    report_content,
    result_sentence,
)
from hatangso.reports.records import PlanFacts, ReportContent, ReportFacts


def all_words(content: ReportContent) -> str:
    parts = [content.subject, *content.legal_bases, content.opening, *content.overview]
    parts += [item for group in content.groups for item in (group.lead, *group.items)]
    parts += [*content.cascade, *content.cascade_items, *content.maps, content.closing]
    parts += [word for part in content.sections for word in (*part.sentences, *part.items)]
    for annex in content.annexes:
        parts += annex.notes
        for table in annex.tables:
            parts += [cell.text for row in table.rows for cell in row]
    return "\n".join(parts)


def test_a_rolled_up_result_says_its_parts_its_marks_and_what_is_missing():
    first = example.facts().results[0]
    assert result_sentence(first) == (
        "Tỷ lệ thôn, bản được phủ sóng băng rộng di động: 80,95% (34/42 thôn; năm 2024; kê khai; "
        "tổng hợp từ 4/5 đơn vị); mục tiêu đến năm 2025: tối thiểu 95%; chưa đạt, còn thiếu 6 thôn."
    )


def test_a_published_result_lacks_points_never_things():
    speed = example.facts().results[1]
    assert "số công bố" in result_sentence(speed)
    assert "chưa đạt, còn thiếu 5,59 Mb/s" in result_sentence(speed)


def test_unknown_stays_unknown():
    unknown = example.facts().results[-1]
    assert unknown.state is State.NO_DATA
    assert result_sentence(unknown) == (
        "Tỷ lệ hộ gia đình có truy nhập Internet: chưa có số liệu; "
        "mục tiêu đến năm 2025: tối thiểu 90%."
    )


def test_a_target_of_the_level_above_says_whose_it_is():
    inherited = example.result(
        example.HOUSEHOLDS, example.goal("90"), None, inherited=True, owner="Tỉnh Đá Bạc"
    )
    assert "(theo kế hoạch của tỉnh Đá Bạc)" in result_sentence(inherited)


def test_the_overview_counts_every_state():
    content = report_content(example.facts())
    assert (
        "6 mục tiêu: 2 mục tiêu đạt, 2 mục tiêu chưa đạt, 2 mục tiêu chưa có số liệu"
        in (content.overview[0])
    )
    assert [cell.number for cell in content.summary.rows[-1][1:]] == [6, 2, 2, 2]


def test_legal_bases_end_with_semicolons_and_the_last_with_a_full_stop():
    bases = report_content(example.facts()).legal_bases
    assert len(bases) == 3
    assert all(base.endswith(";") for base in bases[:-1])
    assert bases[-1] == (
        "Căn cứ Kế hoạch số 12/KH-UBND ngày 05 tháng 01 năm 2023 của Ủy ban nhân dân tỉnh Đá Bạc "
        "về phát triển hạ tầng số trên địa bàn tỉnh Đá Bạc."
    )


def test_a_law_is_no_basis_before_it_took_effect():
    bases = report_content(example.facts(on=date(2023, 12, 31))).legal_bases
    assert not any("Luật Viễn thông" in base for base in bases)


def test_a_plan_without_a_number_is_said_to_have_none():
    plan = PlanFacts("Phát triển hạ tầng số", "/KH-UBND", "2023-11", "UBND thị trấn Cao Lộc")
    assert plan_reference(plan) == (
        "Kế hoạch tháng 11 năm 2023 của Ủy ban nhân dân thị trấn Cao Lộc về phát triển hạ tầng số "
        "(văn bản không ghi số)"
    )


def test_what_is_furthest_from_its_target_comes_first():
    behind = furthest_first(example.facts().results)
    assert [result.indicator.code for result in behind] == [
        example.VILLAGES.code,
        example.SPEED.code,
    ]


@pytest.mark.parametrize(
    ("conflict", "text"),
    [
        (
            Conflict(ConflictKind.LOWER, "xã A", "tỉnh B", "i", Decimal(70), Decimal(80), "%"),
            "Chỉ tiêu I: xã A đặt 70%, yêu cầu thấp hơn mục tiêu 80% của tỉnh B.",
        ),
        (
            Conflict(ConflictKind.HIGHER, "xã A", "tỉnh B", "i", Decimal(100), Decimal(95), "%"),
            "Chỉ tiêu I: xã A đặt 100%, yêu cầu cao hơn mục tiêu 95% của tỉnh B.",
        ),
        (
            Conflict(ConflictKind.MISSING, "xã A", "tỉnh B", "i", None, Decimal(98), "%"),
            "Chỉ tiêu I: kế hoạch của xã A chưa đặt mục tiêu; kế hoạch của tỉnh B là 98%.",
        ),
        (
            Conflict(ConflictKind.PLAN_ABSENT, "xã A", "UBND huyện C", reference="195/KH-UBND"),
            "Kế hoạch số 195/KH-UBND của UBND huyện C, mà kế hoạch của xã A căn cứ để thực hiện, "
            "chưa có trong hệ thống nên chưa đối chiếu được.",
        ),
    ],
)
def test_a_conflict_is_a_sentence_that_can_be_pasted(conflict: Conflict, text: str):
    facts = example.facts(indicator_names={"i": "Chỉ tiêu I"})
    assert conflict_sentence(conflict, facts) == text


@pytest.mark.parametrize("kind", list(ConflictKind))
def test_every_kind_of_conflict_has_a_sentence_and_a_word(kind: ConflictKind):
    one = Conflict(kind, "xã A", "tỉnh B", "i", Decimal(70), Decimal(80), "%", reference="1/KH")
    facts = example.facts(indicator_names={"i": "Chỉ tiêu I"}, conflicts=(one,))
    (told,) = report_content(facts).cascade_items
    assert told.endswith(".")
    assert "tỉnh B" in told
    assert kind.value not in told
    assert kind in CONFLICTS


def test_many_conflicts_move_to_an_annex_that_the_body_cites():
    one = example.facts().conflicts[0]
    content = report_content(example.facts(conflicts=(one,) * 30))
    assert content.cascade_items == ()
    number = annex_number(content.annexes, "cascade")
    assert f"(Phụ lục {number} kèm theo)" in content.cascade[0]
    assert len(content.annexes[-1].tables[0].rows) == 30


def test_every_table_says_its_unit_of_measure_and_its_period():
    content = report_content(example.facts())
    tables = [content.summary, *(table for annex in content.annexes for table in annex.tables)]
    assert len(tables) == 5
    for table in tables:
        assert table.unit_line.startswith("Đơn vị tính: ")
        assert table.period_line == "Kỳ báo cáo: đến ngày 31/12/2024"
        assert {len(row) for row in table.rows} <= {1, len(table.head)}
        assert len(table.widths) == len(table.head)


def test_units_below_show_what_is_behind_and_what_is_unknown():
    content = report_content(example.facts())
    table = next(annex for annex in content.annexes if annex.key == "below").tables[0]
    shown = {row[1].text: row[2].text for row in table.rows}
    assert shown == {
        "Mục tiêu": "≥ 95%",
        "Xã Suối Hoa": "100",
        "Xã Đồi Thông": "▼ 75",
        "Phường Bến Cũ": "▼ 50",
        "Xã Khe Sậy": "–",
        "Xã Ruộng Thượng": "▼ 90",
    }


def test_with_no_figure_below_there_is_no_empty_annex_but_a_sentence():
    facts = example.facts()
    bare = tuple(type(unit)(unit.name, {}) for unit in facts.below)
    content = report_content(example.facts(below=bare))
    assert "below" not in {annex.key for annex in content.annexes}
    assert "Chưa có số liệu của 5 đơn vị cấp xã trực thuộc" in all_words(content)


def test_a_unit_that_has_ended_names_its_successors():
    content = report_content(
        example.facts(ended_on=date(2025, 7, 1), successors=("Phường Kỳ Lừa",))
    )
    assert "kết thúc hoạt động từ ngày 01/07/2025" in content.overview[0]
    assert "phường Kỳ Lừa" in content.overview[0]


def test_a_unit_without_any_target_is_told_why():
    content = report_content(
        example.facts(groups=(), plans=(), conflicts=(), tasks=(), maps=(), below=())
    )
    assert "Chưa có mục tiêu nào áp dụng" in content.overview[0]
    assert content.legal_bases[-1].endswith(".")


def test_the_last_sentence_ends_the_document():
    assert report_content(example.facts()).closing.endswith("./.")


def test_the_mark_of_made_up_figures_is_only_on_made_up_ones():
    made_up, real = example.facts(), example.facts(made_up=False)
    assert wording.MADE_UP in report_content(made_up).made_up_mark
    assert report_content(real).made_up_mark == ""


def test_no_word_is_left_in_english():
    words = all_words(report_content(example.facts()))
    for word in ("None", "Mbps", "per 100", "yes/no", "declared", "Decimal"):
        assert word not in words


def test_the_facts_are_counted_once():
    facts: ReportFacts = example.facts()
    assert len(facts.results) == sum(len(group.results) for group in facts.groups)


def test_proposals_follow_from_the_figures_and_from_nothing_else():
    *_, proposals = report_content(example.facts()).sections
    assert proposals.title == "Đề xuất, kiến nghị"
    text = " ".join(proposals.items)
    assert "doanh nghiệp viễn thông ưu tiên đầu tư cho 2 mục tiêu" in text
    assert "1 đơn vị chưa gửi đủ số liệu (xã Khe Sậy)" in text
    assert "kèm tử số và mẫu số" in text
    assert "Cung cấp Kế hoạch số 7/KH-UBND của UBND huyện Đá" in text
    *_, empty = report_content(example.facts(groups=(), conflicts=())).sections
    assert empty.items == ()
    assert empty.sentences == ()
