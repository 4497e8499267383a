"""Indicators that are computed from others by a formula, never reported themselves."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from hatangso.catalogue import formula
from hatangso.catalogue.formula import Node, Part, Reference
from hatangso.catalogue.models import Indicator
from hatangso.indicators.rules import Measure, Value


class Formulas:
    """The formulas of some indicators, and every indicator that they use."""

    def __init__(self, indicators: Iterable[Indicator]) -> None:
        self.indicators = list(indicators)
        self.nodes: dict[int, Node] = {}
        self.texts: dict[int, str] = {}
        self._read_used()
        self._ids = {each.code: each.pk for each in self.indicators}

    def _read_used(self) -> None:
        """Parse the formulas, and read the indicators that they use, level by level."""
        known = {each.code for each in self.indicators}
        fresh = list(self.indicators)
        while fresh:
            wanted: set[str] = set()
            for each in fresh:
                if each.formula:
                    self.texts[each.pk] = each.formula
                    self.nodes[each.pk] = formula.parse(each.formula)
                    wanted |= {
                        used.name
                        for used in formula.references(self.nodes[each.pk])
                        if used.source == "indicator"
                    }
            wanted -= known
            fresh = list(Indicator.objects.filter(code__in=wanted)) if wanted else []
            known |= wanted
            self.indicators += fresh

    def used(self, indicator_id: int) -> list[int]:
        """Indicators that a formula uses, by id."""
        names = {
            used.name
            for used in formula.references(self.nodes[indicator_id])
            if used.source == "indicator"
        }
        return sorted(self._ids[name] for name in names)

    def counts(self, indicator_id: int) -> list[str]:
        """Counts that a formula uses, by name: "people.population"."""
        return sorted(
            str(used)
            for used in formula.references(self.nodes[indicator_id])
            if used.source != "indicator"
        )

    def value(
        self,
        measure: Measure,
        indicator_id: int,
        figure: Callable[[int], Value | None],
        count: Callable[[str], Decimal | None],
    ) -> Value | None:
        """Figure of an indicator by its formula, from one unit's figures of one kind.

        Parameters
        ----------
        measure, indicator_id
            The indicator.
        figure
            The unit's figure of an indicator, by id.
        count
            The unit's count of people, households or the like, by name.

        Returns
        -------
        Value or None
            None where a part is missing or a divisor is zero. It is as old as its oldest part.
        """
        node = self.nodes[indicator_id]
        parts: list[Value] = []
        values: dict[Reference, Decimal | None] = {}
        for used in formula.references(node):
            if used.source != "indicator":
                values[used] = count(str(used))
                continue
            found = figure(self._ids[used.name])
            values[used] = None if found is None else part_of(found, used.part)
            if found is not None:
                parts.append(found)
        value = formula.evaluate(node, values)
        if value is None or not parts:
            return None
        oldest = min(parts, key=lambda part: part.as_of)
        return Value(
            value=value,
            as_of=oldest.as_of,
            period=oldest.period,
            kind=oldest.kind,
            estimated=any(part.estimated for part in parts),
            made_up=any(part.made_up for part in parts),
            source="; ".join(sorted({part.source for part in parts if part.source})),
            observation_ids=tuple({id_: None for part in parts for id_ in part.observation_ids}),
        )


def part_of(figure: Value, part: Part) -> Decimal | None:
    """The value, numerator or denominator of a figure."""
    match part:
        case Part.NUMERATOR:
            return figure.numerator
        case Part.DENOMINATOR:
            return figure.denominator
    return figure.value
