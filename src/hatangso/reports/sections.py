"""The parts of a report that people complete: tasks, difficulties, next steps, proposals. Pure.

What is computed follows from the facts alone; each part ends with a place for people's words.
"""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from hatangso.indicators.rules import ConflictKind, State
from hatangso.reports import wording
from hatangso.reports.annexes import has_figures_below
from hatangso.reports.records import ReportFacts, ResultFacts, Section

#: What the units of a level are called together.
LEVELS = {
    "province": "đơn vị cấp tỉnh",
    "district": "đơn vị cấp huyện",
    "commune": "đơn vị cấp xã",
    "village": "thôn, tổ dân phố",
}
#: Groups of indicators whose works telecom operators build.
OPERATORS_BUILD = {"mobile", "fixed", "passive"}


def furthest_first(results: Iterable[ResultFacts]) -> list[ResultFacts]:
    """Targets that are behind, the largest gap relative to its target first."""

    def share(result: ResultFacts) -> Decimal:
        missing = result.gap.points if result.gap else Decimal(0)
        return missing / abs(result.goal.value) if result.goal.value else missing

    behind = [result for result in results if wording.is_unmet(result.state)]
    return sorted(behind, key=share, reverse=True)


def sections_of(facts: ReportFacts, task_annex: str) -> tuple[Section, ...]:
    """Parts III to VI: tasks, difficulties, what comes next, proposals."""
    return (
        Section(
            title="Tình hình thực hiện nhiệm vụ, giải pháp",
            tag="nhiem-vu",
            sentences=_task_sentences(facts, task_annex),
            items=(),
            prompt="Nêu kết quả chính của từng nhiệm vụ, việc đã xong, việc chậm và lý do.",
        ),
        Section(
            title="Khó khăn, vướng mắc",
            tag="kho-khan",
            sentences=_data_difficulties(facts),
            items=(),
            prompt="Nêu khó khăn, vướng mắc trong tổ chức thực hiện và nguyên nhân.",
        ),
        Section(
            title="Nhiệm vụ trong thời gian tới",
            tag="thoi-gian-toi",
            sentences=_next_lead(facts),
            items=_next_items(facts),
            prompt="Nêu nhiệm vụ trọng tâm, cơ quan chủ trì và thời hạn.",
        ),
        Section(
            title="Đề xuất, kiến nghị",
            tag="kien-nghi",
            sentences=_proposal_lead(facts),
            items=_proposals(facts),
            prompt="Nêu đề xuất, kiến nghị với cơ quan cấp trên và doanh nghiệp viễn thông.",
        ),
    )


def _task_sentences(facts: ReportFacts, annex: str) -> tuple[str, ...]:
    if not facts.tasks:
        return ("Chưa có danh mục nhiệm vụ của kế hoạch trong hệ thống.",)
    dated = sum(bool(task.due) for task in facts.tasks)
    leads = Counter(body for task in facts.tasks for body in task.lead)
    said = f"Kế hoạch giao {len(facts.tasks)} nhiệm vụ, giải pháp"
    said += f", trong đó {dated} nhiệm vụ có thời hạn" if dated else ""
    said += f" (Phụ lục {annex} kèm theo)."
    if leads:
        most = [f"{body} ({count} nhiệm vụ)" for body, count in leads.most_common(3)]
        said += f" Cơ quan chủ trì nhiều nhiệm vụ nhất: {', '.join(most)}."
    return (said,)


def _data_difficulties(facts: ReportFacts) -> tuple[str, ...]:
    said = []
    unknown = [result for result in facts.results if result.state is State.NO_DATA]
    if unknown:
        said.append(
            f"Về số liệu: {len(unknown)}/{len(facts.results)} mục tiêu chưa có số liệu nên chưa "
            "đánh giá được."
        )
    bare = [
        result
        for result in facts.results
        if wording.is_unmet(result.state) and result.figure is not None and result.figure.published
    ]
    if bare:
        said.append(
            f"{len(bare)} mục tiêu chưa đạt chỉ có số công bố, không kèm tử số và mẫu số, nên chỉ "
            "tính được mức còn thiếu theo điểm, chưa quy được ra số thôn, số hộ hoặc số thuê bao."
        )
    if facts.below and facts.results and not has_figures_below(facts):
        level = LEVELS.get(facts.below_level, "đơn vị cấp dưới")
        said.append(
            f"Chưa có số liệu của {len(facts.below)} {level} trực thuộc cho các mục tiêu trong báo "
            "cáo này, nên chưa lập được phụ lục số liệu theo địa bàn."
        )
    missing = sorted(
        {name for result in facts.results if result.figure for name in result.figure.missing}
    )
    if missing:
        said.append(f"{len(missing)} đơn vị chưa gửi đủ số liệu: {wording.listed(tuple(missing))}.")
    return tuple(said)


def _next_lead(facts: ReportFacts) -> tuple[str, ...]:
    if any(wording.is_unmet(result.state) for result in facts.results):
        return ("Tập trung hoàn thành các mục tiêu chưa đạt, theo mức còn thiếu từ lớn đến nhỏ:",)
    return ()


def _next_items(facts: ReportFacts) -> tuple[str, ...]:
    items = []
    for result in furthest_first(facts.results):
        indicator = result.indicator
        missing = wording.gap(result.gap, indicator.unit, indicator.direction, indicator.counted)
        wanted = wording.goal(result.goal, indicator.unit, indicator.direction)
        if indicator.unit == "yes/no":
            items.append(f"{indicator.name}: {missing}.")
        else:
            items.append(f"{indicator.name}: {missing} để {_reach(wanted)}.")
    unknown = sum(result.state is State.NO_DATA for result in facts.results)
    if unknown:
        items.append(
            f"Thu thập số liệu cho {unknown} mục tiêu chưa có số liệu (Phụ lục I kèm theo)."
        )
    lower = sum(conflict.kind is ConflictKind.LOWER for conflict in facts.conflicts)
    absent = sum(conflict.kind is ConflictKind.MISSING for conflict in facts.conflicts)
    if lower or absent:
        counted = [f"{lower} mục tiêu thấp hơn"] if lower else []
        counted += [f"{absent} mục tiêu chưa có"] if absent else []
        items.append(
            "Xem xét điều chỉnh kế hoạch để thống nhất với mục tiêu của cấp trên nêu tại mục II "
            f"({', '.join(counted)})."
        )
    return tuple(items)


def _proposal_lead(facts: ReportFacts) -> tuple[str, ...]:
    return ("Từ số liệu nêu trên, đề xuất, kiến nghị:",) if _proposals(facts) else ()


def _proposals(facts: ReportFacts) -> tuple[str, ...]:
    """Proposals that follow from the figures alone; people add their own below."""
    items = []
    late = [
        result.indicator.name
        for result in furthest_first(facts.results)
        if result.indicator.group in OPERATORS_BUILD
    ]
    if late:
        names = wording.listed(tuple(f"“{name}”" for name in late), 3, "mục tiêu khác")
        items.append(
            f"Các doanh nghiệp viễn thông ưu tiên đầu tư cho {len(late)} mục tiêu hạ tầng viễn "
            f"thông chưa đạt: {names}."
        )
    silent = sorted(
        {name for result in facts.results if result.figure for name in result.figure.missing}
    )
    if silent:
        items.append(
            f"{len(silent)} đơn vị chưa gửi đủ số liệu "
            f"({wording.listed(tuple(map(wording.in_sentence, silent)))}) bổ sung trước kỳ báo cáo "
            "sau."
        )
    if any(
        result.figure is not None and result.figure.published and wording.is_unmet(result.state)
        for result in facts.results
    ):
        items.append(
            "Cơ quan công bố số liệu cung cấp kèm tử số và mẫu số, để quy phần còn thiếu ra số "
            "thôn, số hộ hoặc số thuê bao."
        )
    absent = dict.fromkeys(
        f"{wording.reference(conflict.reference)}"
        + (f" của {wording.in_sentence(conflict.parent)}" if conflict.parent else "")
        for conflict in facts.conflicts
        if conflict.kind is ConflictKind.PLAN_ABSENT
    )
    items += [f"Cung cấp Kế hoạch số {plan} để đối chiếu mục tiêu các cấp." for plan in absent]
    return tuple(items)


def _reach(wanted: str) -> str:
    """Join a target to "để": "để đạt tối thiểu 95%", "để đạt 95%"."""
    return wanted if wanted.startswith("đạt") else f"đạt {wanted}"
