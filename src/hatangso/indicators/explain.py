"""Builds the tree of where a figure comes from (lineage.Node) out of the database."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from hatangso.catalogue.models import Indicator
from hatangso.catalogue.queries import versions_on
from hatangso.indicators.figures import Figures
from hatangso.indicators.lineage import Node, Reported, Way
from hatangso.indicators.models import KindRule, Observation
from hatangso.indicators.rules import Value
from hatangso.organisations import access
from hatangso.territory.models import AdminUnit
from hatangso.territory.queries import describe_period


def explain(unit: AdminUnit, indicator: Indicator, on: date) -> Node:
    """Where the figure of a unit on a day comes from.

    Raises
    ------
    LookupError
        When nothing is known by that day.
    """
    figures = Figures([unit], [indicator], on)
    value = figures.value(unit.pk, indicator.pk)
    if value is None:
        message = (
            f"{unit.name}: chưa có số liệu «{indicator.name_vi}» đến {on:%d/%m/%Y}. / "
            f"{unit.name} has no figure of {indicator.code} by {on}."
        )
        raise LookupError(message)
    tree = _Tree(figures, value.kind).node(unit.pk, indicator.pk, Decimal(1))
    return replace(tree, kind_rule=_said(figures.kind_rule(unit.pk, indicator.pk)))


def _said(rule: KindRule | None) -> str:
    """The rule by which the kind was chosen, in words that need no database."""
    if rule is None:
        return ""
    whose = f"kế hoạch {rule.plan.number or rule.plan.title}" if rule.plan else rule.unit.name
    return f"{whose}, từ {rule.valid_from:%d/%m/%Y}: {', '.join(rule.kinds)} ({rule.reason})"


class _Tree:
    """Walks the decisions of `Figures`, then reads units and rows in one query each."""

    def __init__(self, figures: Figures, kind: str) -> None:
        self._figures = figures
        self._kind = kind
        self._units: dict[int, AdminUnit] = {}
        self._rows: dict[int, Reported] = {}

    def node(self, unit_id: int, indicator_id: int, share: Decimal) -> Node:
        figures, kind = self._figures, self._kind
        units = set(figures.reach(unit_id))
        self._units = {unit.pk: unit for unit in AdminUnit.objects.filter(pk__in=units)}
        used = list(figures.measures)
        indicators = list(Indicator.objects.filter(pk__in=used))
        self._codes = {each.pk: each.code for each in indicators}
        self._versions = {
            pk: version.version for pk, version in versions_on(indicators, figures.on).items()
        }
        owned = [figures.own(unit, each, kind) for unit in units for each in used]
        self._rows = _reported(row for value in owned if value for row in value.observation_ids)
        return self._node(unit_id, indicator_id, share)

    def _node(self, unit_id: int, indicator_id: int, share: Decimal) -> Node:
        figures, kind = self._figures, self._kind
        rule, value, made_of = figures.made_of(unit_id, indicator_id, kind)
        measure = figures.measures[indicator_id]
        way = Way.ALL if rule == "sum" and measure.rollup == "all" else Way(rule)
        inputs = tuple(self._node(*each) for each in made_of)
        if way is Way.FORMULA:
            inputs += tuple(self._counts(unit_id, indicator_id))
        unit = self._units[unit_id]
        node = Node(
            way=way,
            unit_code=unit.code,
            unit_name=unit.name,
            unit_stood=describe_period(unit),
            indicator=measure.code,
            scale=measure.scale,
            share=share,
            formula=figures.formula_of(indicator_id),
            definition_version=self._versions.get(indicator_id),
            inputs=inputs,
        )
        return node if value is None else self._with_value(node, value)

    def _with_value(self, node: Node, value: Value) -> Node:
        own = node.way is Way.OWN and value.observation_ids
        return Node(
            **{
                **{name: getattr(node, name) for name in node.__slots__},
                "kind": value.kind,
                "value": value.value,
                "numerator": value.numerator,
                "denominator": value.denominator,
                "period": value.period,
                "published": value.published,
                "estimated": value.estimated,
                "reported": self._rows.get(value.observation_ids[0]) if own else None,
            }
        )

    def _counts(self, unit_id: int, indicator_id: int) -> Iterable[Node]:
        unit = self._units[unit_id]
        for name, value in self._figures.counts_used(unit_id, indicator_id).items():
            yield Node(
                way=Way.OWN,
                unit_code=unit.code,
                unit_name=unit.name,
                unit_stood=describe_period(unit),
                indicator=name,
                kind="count",
                value=value,
            )


def _reported(ids: Iterable[int]) -> dict[int, Reported]:
    """What is known of some rows: file, row, who sent them and who approved them."""
    rows = with_senders(access.public(Observation).filter(pk__in=set(ids)))
    return {row.pk: reported(row) for row in rows}


def with_senders(rows: QuerySet[Observation]) -> QuerySet[Observation]:
    """Rows with all that `reported` reads of them, in as few queries for one as for thousands."""
    return rows.select_related(
        "file", "submission__form", "submission__body", "corrects__person"
    ).prefetch_related("submission__steps__person", "submission__body__names")


def reported(row: Observation) -> Reported:
    """What is known of a reported figure: its file, who sent and approved it, why it changed."""
    sent = approved = form = body = ""
    if row.submission is not None:
        form = row.submission.form.code
        names = [name.name for name in row.submission.body.names.all()]
        body = names[-1] if names else row.submission.body.code
        for step in row.submission.steps.all():
            said = f"{step.who}, {step.on:%d/%m/%Y}"
            if step.action == "send":
                sent = said
            elif step.action == "approve":
                approved = said
    correction = getattr(row, "corrects", None)
    return Reported(
        id=row.pk,
        file=row.file.title,
        file_sha256=row.file.sha256,
        row=row.row,
        loaded_at=row.loaded_at.isoformat(timespec="seconds"),
        quote=row.quote,
        note=row.note,
        form=form,
        body=body,
        sent=sent,
        approved=approved,
        corrects=f"{correction.who}: {correction.reason}" if correction else "",
    )
