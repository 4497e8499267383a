"""The report in words: from facts to sentences, tables and annexes. Pure.

Every sentence says only what the facts hold. What is not known is written as not known, and is
never counted as zero or as behind.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from hatangso.indicators.rules import Conflict, ConflictKind, Goal
from hatangso.reports import wording
from hatangso.reports.annexes import annex_number, annexes_of
from hatangso.reports.records import (
    Cell,
    Group,
    GroupFacts,
    MapFacts,
    Picture,
    PlanFacts,
    ReportContent,
    ReportFacts,
    ResultFacts,
    Table,
)
from hatangso.reports.sections import LEVELS, furthest_first, sections_of

#: Laws that every such report stands on, from the day on which each took effect.
LAWS = (
    (date(2024, 7, 1), "Luật Viễn thông số 24/2023/QH15 ngày 24 tháng 11 năm 2023"),
    (
        date(2024, 12, 24),
        "Nghị định số 163/2024/NĐ-CP ngày 24 tháng 12 năm 2024 của Chính phủ quy định chi tiết "
        "một số điều và biện pháp thi hành Luật Viễn thông",
    ),
)
#: Differences that no number alone shows, by their value.
OTHER_CONFLICTS = {
    "other_definition": "hai kế hoạch dùng hai cách tính khác nhau",
    "other_year": "hai mục tiêu cho hai năm khác nhau",
    "other_unit": "hai kế hoạch dùng đơn vị tính khác nhau",
    "adds_up_lower": "mục tiêu của các đơn vị cấp dưới cộng lại không đạt mục tiêu cấp trên",
}
#: Conflicts that are told in the body; where there are more, the annex lists them.
MOST_CONFLICTS = 10


def report_content(facts: ReportFacts) -> ReportContent:
    """Write the report of a unit on a day."""
    maps = tuple(_map(item, number) for number, item in enumerate(facts.maps, 2))
    annexes = annexes_of(facts, maps, MOST_CONFLICTS)
    return ReportContent(
        letterhead=facts.letterhead,
        subject=_subject(facts),
        legal_bases=_legal_bases(facts),
        opening=_opening(facts),
        overview=_overview(facts),
        summary=_summary(facts),
        chart=_chart(facts),
        maps=tuple(
            f"{item.text} (Phụ lục {annex_number(annexes, 'map')} kèm theo)." for item in maps
        ),
        groups=tuple(_group(group, tell_owner=facts.own_plan) for group in facts.groups),
        cascade=_cascade_lead(facts, annex_number(annexes, "cascade")),
        cascade_items=tuple(
            conflict_sentence(item, facts) for item in facts.conflicts[:MOST_CONFLICTS]
        )
        if len(facts.conflicts) <= MOST_CONFLICTS
        else (),
        sections=sections_of(facts, annex_number(annexes, "tasks")),
        closing=_closing(facts),
        annexes=annexes,
        annex_reference=f"Báo cáo số {facts.letterhead.number or '     '}/"
        f"{facts.letterhead.symbol} "
        f"{wording.day_in_words(facts.letterhead.signed_on, facts.letterhead.year)} của "
        f"{issuer_name(facts)}",
        made_up_mark=f"{wording.MADE_UP} - KHÔNG DÙNG LÀM VĂN BẢN CHÍNH THỨC"
        if facts.made_up
        else "",
    )


def issuer_name(facts: ReportFacts) -> str:
    """Name of the body that issues, as it stands inside a sentence."""
    words = " ".join(facts.letterhead.body.split())
    if words.upper().startswith("ỦY BAN NHÂN DÂN"):
        return f"Ủy ban nhân dân {wording.in_sentence(facts.unit)}"
    return words if not words.isupper() else words.capitalize()


def plan_reference(plan: PlanFacts) -> str:
    """Write how a document cites a plan: kind, number, date, issuer and what it is about."""
    about = " ".join(plan.title.split()).strip('"“” ')
    if about.lower().startswith("kế hoạch"):
        about = about[len("kế hoạch") :].strip('"“” ')
    about = about[:1].lower() + about[1:]
    if about.startswith("về "):
        about = about[3:]
    numbered = bool(plan.number) and not plan.number.startswith("/")
    words = f"Kế hoạch số {plan.number}" if numbered else "Kế hoạch"
    if plan.issued_on:
        words += f" {wording.partial_day_in_words(plan.issued_on)}"
    words += f" của {plan.issuer.replace('UBND', 'Ủy ban nhân dân')}"
    if about:
        words += f" về {about}"
    return words if numbered else f"{words} (văn bản không ghi số)"


def result_sentence(result: ResultFacts, *, tell_owner: bool = True) -> str:
    """Write one target's result: the value with its period and marks, the target, the gap.

    `tell_owner` names the level above whose target it is, where it is not the unit's own.
    """
    indicator, figure = result.indicator, result.figure
    wanted = wording.goal(result.goal, indicator.unit, indicator.direction)
    target = f"mục tiêu{_by_year(result.goal)}: {wanted}"
    if result.inherited and tell_owner:
        target += f" (theo kế hoạch của {wording.in_sentence(result.owner)})"
    if figure is None:
        return f"{indicator.name}: {wording.UNKNOWN}; {target}."
    aside = [wording.period(figure.period), *wording.marks(figure)]
    if figure.numerator is not None and figure.denominator is not None:
        parts = f"{wording.number(figure.numerator)}/{wording.number(figure.denominator)}"
        counted = f" {indicator.counted}" if indicator.kind == "ratio" else ""
        aside.insert(0, parts + counted)
    if whole := wording.completeness(figure):
        aside.append(whole)
    value = wording.quantity(figure.value, indicator.unit)
    verdict = wording.STATES[result.state].lower()
    if wording.is_unmet(result.state):
        missing = wording.gap(result.gap, indicator.unit, indicator.direction, indicator.counted)
        verdict = verdict if indicator.unit == "yes/no" else f"{verdict}, {missing}"
    return f"{indicator.name}: {value} ({'; '.join(aside)}); {target}; {verdict}."


def conflict_sentence(conflict: Conflict, facts: ReportFacts) -> str:
    """Write one difference between a unit's plan and that of the level above."""
    child, parent = (wording.in_sentence(name) for name in (conflict.child, conflict.parent))
    if conflict.kind is ConflictKind.PLAN_ABSENT:
        by = f" của {parent}" if parent else ""
        return (
            f"Kế hoạch số {wording.reference(conflict.reference)}{by}, mà kế hoạch của {child} "
            "căn cứ để thực hiện, chưa có trong hệ thống nên chưa đối chiếu được."
        )
    name = facts.indicator_names.get(conflict.indicator, conflict.indicator)
    theirs = wording.quantity(conflict.parent_value or Decimal(0), conflict.unit)
    if conflict.kind is ConflictKind.MISSING:
        return f"{name}: kế hoạch của {child} chưa đặt mục tiêu; kế hoạch của {parent} là {theirs}."
    ours = wording.quantity(conflict.child_value or Decimal(0), conflict.unit)
    if conflict.kind not in {ConflictKind.LOWER, ConflictKind.HIGHER}:
        why = OTHER_CONFLICTS.get(conflict.kind, "hai mục tiêu khác nhau")
        of = f"{child} đặt {ours}" if child else f"các kế hoạch cấp dưới đặt {ours}"
        return f"{name}: {of}, {parent} đặt {theirs}; {why}."
    less = conflict.kind is ConflictKind.LOWER
    compared = "yêu cầu thấp hơn" if less else "yêu cầu cao hơn"
    return f"{name}: {child} đặt {ours}, {compared} mục tiêu {theirs} của {parent}."


def _by_year(goal: Goal) -> str:
    return f" đến năm {goal.year}" if goal.year else ""


def _subject(facts: ReportFacts) -> str:
    period = next((plan.period for plan in facts.plans if plan.period), "")
    span = f" giai đoạn {period}" if period else ""
    return (
        f"Kết quả thực hiện Kế hoạch phát triển hạ tầng số{span}\ntrên địa bàn "
        f"{wording.in_sentence(facts.unit)} (số liệu đến ngày {wording.day(facts.on)})"
    )


def _legal_bases(facts: ReportFacts) -> tuple[str, ...]:
    bases = [f"Căn cứ {words}" for start, words in LAWS if facts.on >= start]
    bases += [f"Căn cứ {plan_reference(plan)}" for plan in facts.plans]
    return tuple(base + (";" if base is not bases[-1] else ".") for base in bases)


def _opening(facts: ReportFacts) -> str:
    return (
        f"{issuer_name(facts)} báo cáo kết quả thực hiện các mục tiêu phát triển hạ tầng số trên "
        f"địa bàn, số liệu tính đến ngày {wording.day(facts.on)}, như sau:"
    )


def _counts(results: Iterable[ResultFacts]) -> Counter[str]:
    return Counter(wording.verdict(result.state) for result in results)


def _counted(results: tuple[ResultFacts, ...]) -> str:
    counts = _counts(results)
    return ", ".join(
        f"{counts[verdict]} mục tiêu {verdict.lower()}"
        for verdict in wording.VERDICTS
        if counts[verdict]
    )


def _overview(facts: ReportFacts) -> tuple[str, ...]:
    results = facts.results
    unit = wording.in_sentence(facts.unit)
    if not results:
        return (
            f"Chưa có mục tiêu nào áp dụng cho {unit}: trong hệ thống không có kế hoạch của đơn "
            "vị này và của cấp trên còn hiệu lực.",
        )
    said = [
        f"Đến ngày {wording.day(facts.on)}, {unit} có {len(results)} mục tiêu: {_counted(results)}."
    ]
    inherited = sum(result.inherited for result in results)
    if inherited:
        owners = ", ".join(
            dict.fromkeys(wording.in_sentence(each.owner) for each in results if each.inherited)
        )
        said.append(
            f"Trong đó {inherited} mục tiêu áp dụng theo kế hoạch của cấp trên, do kế hoạch của "
            f"{unit} không đặt mục tiêu tương ứng."
            if facts.own_plan
            else f"Các mục tiêu áp dụng theo kế hoạch của {owners}, do {unit} chưa có kế hoạch "
            "riêng trong hệ thống."
        )
    unconfirmed = sum(result.unconfirmed for result in results)
    if unconfirmed:
        said.append(
            f"Có {unconfirmed} mục tiêu do máy đọc từ văn bản kế hoạch và được xác nhận theo quy "
            "tắc, chưa có người xác nhận; cần đối chiếu với bản gốc trước khi ký."
        )
    if facts.ended_on is not None:
        after = ", ".join(wording.in_sentence(name) for name in facts.successors)
        into = f", địa bàn nay thuộc {after}" if after else ""
        said.append(
            f"{facts.unit} kết thúc hoạt động từ ngày {wording.day(facts.ended_on)}{into}; số liệu "
            "trong báo cáo là số liệu cuối cùng của đơn vị cũ."
        )
    return (" ".join(said),)


def _summary(facts: ReportFacts) -> Table:
    rows = []
    for group in facts.groups:
        rows.append(_summary_row(group.label, group.results))
    rows.append(_summary_row("Tổng cộng", facts.results))
    return Table(
        title="Bảng 1. Kết quả thực hiện theo nhóm mục tiêu",
        unit_line="Đơn vị tính: mục tiêu",
        period_line=f"Kỳ báo cáo: đến ngày {wording.day(facts.on)}",
        head=("Nhóm mục tiêu", "Tổng số", "Đạt", "Chưa đạt", "Chưa có số liệu"),
        rows=tuple(rows),
        widths=(0.44, 0.14, 0.12, 0.14, 0.16),
    )


def _summary_row(label: str, results: tuple[ResultFacts, ...]) -> tuple[Cell, ...]:
    counts = _counts(results)
    numbers = [len(results), *(counts[verdict] for verdict in wording.VERDICTS)]
    return (
        Cell(label),
        *(Cell(wording.number(count), Decimal(count), "center") for count in numbers),
    )


def _group_lead(results: tuple[ResultFacts, ...]) -> str:
    counts = _counts(results)
    if len(counts) == 1:
        all_of = "đều " if len(results) > 1 else ""
        return f"Nhóm có {len(results)} mục tiêu, {all_of}{next(iter(counts)).lower()}."
    return f"Nhóm có {len(results)} mục tiêu, trong đó {_counted(results)}."


def _group(group: GroupFacts, *, tell_owner: bool) -> Group:
    return Group(
        title=group.label,
        lead=_group_lead(group.results),
        items=tuple(result_sentence(result, tell_owner=tell_owner) for result in group.results),
    )


def charted(results: Iterable[ResultFacts]) -> list[ResultFacts]:
    """Targets that the chart shows: those with a figure, milestones aside, which have no length."""
    return [
        result
        for result in results
        if result.figure is not None and result.indicator.kind != "milestone"
    ]


def _chart(facts: ReportFacts) -> Picture | None:
    known = charted(facts.results)
    if not known:
        return None
    behind = furthest_first(known)
    text = f"Hình 1 so sánh {len(known)} chỉ tiêu có số liệu với mục tiêu của từng chỉ tiêu."
    if behind:
        first = behind[0]
        figure = first.figure
        value = wording.quantity(figure.value, first.indicator.unit) if figure else ""
        wanted = wording.goal(first.goal, first.indicator.unit, first.indicator.direction)
        text += f" Còn xa mục tiêu nhất là “{first.indicator.name}”: {value}, mục tiêu {wanted}."
    return Picture(
        caption="Hình 1. Kết quả so với mục tiêu của từng chỉ tiêu",
        text=text,
        alternative="Biểu đồ thanh ngang. " + " ".join(result_sentence(item) for item in known),
    )


def _map(facts: MapFacts, number: int) -> Picture:
    known = [area for area in facts.areas if area.figure is not None]
    level = LEVELS.get(facts.level, "đơn vị")
    name, unit = facts.indicator.name, facts.indicator.unit
    text = (
        f"Hình {number} thể hiện chỉ tiêu “{name}” theo {level} của "
        f"{wording.in_sentence(facts.within)}: {len(known)}/{len(facts.areas)} đơn vị có số liệu"
    )
    if known:
        ranked = sorted((area.figure.value, area.name) for area in known if area.figure is not None)
        (low, lowest), (high, highest) = ranked[0], ranked[-1]
        if unit != "yes/no" and low != high:
            text += (
                f"; thấp nhất {wording.quantity(low, unit)} ({wording.in_sentence(lowest)}), "
                f"cao nhất {wording.quantity(high, unit)} ({wording.in_sentence(highest)})"
            )
    if len(known) < len(facts.areas):
        text += "; đơn vị chưa có số liệu được gạch chéo"
    return Picture(
        caption=f"Hình {number}. {name}, theo {level} của {wording.in_sentence(facts.within)}",
        text=text,
        alternative=f"Bản đồ phân lớp màu. {text}.",
    )


def _cascade_lead(facts: ReportFacts, annex: str) -> tuple[str, ...]:
    if not facts.conflicts:
        return (
            "Đối chiếu các kế hoạch có trong hệ thống, không phát hiện khác biệt giữa mục tiêu "
            "của cấp dưới và mục tiêu của cấp trên.",
        )
    words: dict[str, str] = {
        ConflictKind.LOWER: "mục tiêu thấp hơn cấp trên",
        ConflictKind.HIGHER: "mục tiêu cao hơn cấp trên",
        ConflictKind.MISSING: "mục tiêu của cấp trên chưa có trong kế hoạch cấp dưới",
        "other_definition": "mục tiêu theo định nghĩa khác",
        "other_year": "mục tiêu cho năm khác",
        "other_unit": "mục tiêu theo đơn vị tính khác",
        "adds_up_lower": "mục tiêu cấp dưới cộng lại thấp hơn",
        ConflictKind.PLAN_ABSENT: "kế hoạch trung gian chưa có trong hệ thống",
    }
    told = Counter(
        words.get(conflict.kind, "khác biệt về cách tính, năm, đơn vị tính hoặc tổng số")
        for conflict in facts.conflicts
    )
    found = "; ".join(f"{count} {text}" for text, count in told.items())
    many = len(facts.conflicts) > MOST_CONFLICTS
    end = f"{found} (Phụ lục {annex} kèm theo)." if many else f"{found}, cụ thể:"
    return (f"Đối chiếu mục tiêu của kế hoạch các cấp, phát hiện: {end}",)


def _closing(facts: ReportFacts) -> str:
    return (
        f"Trên đây là báo cáo kết quả đến ngày {wording.day(facts.on)} thực hiện Kế hoạch phát "
        f"triển hạ tầng số trên địa bàn {wording.in_sentence(facts.unit)}./."
    )
