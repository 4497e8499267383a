"""The one access filter: the rule of `rules` put to the database.

A model says once, by `governed`, what it is and along which paths its unit, operator and person
are found; `allowed` then filters any query of it, `require` and `permits` ask about one record,
and `sql_condition` is the same filter for a tile's SQL. A model that says nothing is shown to
nobody (and a test fails).
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db.models import Field, Lookup, Model, Q, QuerySet
from django.db.models.fields.related import ForeignObject
from django.utils import timezone

from hatangso.organisations import models, rules, scopes
from hatangso.organisations.rules import Action, Place, Rights, Subject
from hatangso.runtime.models import Job
from hatangso.territory.models import (
    AdminUnit,
    ColumnMapping,
    Finding,
    People,
    Source,
    Succession,
    UnitClass,
    UnitName,
    UnitParent,
    UnitShape,
)

M = TypeVar("M", bound=Model)


class DeniedError(PermissionError):
    """Someone may not do this; the page that answers does not tell whether the record exists."""


@Field.register_lookup
@ForeignObject.register_lookup
class AnyOf(Lookup):
    """``field__anyof=[...]``: one array in place of thousands of parameters."""

    lookup_name = "anyof"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Compare with an array of ids, which PostgreSQL hashes."""
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::bigint[])", [*parameters, list(self.rhs)]


@dataclass(frozen=True, slots=True)
class Governed:
    """What a model is to the rule, and the paths of its rows to what a scope is made of."""

    subject: Subject
    unit: str | None = None
    operator: str | None = None
    person: str | None = None
    published: Q = field(default_factory=Q)


#: For `govern`: no row of the model is shown to everyone.
NOT_PUBLISHED = Q(pk__in=[])

_GOVERNED: dict[type[Model], Governed] = {}


def govern(
    model: type[Model],
    subject: Subject,
    *,
    unit: str | None = None,
    operator: str | None = None,
    person: str | None = None,
    published: Q | None = None,
) -> None:
    """Say what a model is to the rule; ``published`` tells which rows everyone may see.

    Without ``published`` every row of a public subject is published.

    Raises
    ------
    TypeError
        When it would hide rows of what the rule says is always public: the queries of the rooms
        below do not ask it.
    """
    if published is not None and subject in rules.ALWAYS_PUBLIC:
        message = f"{model._meta.label}: every {subject.value} is public; choose another subject."
        raise TypeError(message)
    _GOVERNED[model] = Governed(subject, unit, operator, person, published or Q())


def governed(subject: Subject, **paths: Any) -> Callable[[type[M]], type[M]]:
    """`govern` as a decorator of the model."""

    def note(model: type[M]) -> type[M]:
        govern(model, subject, **paths)
        return model

    return note


def governance(model: type[Model]) -> Governed | None:
    """What a model is to the rule; None where it has not said so, and is denied to all."""
    return _GOVERNED.get(model._meta.concrete_model or model)


# --- rights ------------------------------------------------------------------------------------


def rights_of(
    user: models.User,
    on: date | None = None,
    *,
    actions: Iterable[Action] | None = None,
    unit: AdminUnit | None = None,
) -> Rights:
    """What a person may bring to every question on a day: their roles, with scopes spelt out.

    Parameters
    ----------
    actions, unit
        What a program's key narrows them to.
    """
    if not user.is_active:
        return rules.ANYONE
    day = on or timezone.localdate()
    held = user.roles_held.filter(models.in_force(day)).select_related("unit")
    known: dict[int, frozenset[int]] = {}

    def units_of(root: AdminUnit | None) -> frozenset[int] | None:
        if root is None:
            return None
        if root.pk not in known:
            known[root.pk] = scopes.scope_of(root, day)
        return known[root.pk]

    return Rights(
        user=user.pk,
        holdings=tuple(
            rules.Holding(rules.Role(role.role), units_of(role.unit), role.operator_id)
            for role in held
        ),
        actions=None if actions is None else frozenset(actions),
        units=units_of(unit),
    )


# --- the filter --------------------------------------------------------------------------------


def _nothing() -> Q:
    return Q(pk__in=[])


def _reach_condition(reach: rules.Reach, paths: Governed) -> Q:
    condition = Q()
    if reach.units is not None:
        if paths.unit is None:
            return _nothing()
        condition &= Q(**{f"{paths.unit}__anyof": sorted(reach.units)})
    if reach.operator is not None:
        if paths.operator is None:
            return _nothing()
        condition &= Q(**{paths.operator: reach.operator})
    return condition


def condition(model: type[Model], rights: Rights, action: Action = Action.VIEW) -> Q:
    """Condition that the rows of a model which someone may do something to fulfil."""
    paths = governance(model)
    if paths is None:
        return _nothing()
    parts: list[Q] = []
    if rules.is_public(paths.subject, action):
        parts.append(paths.published)
    parts += [
        _reach_condition(reach, paths) for reach in rules.reaches(rights, paths.subject, action)
    ]
    if paths.person and rules.may_own(rights, paths.subject, action):
        parts.append(Q(**{paths.person: rights.user}))
    if not parts:
        return _nothing()
    if any(not part for part in parts):
        return Q()  # One of them covers every row.
    whole = parts[0]
    for part in parts[1:]:
        whole |= part
    return whole


def allowed(
    rows: QuerySet[M] | type[M], rights: Rights, action: Action = Action.VIEW
) -> QuerySet[M]:
    """Only the rows that someone may do an action to; nothing tells of the others."""
    queryset = rows if isinstance(rows, QuerySet) else rows._default_manager.all()
    wanted = condition(queryset.model, rights, action)
    return queryset.filter(wanted) if wanted else queryset


def public(rows: QuerySet[M] | type[M]) -> QuerySet[M]:
    """Only the rows that everyone may see: for an answer that is the same whoever asks."""
    return allowed(rows, rules.ANYONE)


def place_of(record: Model) -> Place:
    """Where a record stands, read along its model's paths."""
    paths = governance(type(record))
    if paths is None:
        return Place()
    published = not paths.published or (
        type(record)._default_manager.filter(paths.published, pk=record.pk).exists()
    )

    def follow(path: str | None) -> int | None:
        value: Any = record
        for step in (path or "").split("__"):
            if value is None or not step:
                return None
            value = getattr(value, step)
        key: int | None = value.pk if isinstance(value, Model) else value
        return key

    return Place(follow(paths.unit), follow(paths.operator), follow(paths.person), published)


def permits(rights: Rights, record: Model, action: Action = Action.VIEW) -> bool:
    """Whether someone may do an action to one record."""
    paths = governance(type(record))
    return paths is not None and rules.may(rights, paths.subject, action, place_of(record))


def operators_within(
    rights: Rights, action: Action, *subjects: Subject
) -> QuerySet[models.Organisation]:
    """Operators for whose things of some subjects someone may do an action, for a page's forms."""
    reaches = [each for subject in subjects for each in rules.reaches(rights, subject, action)]
    found = models.Organisation.objects.filter(kind=models.Organisation.Kind.OPERATOR)
    if not any(reach.operator is None for reach in reaches):
        found = found.filter(pk__in={reach.operator for reach in reaches})
    return found.order_by("code")


def reaches_people(rights: Rights) -> bool:
    """Whether someone administers people anywhere, for the forms of a page."""
    return bool(rules.reaches(rights, Subject.PERSON, Action.CHANGE))


def require(rights: Rights, record: Model, action: Action = Action.VIEW) -> None:
    """Go on only if someone may do an action to a record.

    Raises
    ------
    DeniedError
        When they may not.
    """
    if not permits(rights, record, action):
        message = f"{action.value} of this record is not within what you may do."
        raise DeniedError(message)


def sql_condition(
    rights: Rights,
    subject: Subject,
    *,
    unit_column: str | None,
    operator_column: str | None,
    published_sql: str = "true",
) -> tuple[str, dict[str, Any]]:
    """The filter as SQL with named parameters, for a tile's query.

    The column names are the program's own, never a reader's. It is put with ``AND`` beside the
    other conditions on the layer's rows.
    """
    parts = [f"({published_sql})"] if rules.is_public(subject, Action.VIEW) else []
    parameters: dict[str, Any] = {}
    for number, reach in enumerate(rules.reaches(rights, subject, Action.VIEW)):
        conditions = ["true"]
        if reach.units is not None:
            name = f"reach_units_{number}"
            conditions.append(f"{unit_column} = ANY(%({name})s)" if unit_column else "false")
            parameters[name] = sorted(reach.units)
        if reach.operator is not None:
            name = f"reach_operator_{number}"
            conditions.append(f"{operator_column} = %({name})s" if operator_column else "false")
            parameters[name] = reach.operator
        parts.append(f"({' AND '.join(conditions)})")
    return f"({' OR '.join(parts) or 'false'})", parameters


def scope_key(rights: Rights, subject: Subject) -> str:
    """Name of what someone sees of a subject, for a cache: equal keys, equal rows.

    Empty for someone who sees only what is public: that may be kept for everybody.
    """
    found = rules.reaches(rights, subject, Action.VIEW)
    if not found and not rules.may_own(rights, subject, Action.VIEW):
        return ""
    described = sorted(
        f"{'*' if reach.units is None else sorted(reach.units)}/{reach.operator}" for reach in found
    )
    own = str(rights.user) if rules.may_own(rights, subject, Action.VIEW) else ""
    return hashlib.sha256("\n".join([subject.value, own, *described]).encode()).hexdigest()[:20]


# --- sensitive layers --------------------------------------------------------------------------


def granted_areas(rights: Rights, layer: str, on: date | None = None) -> list[MultiPolygon]:
    """Areas in which someone may see a sensitive layer in full on a day."""
    if rights.user is None:
        return []
    day = on or timezone.localdate()
    grants = models.AccessGrant.objects.filter(
        models.in_force(day), user=rights.user, user__is_active=True, layer=layer
    )
    return list(grants.values_list("area", flat=True))


def in_granted_area(
    rows: QuerySet[M], rights: Rights, layer: str, geometry: str, on: date | None = None
) -> QuerySet[M]:
    """Only the rows of a sensitive layer that lie wholly in an area granted to someone.

    The caller must log the view: `records.services.view_sensitive` does both.
    """
    areas = granted_areas(rights, layer, on)
    if not areas:
        return rows.none()
    inside: GEOSGeometry = areas[0]
    for area in areas[1:]:
        inside = inside.union(area)
    return rows.filter(**{f"{geometry}__coveredby": inside})


# --- what stands below this room and in it -----------------------------------------------------

_PATHS: Mapping[type[Model], tuple[Subject, dict[str, Any]]] = {
    AdminUnit: (Subject.TERRITORY, {"unit": "pk"}),
    UnitName: (Subject.TERRITORY, {"unit": "unit"}),
    UnitParent: (Subject.TERRITORY, {"unit": "unit"}),
    UnitShape: (Subject.TERRITORY, {"unit": "unit"}),
    UnitClass: (Subject.TERRITORY, {"unit": "unit"}),
    People: (Subject.TERRITORY, {"unit": "unit"}),
    Succession: (Subject.TERRITORY, {"unit": "new"}),
    Source: (Subject.TERRITORY, {}),
    Finding: (Subject.TERRITORY, {"unit": "unit"}),
    ColumnMapping: (Subject.TERRITORY, {}),
    models.Organisation: (Subject.BODY, {"unit": "unit", "operator": "pk"}),
    models.OrganisationName: (
        Subject.BODY,
        {"unit": "organisation__unit", "operator": "organisation"},
    ),
    models.User: (
        Subject.PERSON,
        {"unit": "organisation__unit", "operator": "organisation", "person": "pk"},
    ),
    models.RoleHeld: (Subject.PERSON, {"unit": "unit", "operator": "operator", "person": "user"}),
    models.AccessGrant: (
        Subject.PERSON,
        {
            "unit": "user__organisation__unit",
            "operator": "user__organisation",
            "person": "user",
        },
    ),
    models.ApiToken: (
        Subject.PERSON,
        {
            "unit": "user__organisation__unit",
            "operator": "user__organisation",
            "person": "user",
        },
    ),
    models.SignInAttempt: (Subject.PERSON, {}),
    models.RecoveryCode: (Subject.PERSON, {"person": "user"}),
    Job: (Subject.PERSON, {"person": "asked_by"}),
}
for _model, (_subject, _paths) in _PATHS.items():
    govern(_model, _subject, **_paths)
