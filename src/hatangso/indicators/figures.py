"""Figures of many units at one date: own, rolled up from below, or carried from predecessors.

All that is needed is read in a handful of queries; the rest is arithmetic on plain records.

Which figure of a unit counts, per kind (declared, measured, predicted), in this order:

1. its own, unless the units below it all have one and theirs are later;
2. the roll-up of the units below it, whole or with what is missing named;
3. what its predecessors reported before a merge or split: whole units are summed exactly, parts
   go by their share of people and are marked estimated.

An indicator with a formula is computed at each unit from the unit's own figures of one kind.

Between kinds, `rules.in_force` decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from hatangso.catalogue.models import Indicator, IndicatorVersion
from hatangso.catalogue.queries import versions_on
from hatangso.indicators.computed import Formulas
from hatangso.indicators.models import Observation
from hatangso.indicators.rules import Measure, Value, in_force, roll_up
from hatangso.territory.models import AdminUnit, Succession, UnitParent
from hatangso.territory.queries import in_period, people_of

KINDS = tuple(Observation.Kind.values)


def measure_of(indicator: Indicator, version: IndicatorVersion | None = None) -> Measure:
    """The part of an indicator's definition that decisions need, as the version of a day says."""
    held = version.definition if version is not None else {}
    return Measure(
        code=indicator.code,
        kind=held.get("kind", indicator.kind),
        unit=held.get("unit", indicator.unit),
        direction=held.get("direction", indicator.direction),
        rollup=held.get("rollup", indicator.rollup),
        scale=int(held.get("scale", indicator.scale)),
        counted_vi=indicator.counted_vi,
        counted_en=indicator.counted_en,
        bounded=indicator.bounded,
        family=indicator.family,
    )


def value_of(observation: Observation) -> Value:
    """An observation as decisions see it."""
    return Value(
        value=observation.value,
        as_of=observation.as_of,
        period=observation.period,
        kind=observation.kind,
        numerator=observation.numerator,
        denominator=observation.denominator,
        published=observation.published,
        estimated=observation.estimated,
        made_up=observation.file.made_up,
        source=observation.file.title,
        observation_ids=(observation.pk,),
    )


class Figures:
    """Figures of some units, and of all that they are made of, for some indicators at one date.

    Parameters
    ----------
    units
        Units whose figures will be asked for.
    indicators
        Indicators that will be asked for.
    on
        The date: only figures of periods that had ended by then, on the tree of that day.
    """

    def __init__(
        self, units: Iterable[AdminUnit], indicators: Sequence[Indicator], on: date
    ) -> None:
        self.on = on
        self._units = {unit.pk for unit in units}
        self._formulas = Formulas(indicators)
        needed = self._formulas.indicators
        versions = versions_on(needed, on)
        self.measures = {each.pk: measure_of(each, versions.get(each.pk)) for each in needed}
        self._children: dict[int, list[int]] = defaultdict(list)
        self._origins: dict[int, list[tuple[int, float | None]]] = defaultdict(list)
        self._memory: dict[tuple[int, int, str], Value | None] = {}
        reached = self._read_tree(self._units)
        self._own = self._read_observations(reached)
        self._names: dict[int, str] | None = None
        self._counts: dict[str, dict[int, Decimal]] = {}

    def _read_tree(self, roots: set[int]) -> set[int]:
        """Units below the roots on the day, and the predecessors of all of them."""
        reached, frontier = set(roots), set(roots)
        while frontier:
            links = UnitParent.objects.filter(in_period(self.on), parent__in=frontier)
            below = set()
            for parent, child in links.values_list("parent_id", "unit_id"):
                self._children[parent].append(child)
                below.add(child)
            frontier = below - reached
            reached |= below
        frontier = set(reached)
        while frontier:
            passed = Succession.objects.filter(new__in=frontier, date__lte=self.on)
            before = set()
            for new, old, share in passed.values_list("new_id", "old_id", "population_share"):
                self._origins[new].append((old, share))
                before.add(old)
            frontier = before - reached
            reached |= before
        return reached

    def _read_observations(self, units: set[int]) -> dict[tuple[int, int, str], Value]:
        """Latest own figure by unit, indicator and kind; one with its parts before a bare one."""
        latest: QuerySet[Observation] = (
            Observation.objects.filter(
                unit__in=units,
                indicator__in=self.measures,
                as_of__lte=self.on,
                superseded_by__isnull=True,
            )
            .select_related("file")
            .order_by("unit_id", "indicator_id", "kind", "-as_of", "published", "-pk")
            .distinct("unit_id", "indicator_id", "kind")
        )
        return {
            (found.unit_id, found.indicator_id, found.kind): value_of(found) for found in latest
        }

    def value(self, unit_id: int, indicator_id: int) -> Value | None:
        """The figure that counts for a unit, or None where nothing is known."""
        found = (self._of_kind(unit_id, indicator_id, kind) for kind in KINDS)
        return in_force([value for value in found if value is not None], self.on)

    def reach(self, unit_id: int) -> dict[int, Decimal]:
        """Share of every unit below, before and before those below, that lies in a unit.

        The unit itself has 1; a predecessor without a known share is left out.
        """
        shares: dict[int, Decimal] = {unit_id: Decimal(1)}
        # Parents and successors come before what they are made of: each is final when taken.
        queue = [(unit_id, Decimal(1))]
        while queue:
            unit, share = queue.pop()
            below = [(child, Decimal(1)) for child in self._children.get(unit, [])]
            before = [
                (old, Decimal(str(part)))
                for old, part in self._origins.get(unit, [])
                if part is not None
            ]
            for other, part in [*below, *before]:
                if other == unit_id:
                    continue
                # A split unit whose pieces all lie here is here whole.
                shares[other] = min(shares.get(other, Decimal(0)) + share * part, Decimal(1))
                queue.append((other, share * part))
        return shares

    def own(self, unit_id: int, indicator_id: int, kind: str) -> Value | None:
        """The figure that a unit itself has of a kind, or None."""
        return self._own.get((unit_id, indicator_id, kind))

    def made_of(
        self, unit_id: int, indicator_id: int, kind: str
    ) -> tuple[str, Value | None, list[tuple[int, int, Decimal]]]:
        """How the figure of a kind comes about: its rule, its value, and what goes into it.

        Returns
        -------
        tuple
            "own", "sum", "carried", "formula" or "none"; the value; and unit, indicator and share
            of each input.
        """
        value = self._of_kind(unit_id, indicator_id, kind)
        if value is None:
            return "none", None, []
        if indicator_id in self._formulas.nodes:
            used = self._formulas.used(indicator_id)
            return "formula", value, [(unit_id, other, Decimal(1)) for other in used]
        if value is self._own.get((unit_id, indicator_id, kind)):
            return "own", value, []
        inputs = [(child, indicator_id, Decimal(1)) for child in self._children.get(unit_id, [])]
        if any(self._of_kind(child, indicator_id, kind) for child, _, _ in inputs):
            return "sum", value, inputs
        origins = self._origins.get(unit_id, [])
        return (
            "carried",
            value,
            [(old, indicator_id, Decimal(str(part or 0))) for old, part in origins],
        )

    def counts_used(self, unit_id: int, indicator_id: int) -> dict[str, Decimal | None]:
        """Counts of people or the like that an indicator's formula uses, by name."""
        return {name: self._counted(unit_id, name) for name in self._formulas.counts(indicator_id)}

    def formula_of(self, indicator_id: int) -> str:
        """The formula of an indicator; empty where it is reported."""
        return self._formulas.texts.get(indicator_id, "")

    def _of_kind(self, unit_id: int, indicator_id: int, kind: str) -> Value | None:
        key = (unit_id, indicator_id, kind)
        if key not in self._memory:
            self._memory[key] = None  # A circle in the tree must not go round for ever.
            self._memory[key] = self._decide(unit_id, indicator_id, kind)
        return self._memory[key]

    def _decide(self, unit_id: int, indicator_id: int, kind: str) -> Value | None:
        if indicator_id in self._formulas.nodes:
            return self._formulas.value(
                self.measures[indicator_id],
                indicator_id,
                lambda other: self._of_kind(unit_id, other, kind),
                lambda count: self._counted(unit_id, count),
            )
        own = self._own.get((unit_id, indicator_id, kind))
        below = self._rolled_up(unit_id, indicator_id, kind)
        if own is not None:
            whole = below is not None and below.reported == below.expected
            return below if whole and below is not None and below.as_of > own.as_of else own
        return below if below is not None else self._carried(unit_id, indicator_id, kind)

    def _rolled_up(self, unit_id: int, indicator_id: int, kind: str) -> Value | None:
        children = self._children.get(unit_id, [])
        found = {child: self._of_kind(child, indicator_id, kind) for child in children}
        parts = [value for value in found.values() if value is not None]
        if not parts:
            return None
        missing = [child for child, value in found.items() if value is None]
        return roll_up(
            self.measures[indicator_id], parts, len(children), tuple(self._name(m) for m in missing)
        )

    def _carried(self, unit_id: int, indicator_id: int, kind: str) -> Value | None:
        """What the predecessors reported, by the part of each that went to this unit."""
        measure = self.measures[indicator_id]
        origins = self._origins.get(unit_id, [])
        if measure.rollup != "sum" or not origins:
            return None
        parts, missing = [], []
        for old, share in origins:
            value = self._of_kind(old, indicator_id, kind)
            if (
                value is None
                or value.numerator is None
                or value.denominator is None
                or share is None
            ):
                missing.append(self._name(old))
            elif share == 1:
                parts.append(value)
            else:
                part = Decimal(str(share))
                parts.append(
                    replace(
                        value,
                        numerator=value.numerator * part,
                        denominator=value.denominator * part,
                        estimated=True,
                    )
                )
        return roll_up(measure, parts, len(origins), tuple(missing)) if parts else None

    def _counted(self, unit_id: int, count: str) -> Decimal | None:
        """Count of people or households of a unit, read once for all units asked for."""
        if count not in self._counts:
            found = people_of(AdminUnit.objects.filter(pk__in=self._units), count, self.on.year)
            self._counts[count] = {unit: people.value for unit, people in found.items()}
        return self._counts[count].get(unit_id)

    def _name(self, unit_id: int) -> str:
        """Name of a unit that has no figure, read once for all."""
        if self._names is None:
            wanted = set(self._children) | set(self._origins)
            wanted |= {child for children in self._children.values() for child in children}
            wanted |= {old for origins in self._origins.values() for old, _ in origins}
            self._names = dict(AdminUnit.objects.filter(pk__in=wanted).values_list("pk", "name"))
        return self._names[unit_id]
