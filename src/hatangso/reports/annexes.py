"""The annexes of a report: all targets, the units below, where figures come from, tasks. Pure."""

from collections.abc import Sequence

from hatangso.indicators import rules
from hatangso.indicators.rules import Conflict, ConflictKind, Goal
from hatangso.reports import wording
from hatangso.reports.records import (
    Annex,
    Cell,
    IndicatorFacts,
    Picture,
    ReportFacts,
    ResultFacts,
    Table,
    UnitFacts,
)

#: Columns of indicators that fit across a landscape page.
ACROSS = 7
BELOW_TARGET = "▼"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")

LEVEL_HEADS = {
    "province": "Đơn vị cấp tỉnh",
    "district": "Đơn vị cấp huyện",
    "commune": "Đơn vị cấp xã",
    "village": "Thôn, tổ dân phố",
}
#: By value, as the finer kinds are younger than this room.
CONFLICTS: dict[str, str] = {
    ConflictKind.LOWER: "Thấp hơn cấp trên",
    ConflictKind.HIGHER: "Cao hơn cấp trên",
    ConflictKind.MISSING: "Chưa đặt mục tiêu",
    "other_definition": "Khác định nghĩa",
    "other_year": "Khác năm",
    "other_unit": "Khác đơn vị tính",
    "adds_up_lower": "Cấp dưới cộng lại thấp hơn",
    ConflictKind.PLAN_ABSENT: "Thiếu văn bản",
}


def annexes_of(
    facts: ReportFacts, maps: tuple[Picture, ...], most_conflicts: int
) -> tuple[Annex, ...]:
    """Annexes in order; one that would be empty is left out, the first never is.

    The conflicts between plans make an annex only where the body does not list them, above
    `most_conflicts`.
    """
    found = [_targets(facts)]
    if maps:
        found.append(Annex("map", "Bản đồ theo địa bàn", pictures=maps, landscape=False))
    if has_figures_below(facts):
        found.append(_units_below(facts))
    if facts.results:
        found.append(_sources(facts))
    if facts.tasks:
        found.append(_tasks(facts))
    if len(facts.conflicts) > most_conflicts:
        found.append(_cascade(facts))
    return tuple(found)


def has_figures_below(facts: ReportFacts) -> bool:
    """Whether any unit below has a figure for any target of the report."""
    return any(
        result.indicator.code in unit.figures for unit in facts.below for result in facts.results
    )


def annex_number(annexes: Sequence[Annex], key: str) -> str:
    """Roman number of the annex that holds something, as the body cites it; else empty."""
    return next((ROMAN[i] for i, annex in enumerate(annexes) if annex.key == key), "")


def _period_line(facts: ReportFacts) -> str:
    return f"Kỳ báo cáo: đến ngày {wording.day(facts.on)}"


def _targets(facts: ReportFacts) -> Annex:
    rows: list[tuple[Cell, ...]] = []
    count = 0
    for group in facts.groups:
        rows.append((Cell(group.label),))
        for result in group.results:
            count += 1
            rows.append(_target_row(count, result))
    table = Table(
        title="",
        unit_line="Đơn vị tính: ghi tại từng chỉ tiêu",
        period_line=_period_line(facts),
        head=(
            "TT",
            "Chỉ tiêu",
            "Đơn vị tính",
            "Mục tiêu",
            "Đến năm",
            "Kết quả",
            "Kỳ số liệu",
            "Loại số liệu",
            "Đánh giá",
            "Còn thiếu",
            "Theo kế hoạch",
        ),
        rows=tuple(rows),
        widths=(0.035, 0.23, 0.065, 0.075, 0.05, 0.07, 0.11, 0.09, 0.085, 0.09, 0.1),
    )
    return Annex("targets", "Kết quả thực hiện từng mục tiêu", tables=(table,))


def _target_row(count: int, result: ResultFacts) -> tuple[Cell, ...]:
    indicator, figure = result.indicator, result.figure
    yes_no = indicator.unit == "yes/no"
    sign = wording.goal_sign(result.goal, indicator.unit, indicator.direction)
    missing = wording.gap(result.gap, indicator.unit, indicator.direction, indicator.counted)
    return (
        Cell(str(count), align="center"),
        Cell(indicator.name),
        Cell(wording.unit_name(indicator.unit), align="center"),
        Cell(
            sign if yes_no else f"{sign.split()[0]} {wording.number(result.goal.value)}",
            result.goal.value,
            "right",
        ),
        Cell(str(result.goal.year or ""), align="center"),
        _value_cell(figure, indicator),
        Cell(wording.period(figure.period) if figure else "", align="center"),
        Cell(", ".join(wording.marks(figure)) if figure else "", align="center"),
        Cell(wording.STATES[result.state], align="center"),
        Cell(
            "" if figure is None or missing == "đạt" else missing.removeprefix("còn thiếu "),
            align="center",
        ),
        Cell(_plan_cell(result), align="center"),
    )


def _plan_cell(result: ResultFacts) -> str:
    return (
        f"{result.plan} (của {wording.in_sentence(result.owner)})"
        if result.inherited
        else (result.plan)
    )


def _value_cell(figure: rules.Value | None, indicator: IndicatorFacts) -> Cell:
    if figure is None:
        return Cell("–", align="right")
    if indicator.unit == "yes/no":
        return Cell("đã xong" if figure.value >= 1 else "chưa xong", figure.value, "right")
    return Cell(wording.number(figure.value), figure.value, "right")


def _units_below(facts: ReportFacts) -> Annex:
    known = {code for unit in facts.below for code in unit.figures}
    shown = [result for result in facts.results if result.indicator.code in known]
    head = LEVEL_HEADS.get(facts.below_level, "Đơn vị")
    silent = tuple(unit.name for unit in facts.below if not unit.figures)
    notes = [
        f"Ghi chú: dấu {BELOW_TARGET} là chưa đạt mục tiêu; dấu “–” là {wording.UNKNOWN}, không "
        f"phải bằng 0. Mục tiêu là mục tiêu chung của {wording.in_sentence(facts.unit)}."
    ]
    if silent:
        names = wording.listed(tuple(map(wording.in_sentence, silent)), 12)
        notes.append(f"{len(silent)} đơn vị {wording.UNKNOWN}: {names}.")
    # Tables of about as many columns each, rather than full ones and a rest.
    each = -(-len(shown) // -(-len(shown) // ACROSS))
    tables = [
        _below_table(facts, head, shown[start : start + each])
        for start in range(0, len(shown), each)
    ]
    return Annex(
        key="below",
        title=f"Số liệu theo {head[:1].lower()}{head[1:]}",
        tables=tuple(tables),
        notes=tuple(notes),
    )


def _below_table(facts: ReportFacts, head: str, shown: Sequence[ResultFacts]) -> Table:
    goals = tuple(
        Cell(
            wording.goal_sign(item.goal, item.indicator.unit, item.indicator.direction),
            align="right",
        )
        for item in shown
    )
    rows = [(Cell(""), Cell("Mục tiêu"), *goals)]
    for count, unit in enumerate(facts.below, 1):
        rows.append(
            (
                Cell(str(count), align="center"),
                Cell(wording.capital(unit.name)),
                *(_below_cell(unit, item) for item in shown),
            )
        )
    first = (0.04, 0.21)
    each = (1 - sum(first)) / max(len(shown), 3)
    widths = (0.04, 1 - 0.04 - each * len(shown), *(each for _ in shown))
    return Table(
        title="",
        unit_line="Đơn vị tính: ghi tại từng cột",
        period_line=_period_line(facts),
        head=(
            "TT",
            head,
            *(
                f"{item.indicator.name} ({wording.unit_name(item.indicator.unit)})"
                for item in shown
            ),
        ),
        rows=tuple(rows),
        widths=widths,
    )


def _below_cell(unit: UnitFacts, item: ResultFacts) -> Cell:
    figure = unit.figures.get(item.indicator.code)
    cell = _value_cell(figure, item.indicator)
    if figure is None or _reached(item.goal, item.indicator, figure):
        return cell
    return Cell(f"{BELOW_TARGET} {cell.text}", cell.number, cell.align)


def _reached(goal: Goal, indicator: IndicatorFacts, figure: rules.Value) -> bool:
    measure = rules.Measure(
        code=indicator.code,
        kind=indicator.kind,
        unit=indicator.unit,
        direction=indicator.direction,
        rollup="",
    )
    return rules.met(measure, goal, figure.value)


def _sources(facts: ReportFacts) -> Annex:
    rows: list[tuple[Cell, ...]] = []
    count = 0
    for group in facts.groups:
        rows.append((Cell(group.label),))
        for result in group.results:
            count += 1
            rows.append(_source_row(count, result))
    table = Table(
        title="",
        unit_line="Đơn vị tính: ghi tại từng chỉ tiêu",
        period_line=_period_line(facts),
        head=(
            "TT",
            "Chỉ tiêu",
            "Cách tính",
            "Tử số / mẫu số",
            "Kỳ và loại số liệu",
            "Nguồn số liệu",
            "Mức đầy đủ",
        ),
        rows=tuple(rows),
        widths=(0.04, 0.22, 0.2, 0.12, 0.13, 0.17, 0.12),
    )
    notes = (
        "Phương pháp: chỉ tiêu tỷ lệ của một đơn vị được tính bằng tổng tử số chia tổng mẫu số của "
        "các đơn vị cấp dưới, không lấy trung bình các tỷ lệ. Số công bố không kèm tử số, mẫu số "
        "chỉ được so sánh, không cộng dồn. Tốc độ chỉ tính từ các lần đo.",
        "Đánh giá: chỉ tiêu càng cao càng tốt là đạt khi bằng hoặc cao hơn mục tiêu; chỉ tiêu càng "
        "thấp càng tốt là đạt khi bằng hoặc thấp hơn mục tiêu. Đơn vị chưa có số liệu không được "
        "tính là 0.",
        "Loại số liệu: kê khai là do cơ quan, doanh nghiệp báo cáo; đo kiểm là đo tại thực địa; dự "
        "báo là tính bằng mô hình; ước tính là phân bổ theo tỷ lệ khi đơn vị hành chính thay đổi; "
        "số công bố là số không kèm tử số, mẫu số.",
    )
    return Annex("sources", "Nguồn số liệu và phương pháp tính", tables=(table,), notes=notes)


def _method(indicator: IndicatorFacts) -> str:
    if indicator.kind == "milestone":
        return "Hoàn thành khi mọi đơn vị đã hoàn thành"
    if indicator.kind == "speed":
        return "Từ kết quả đo tốc độ"
    if indicator.numerator and indicator.denominator:
        return wording.capital(f"{indicator.numerator} / {indicator.denominator}")
    return ""


def _source_row(count: int, result: ResultFacts) -> tuple[Cell, ...]:
    indicator, figure = result.indicator, result.figure
    start = (
        Cell(str(count), align="center"),
        Cell(indicator.name),
        Cell(_method(indicator)),
    )
    if figure is None:
        unknown = wording.capital(wording.UNKNOWN)
        return (*start, Cell("–", align="center"), Cell(unknown), Cell(""), Cell(""))
    parts = "không có"
    if figure.numerator is not None and figure.denominator is not None:
        parts = f"{wording.number(figure.numerator)} / {wording.number(figure.denominator)}"
    whole = "Số của đơn vị"
    if figure.expected is not None and figure.reported is not None:
        whole = f"{figure.reported}/{figure.expected} đơn vị"
    when = wording.period(figure.period)
    return (
        *start,
        Cell(parts, align="center"),
        Cell(f"{wording.capital(when)}; {', '.join(wording.marks(figure))}"),
        Cell(figure.source),
        Cell(whole),
    )


def _tasks(facts: ReportFacts) -> Annex:
    rows = tuple(
        (
            Cell(str(count), align="center"),
            Cell(task.text),
            Cell(", ".join(task.lead)),
            Cell(", ".join(task.coordinate)),
            Cell(wording.due(task.due), align="center"),
        )
        for count, task in enumerate(facts.tasks, 1)
    )
    table = Table(
        title="",
        unit_line="Đơn vị tính: nhiệm vụ",
        period_line=_period_line(facts),
        head=("TT", "Nhiệm vụ, giải pháp", "Chủ trì", "Phối hợp", "Thời hạn"),
        rows=rows,
        widths=(0.05, 0.5, 0.17, 0.18, 0.1),
    )
    return Annex("tasks", "Danh mục nhiệm vụ, giải pháp của kế hoạch", tables=(table,))


def _cascade(facts: ReportFacts) -> Annex:
    rows = tuple(_conflict_row(count, item, facts) for count, item in enumerate(facts.conflicts, 1))
    table = Table(
        title="",
        unit_line="Đơn vị tính: ghi tại từng dòng",
        period_line=_period_line(facts),
        head=(
            "TT",
            "Đơn vị",
            "Chỉ tiêu",
            "Mục tiêu của đơn vị",
            "Cấp trên",
            "Mục tiêu cấp trên",
            "Khác biệt",
        ),
        rows=rows,
        widths=(0.04, 0.15, 0.35, 0.11, 0.14, 0.11, 0.1),
    )
    return Annex("cascade", "Đối chiếu mục tiêu của kế hoạch các cấp", tables=(table,))


def _conflict_row(count: int, item: Conflict, facts: ReportFacts) -> tuple[Cell, ...]:
    if item.kind is ConflictKind.PLAN_ABSENT:
        name = f"Kế hoạch số {wording.reference(item.reference)}"
    else:
        name = facts.indicator_names.get(item.indicator, item.indicator)
    ours, theirs = (
        Cell("–" if value is None else wording.quantity(value, item.unit), value, "right")
        for value in (item.child_value, item.parent_value)
    )
    return (
        Cell(str(count), align="center"),
        Cell(wording.capital(item.child)),
        Cell(name),
        ours,
        Cell(wording.capital(item.parent)),
        theirs,
        Cell(CONFLICTS.get(item.kind, "Khác biệt")),
    )
