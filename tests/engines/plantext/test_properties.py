"""Nothing crashes the reader, its offsets give its quotes, its time is linear."""

import contextlib
import io
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engines.plantext.sentences import CASES
from tests.engines.plantext.test_sentences import HEAD

from hatangso.engines.plantext import PlanReading, read_plan
from hatangso.engines.plantext.document_tables import MAX_COLUMNS, Cell, spread
from hatangso.engines.plantext.documents import DocumentError, text_of

PLAN = (Path(__file__).parent / "plans" / "decision-with-plan.txt").read_text(encoding="utf-8")
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)

fragments = st.sampled_from(
    [
        *[case.text for case in CASES], "II. MỤC TIÊU", "III. NHIỆM VỤ", "VI. TỔ CHỨC THỰC HIỆN",
        "1. Sở Xây dựng", "- Chủ trì, phối hợp với Sở A", "Phần I", "a) ", "- ", "¹ Hiện trạng:",
        "100%", "đạt", "từ", "lên", "năm 2025", "(", ")", ";", ",", ":", "|", " | 5 | 6 | 7 |",
        "KẾ HOẠCH", "TM. ỦY BAN NHÂN DÂN", "Nơi nhận:", "Số: /KH-UBND", "ngày tháng năm 2023",
        "tất cả", "1.000.000.000.000.000.000", "999999999999%", "0/0 thôn", "٣%", "²%", "½", "%%%",
    ]
)  # fmt: skip
glue = st.sampled_from(["\n", "\n\n", " ", "", "\r\n", "\f", "\u2028", "; ", ". "])
plan_like = st.lists(st.tuples(fragments, glue), max_size=25).map(
    lambda pairs: "".join(a + b for a, b in pairs)
)
mangled = st.tuples(st.integers(0, len(PLAN)), st.integers(0, len(PLAN)), st.text(max_size=20)).map(
    lambda cut: PLAN[: min(cut[:2])] + cut[2] + PLAN[max(cut[:2]) :]
)


def check(text: str) -> PlanReading:
    reading = read_plan(text)
    for record in (
        *reading.targets, *reading.baselines, *reading.statements, *reading.tasks,
        *reading.header.carries_out, *reading.header.legal_bases, *reading.header.amends,
    ):  # fmt: skip
        assert 0 <= record.start < record.end <= len(text)
        assert text[record.start : record.end] == record.quote
    for record in (*reading.targets, *reading.baselines, *reading.tasks):
        assert 0 <= record.confidence <= 1
        assert record.section is None or 0 <= record.section < len(reading.sections)
    for index, section in enumerate(reading.sections):
        assert 0 <= section.start <= section.end <= len(text)
        assert section.parent is None or section.parent < index
    reading.to_dict()
    return reading


@CALM
@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    check(text)


@CALM
@given(plan_like)
def test_pieces_of_plans_in_any_order(text: str) -> None:
    check(text)


@CALM
@given(mangled)
def test_a_plan_with_a_piece_replaced(text: str) -> None:
    check(text)


@CALM
@given(st.lists(st.integers(0, len(PLAN) - 1), max_size=40))
def test_a_plan_with_accents_taken_apart(places: list[int]) -> None:
    import unicodedata

    chars = list(PLAN)
    for place in places:
        chars[place] = unicodedata.normalize("NFD", chars[place])
    check("".join(chars))


FORMS = sorted(p for p in (Path(__file__).parent / "forms").iterdir() if p.stat().st_size < 45_000)
cuts = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=12)), min_size=1, max_size=6
)


def spoilt(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for place, length, put in changes:
        at = int(place * len(data))
        data = data[:at] + put + data[at + length :]
    return data


@CALM
@given(st.sampled_from(FORMS), cuts)
def test_a_damaged_file_of_any_kind_is_read_or_refused(
    file: Path, changes: list[tuple[float, int, bytes]]
) -> None:
    with contextlib.suppress(DocumentError):
        text_of(spoilt(file.read_bytes(), changes), file.name)


@CALM
@given(st.sampled_from([p for p in FORMS if p.suffix in {".docx", ".odt"}]), cuts)
def test_a_whole_archive_of_damaged_parts_is_read_or_refused(
    file: Path, changes: list[tuple[float, int, bytes]]
) -> None:
    stored = io.BytesIO()
    with zipfile.ZipFile(file) as given_archive, zipfile.ZipFile(stored, "w") as made:
        for name in given_archive.namelist():
            data = given_archive.read(name)
            made.writestr(name, spoilt(data, changes) if name.endswith(".xml") else data)
    with contextlib.suppress(DocumentError):
        text_of(stored.getvalue(), file.name)


@CALM
@given(
    st.lists(
        st.lists(
            st.builds(
                Cell, st.text("ab \n", max_size=4), st.integers(1, 300), st.integers(0, 6000)
            ),
            max_size=6,
        ),
        max_size=8,
    )
)
def test_any_cells_make_a_table(rows: list[list[Cell]]) -> None:
    said = [[cell.text for cell in row] for row in rows]
    spread_out = spread(rows)
    assert len(spread_out) == len(said)
    assert all(len(row) <= MAX_COLUMNS + 300 for row in spread_out)


def test_decomposed_text_reads_the_same() -> None:
    import unicodedata

    whole = check(PLAN)
    apart = check(unicodedata.normalize("NFD", PLAN))
    assert [(t.indicator, t.value, t.comparator) for t in apart.targets] == [
        (t.indicator, t.value, t.comparator) for t in whole.targets
    ]
    assert [len(t.bodies) for t in apart.tasks] == [len(t.bodies) for t in whole.tasks]


def seconds(text: str) -> float:
    best = float("inf")
    for _ in range(2):
        begin = time.process_time()
        read_plan(text)
        best = min(best, time.process_time() - begin)
    return best


def long_plan(copies: int) -> str:
    """A plan with its parts repeated, not the plan repeated: that would be cut at the second."""
    goals = "\n".join(f"- {case.text}" for case in CASES)
    tasks = "1. Sở Xây dựng\n- Chủ trì, phối hợp với Sở Tài chính và UBND các huyện thực hiện.\n"
    return (
        "KẾ HOẠCH\nPhát triển hạ tầng số giai đoạn 2023 - 2025\n\nI. MỤC TIÊU\n\n"
        + (goals + "\n") * copies
        + "\nII. TỔ CHỨC THỰC HIỆN\n\n"
        + tasks * (8 * copies)
    )


def test_ten_times_the_text_takes_less_than_fifteen_times_as_long() -> None:
    seconds(long_plan(1))
    assert seconds(long_plan(10)) < 15 * seconds(long_plan(1))


def test_one_endless_paragraph_is_linear_too() -> None:
    def paragraph(copies: int) -> str:
        return "MỤC TIÊU\n" + "100% thôn có sóng và 70% hộ, " * copies

    seconds(paragraph(10))
    assert seconds(paragraph(1_000)) < 15 * seconds(paragraph(100))


def test_numbers_brackets_and_headings_without_end_are_linear() -> None:
    for piece in ("(", "1.", "- ", "I. A\n", "đạt ", "phối hợp với Sở A, ", "năm 2025 ", "a\n\n"):
        text = "II. MỤC TIÊU\n" + piece * 500
        seconds(text)
        assert seconds("II. MỤC TIÊU\n" + piece * 5_000) < max(15 * seconds(text), 0.5), piece


@pytest.mark.parametrize(
    "said",
    [
        "Mục tiêu " + "năm , " * 20 + "xã:",
        "đến, " * 40 + "x:",
        "5% hộ có Internet; là " + "la " * 40 + "x 7%",
        "5% hộ có Internet; " + "tháng 1/2023 " * 40 + "x 7%",
        "5% hộ, 6% thôn; tỷ lệ " + "tháng 2/2023 " * 40 + "lần lượt x 7% và 8%",
    ],
)
def test_words_of_time_repeated_without_end_are_read(said: str) -> None:
    """Each took more than a minute while a word could be matched in two ways."""
    assert read_plan(HEAD + said + "\n").header.period_end == 2025
