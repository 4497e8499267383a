"""Scorecards and conflicts as lines of a terminal, in the words of the pages."""

from collections.abc import Iterator
from datetime import date

from hatangso.catalogue.models import Indicator
from hatangso.indicators import cascading
from hatangso.indicators.lineage import Node, Reported, Way
from hatangso.indicators.queries import Row, Scorecard
from hatangso.indicators.rules import State
from hatangso.territory.models import AdminUnit
from hatangso.web import formats, wording

SIGNS = {
    State.MET: "✔",
    State.ON_TRACK: "↗",
    State.AT_RISK: "!",
    State.BEHIND: "✘",
    State.NO_DATA: "?",
}


def _row(row: Row) -> str:
    figure = (
        f"{wording.quantity(row.figure.value, row.indicator.unit)} "
        f"({formats.period(row.figure.period)}; {', '.join(wording.marks(row.figure))})"
        if row.figure
        else str(wording.STATES[State.NO_DATA])
    )
    missing = wording.gap(row.gap, row.indicator)
    owner = f" [{row.owner_name}]" if row.inherited else ""
    return (
        f"  {SIGNS[row.state]} {row.indicator.name}: {wording.goal(row.goal, row.indicator)}{owner}"
        f" → {figure}{f' — {missing}' if missing else ''}"
    )


def scorecard_lines(card: Scorecard) -> Iterator[str]:
    """Lines of a scorecard: a heading, then a line a target by group."""
    yield f"{card.name} ({card.unit.code}), {formats.day(card.on)}: {wording.summary(card.counts)}"
    for successor in card.successors:
        yield f"  ⇒ {successor}"
    for group, rows in card.groups():
        yield f" {wording.GROUPS.get(group, group)}"
        for row in rows:
            yield _row(row)
            if row.kind_rule:
                yield f"      {wording.kind_rule(row.kind_rule)}"


_WAYS = {
    Way.OWN: "số đã báo cáo",
    Way.SUM: "tổng tử số trên tổng mẫu số của các đơn vị dưới",
    Way.ALL: "đạt khi mọi đơn vị dưới đã đạt",
    Way.CARRIED: "chuyển từ đơn vị trước sáp nhập, chia tách",
    Way.FORMULA: "tính theo công thức",
    Way.NONE: "chưa có số liệu",
}


def lineage_lines(node: Node, most: int, depth: int = 0) -> Iterator[str]:
    """Lines of where a figure comes from, read from top to bottom, inputs set in."""
    ahead = "  " * depth
    value = "—" if node.value is None else formats.number(node.value, 4)
    parts = ""
    if node.numerator is not None and node.denominator is not None:
        parts = f" = {formats.number(node.numerator, 4)} / {formats.number(node.denominator, 4)}"
        parts += f" × {node.scale}" if node.scale != 1 else ""
    share = f" × {formats.number(node.share, 4)} (theo dân số)" if node.share != 1 else ""
    formula = f": {node.formula}" if node.formula else ""
    yield (
        f"{ahead}{node.unit_name} ({node.unit_code}) {node.unit_stood} · {node.indicator} "
        f"{node.period} {node.kind}: {value}{parts}{share}"
    )
    yield f"{ahead}  {_WAYS[node.way]}{formula}{_marks(node)}"
    if node.kind_rule:
        yield f"{ahead}  loại số liệu được tính theo {node.kind_rule}"
    if node.reported is not None:
        yield f"{ahead}  {_reported_line(node.reported)}"
    for each in node.inputs[:most]:
        yield from lineage_lines(each, most, depth + 1)
    if len(node.inputs) > most:
        yield f"{ahead}  … và {len(node.inputs) - most} số khác (--inputs, --json)"


def _marks(node: Node) -> str:
    marks = [
        word
        for word, held in (("ước tính", node.estimated), ("số công bố", node.published))
        if held
    ]
    return f" [{', '.join(marks)}]" if marks else ""


def _reported_line(row: Reported) -> str:
    pieces = [f"tệp {row.file}" + (f", dòng {row.row}" if row.row else "")]
    pieces += [
        f"{word} {text}"
        for word, text in (
            ("biểu", row.form),
            ("của", row.body),
            ("gửi:", row.sent),
            ("duyệt:", row.approved),
            ("đính chính:", row.corrects),
        )
        if text
    ]
    quote = f" «{row.quote}»" if row.quote else ""
    return ", ".join(pieces) + f", nhận {row.loaded_at[:10]}{quote}"


def cascade_lines(unit: AdminUnit, on: date, *, below: bool = True) -> Iterator[str]:
    """Sentences on every conflict of a unit's plan, and of those below it, with the level above."""
    indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
    found = [(unit, [*cascading.cascade(unit, on), *cascading.targets_add_up(unit, on)])]
    if below:
        found += cascading.cascade_below(unit, on)
    for _, conflicts in found:
        for conflict in conflicts:
            yield wording.conflict(
                conflict, indicators.get(conflict.indicator), indicators.get(conflict.other)
            )
