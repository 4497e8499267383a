"""Figures of many units at one date: own, rolled up from below, or carried from predecessors.

All that is needed is read in a handful of queries; the rest is arithmetic on plain records.

Which figure of a unit counts, per kind (declared, measured, predicted), in this order:

1. its own, unless the units below it all have one and theirs are later;
2. the roll-up of the units below it, whole or with what is missing named;
3. what its predecessors reported before a merge or split: whole units are summed exactly, parts
   go by their share of people and are marked estimated.

An indicator with a formula is computed at each unit from the unit's own figures of one kind.

Between kinds, the rule of the plan whose target holds, else of the unit or of the nearest above it
decides (`kinds`), else `rules.in_force`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Exists, Q

from hatangso.catalogue import counts
from hatangso.catalogue.models import Indicator, IndicatorVersion
from hatangso.catalogue.queries import versions_among, versions_on
from hatangso.indicators.carried import as_figure, as_value, decimal
from hatangso.indicators.computed import Formulas
from hatangso.indicators.kinds import KindRules
from hatangso.indicators.models import KindRule, Observation
from hatangso.indicators.rules import Measure, Value, in_force, roll_up
from hatangso.indicators.tree import children_below, predecessors_of
from hatangso.organisations import access
from hatangso.territory import carrying
from hatangso.territory.models import AdminUnit, Succession
from hatangso.territory.successions import links_of

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


#: Columns of an observation that a figure is made of, in the order of `value_of`.
_READ = (
    "unit_id",
    "indicator_id",
    "kind",
    "value",
    "as_of",
    "period",
    "numerator",
    "denominator",
    "published",
    "estimated",
    "file__made_up",
    "file__title",
    "pk",
)


def value_of(row: tuple[Any, ...]) -> Value:
    """A row of an observation's columns (`_READ`) as decisions see it.

    Rows rather than records: a province's scorecard reads thousands of them.
    """
    _, _, kind, value, as_of, period, numerator, denominator, published, estimated = row[:10]
    made_up, title, pk = row[10:13]
    return Value(
        value=value,
        as_of=as_of,
        period=period,
        kind=kind,
        numerator=numerator,
        denominator=denominator,
        published=published,
        estimated=estimated,
        made_up=made_up,
        source=title,
        observation_ids=(pk,),
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
    versions
        All versions of these indicators, where the caller has read them.
    """

    def __init__(
        self,
        units: Iterable[AdminUnit],
        indicators: Sequence[Indicator],
        on: date,
        versions: Sequence[IndicatorVersion] = (),
    ) -> None:
        self.on = on
        self._units = {unit.pk for unit in units}
        self._formulas = Formulas(indicators)
        needed = self._formulas.indicators
        is_read = {each.pk for each in needed} <= {each.indicator_id for each in versions}
        held = versions_among(versions, on) if is_read else versions_on(needed, on)
        self.measures = {each.pk: measure_of(each, held.get(each.pk)) for each in needed}
        self._children: dict[int, list[int]] = defaultdict(list)
        self._origins: dict[int, list[tuple[int, Fraction | None]]] = defaultdict(list)
        self._transfers: dict[int, list[carrying.Link]] = defaultdict(list)
        self._memory: dict[tuple[int, int, str], Value | None] = {}
        #: Which kinds count by the units' own rules; None where nobody has set one.
        self.kind_rules: KindRules | None = None
        reached = self._read_tree(self._units)
        self._own = self._read_observations(reached)
        self._names: dict[int, str] | None = None
        self._counts: dict[str, dict[int, Decimal]] = {}

    def _read_tree(self, roots: set[int]) -> set[int]:
        """Units below the roots on the day, and the predecessors of all of them."""
        self._children = children_below(roots, self.on)
        below = {child for children in self._children.values() for child in children}
        reached = roots | below
        # All parts of each predecessor: only together do its shares make exactly one.
        given = Q(old__in=reached, kind=Succession.Kind.TRANSFER)
        passed = Q(old__in=predecessors_of(reached, self.on))
        links = carrying.settle(
            links_of(Succession.objects.filter(passed | given, date__lte=self.on))
        )
        reached |= {link.old for link in links}
        for link in links:
            if link.stays:
                self._keep_transfer(link, reached)
            if link.new in reached:
                self._origins[link.new].append((link.old, link.share))
        return reached

    def _keep_transfer(self, link: carrying.Link, units: set[int]) -> None:
        for unit in {link.old, link.new} & units:
            self._transfers[unit].append(link)

    def _read_observations(self, units: set[int]) -> dict[tuple[int, int, str], Value]:
        """Latest own figure by unit, indicator and kind; one with its parts before a bare one."""
        latest = (
            access.public(Observation)
            .filter(
                unit__in=units,
                indicator__in=self.measures,
                as_of__lte=self.on,
                superseded_by__isnull=True,
            )
            .order_by("unit_id", "indicator_id", "kind", "-as_of", "published", "-pk")
            .distinct("unit_id", "indicator_id", "kind")
            .annotate(is_ruled=Exists(access.public(KindRule)))
        )
        own: dict[tuple[int, int, str], Value] = {}
        is_ruled = False
        for row in latest.values_list(*_READ, "is_ruled"):
            own[row[:3]] = value_of(row)
            is_ruled = row[-1]
        if is_ruled:
            self.kind_rules = KindRules(self._units, self.on)
        return own

    def value(self, unit_id: int, indicator_id: int) -> Value | None:
        """The figure that counts for a unit, or None where nothing is known."""
        found = (self._of_kind(unit_id, indicator_id, kind) for kind in KINDS)
        rule = self.kind_rule(unit_id, indicator_id)
        kinds = None if rule is None else list(rule.kinds)
        return in_force([value for value in found if value is not None], self.on, kinds)

    def kind_rule(self, unit_id: int, indicator_id: int) -> KindRule | None:
        """The rule of a plan or a unit that says which kinds count; None for the general one."""
        return self.kind_rules.rule(unit_id, indicator_id) if self.kind_rules else None

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
                (old, decimal(part))
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
            [(old, indicator_id, decimal(part or Fraction(0))) for old, part in origins],
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
        own = self._own_now(unit_id, indicator_id, kind)
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
        ways = [
            carrying.Passage(old, unit_id, share) for old, share in origins if share is not None
        ]
        values = {old: self._of_kind(old, indicator_id, kind) for old, _ in origins}
        unknown = [old for old, share in origins if share is None]
        return self._arrived(measure, unit_id, ways, values, unknown)

    def _own_now(self, unit_id: int, indicator_id: int, kind: str) -> Value | None:
        """A unit's own figure, with what it gave to others or took from them since its day."""
        own = self._own.get((unit_id, indicator_id, kind))
        measure = self.measures[indicator_id]
        if own is None or measure.rollup != "sum" or own.numerator is None:
            return own
        links = [link for link in self._transfers.get(unit_id, []) if link.on > own.as_of]
        if not links:
            return own
        first = min(link.on for link in links)
        ways = carrying.passages(
            {link.old for link in links} | {unit_id}, links, own.as_of, self.on
        )
        arriving = [way for way in ways if way.target == unit_id]
        values = {way.source: self._own.get((way.source, indicator_id, kind)) for way in arriving}
        before = {
            unit: value if value is not None and value.as_of < first else None
            for unit, value in values.items()
        }
        return self._arrived(measure, unit_id, arriving, before, [])

    def _arrived(
        self,
        measure: Measure,
        unit_id: int,
        ways: list[carrying.Passage],
        values: dict[int, Value | None],
        unknown: list[int],
    ) -> Value | None:
        """What arrives at a unit from others; those without a figure or share are named."""
        known = {unit: value for unit, value in values.items() if value is not None}
        done = carrying.carry(
            {
                unit: as_figure(value, measure)
                for unit, value in known.items()
                if value.denominator is not None
            },
            ways,
        )
        figure = done.figures.get(unit_id)
        if figure is None:
            return None
        missing = sorted(self._name(unit) for unit in {*figure.missing, *unknown})
        return as_value(measure, figure, known, tuple(missing))

    def _counted(self, unit_id: int, count: str) -> Decimal | None:
        """Count of people or of what stands in a unit, read once for all units asked for."""
        if count not in self._counts:
            self._counts[count] = counts.read(count, self._units, self.on)
        return self._counts[count].get(unit_id)

    def _name(self, unit_id: int) -> str:
        """Name of a unit that has no figure, read once for all."""
        if self._names is None:
            wanted = set(self._children) | set(self._origins)
            wanted |= {child for children in self._children.values() for child in children}
            wanted |= {old for origins in self._origins.values() for old, _ in origins}
            self._names = dict(AdminUnit.objects.filter(pk__in=wanted).values_list("pk", "name"))
        return self._names[unit_id]
