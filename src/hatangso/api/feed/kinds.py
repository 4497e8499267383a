"""Kinds of records that can be followed: what each is called, how it is named and shown.

Every kind is shown by the one rule of access. Homes' addresses, people, submissions and rents are
no kinds: they are not given to other systems by this way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import Model, Q, QuerySet

from hatangso.api.assets.exporting import plain
from hatangso.catalogue.models import Indicator
from hatangso.indicators.models import Observation
from hatangso.inventory import queries as inventory
from hatangso.inventory.dictionary import ENTITIES
from hatangso.inventory.models import OfficeAddress
from hatangso.organisations import access
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import Rights
from hatangso.plans.models import Baseline, Plan, Responsibility, Target, Task
from hatangso.territory.models import AdminUnit

MARK = "~"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of records.

    Attributes
    ----------
    paths
        Names under which values are given, each with its path in the model.
    named_by
        How the id is made of a row's columns, as the log has them.
    id_from
        Names in `paths` whose values are the same id, put together; empty: the row's number is.
    shown
        Condition of the rows that stand for their id (the figure in force, not the superseded).
    layer
        Sensitive layer of a kind that is seen under an access grant; else empty.
    """

    name: str
    vi: str
    en: str
    model: type[Model]
    paths: Mapping[str, str]
    named_by: Callable[[Mapping[str, Any]], str]
    id_from: tuple[str, ...] = ()
    shown: Q = field(default_factory=Q)
    layer: str = ""
    shape: str = ""

    @property
    def label(self) -> str:
        """Name of the model in the log."""
        return self.model._meta.label_lower

    def title(self, language: str) -> str:
        """Its name in a language ("vi", "en")."""
        return self.en if language == "en" else self.vi

    def rows(self, rights: Rights) -> QuerySet[Any]:
        """Rows that someone may see now, by the one rule and their grants."""
        if self.name in ENTITIES:
            return inventory.visible(self.name, rights).filter(self.shown)
        return access.allowed(self.model, rights).filter(self.shown)

    def read(self, rows: QuerySet[Any]) -> dict[int, dict[str, Any]]:
        """Rows as they are given, by their number in the database."""
        names = list(self.paths)
        place = [AsGeoJSON(self.shape, precision=7)] if self.shape else []
        found = {}
        for number, *values in rows.values_list("pk", *self.paths.values(), *place):
            geometry = values.pop() if self.shape else None
            record = {name: _given(value) for name, value in zip(names, values, strict=True)}
            if self.shape:
                record["geometry"] = geometry
            found[number] = record
        return found

    def id_of(self, number: int, record: Mapping[str, Any]) -> str:
        """Id of a record that `read` gave."""
        if not self.id_from:
            return str(number)
        return MARK.join(str(record[name]) for name in self.id_from)


def _given(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else plain(value)


# --- ids -----------------------------------------------------------------------------------------
# Of a record that stands, and of one that is gone: then the log's values are all there is.


def _body(number: Any) -> str:
    return Organisation.objects.filter(pk=number).values_list("code", flat=True).first() or "?"


def _asset_id(state: Mapping[str, Any]) -> str:
    return f"{_body(state['owner_id'])}{MARK}{state['code']}"


def _code(state: Mapping[str, Any]) -> str:
    return str(state["code"])


def _number(state: Mapping[str, Any]) -> str:
    return str(state["id"])


def _figure_id(state: Mapping[str, Any]) -> str:
    unit = AdminUnit.objects.filter(pk=state["unit_id"]).values_list("code", flat=True).first()
    indicator = (
        Indicator.objects.filter(pk=state["indicator_id"]).values_list("code", flat=True).first()
    )
    return MARK.join([unit or "?", indicator or "?", str(state["kind"]), str(state["period"])])


# --- the kinds -----------------------------------------------------------------------------------


def _assets() -> list[Kind]:
    return [
        Kind(
            code,
            entity.name_vi,
            entity.name_en,
            inventory.model_of(code),
            {"owner": "owner__code"} | {name: name for name in entity.names},
            _asset_id,
            ("owner", "code"),
            layer=entity.layer,
            shape="" if entity.geometry == "none" else "geometry",
        )
        for code, entity in ENTITIES.items()
    ]


def _others() -> list[Kind]:
    return [
        Kind(
            "address", "Địa chỉ trụ sở", "Address of an office", OfficeAddress,
            {name: name for name in ("code", "national_code", "name", "house_number", "street",
                                     "village", "ended_on", "made_up")}
            | {"commune": "unit__code", "body": "body__code"},
            _code, ("code",), shape="geometry",
        ),
        Kind(
            "unit", "Đơn vị hành chính", "Administrative unit", AdminUnit,
            {name: name for name in ("code", "level", "name", "valid_from", "valid_to", "made_up")},
            _number,
        ),
        Kind(
            "figure", "Số liệu", "Figure", Observation,
            {"unit": "unit__code", "indicator": "indicator__code"}
            | {name: name for name in ("kind", "period", "as_of", "numerator", "denominator",
                                       "value", "published", "estimated", "note")},
            _figure_id, ("unit", "indicator", "kind", "period"),
            shown=Q(superseded_by__isnull=True),
        ),
        Kind(
            "plan", "Kế hoạch", "Plan", Plan,
            {"unit": "unit__code"}
            | {name: name for name in ("number", "title", "issuer", "level", "in_force_from")},
            _number,
        ),
        Kind(
            "target", "Mục tiêu", "Target", Target,
            {"plan": "plan_id", "indicator": "indicator__code", "value_unit": "unit"}
            | {name: name for name in ("quote", "comparator", "value", "year", "status")},
            _number,
        ),
        Kind(
            "baseline", "Hiện trạng", "Baseline", Baseline,
            {"plan": "plan_id", "indicator": "indicator__code", "value_unit": "unit"}
            | {name: name for name in ("quote", "comparator", "value", "as_of", "status")},
            _number,
        ),
        Kind(
            "task", "Nhiệm vụ", "Task", Task,
            {"plan": "plan_id"}
            | {name: name for name in ("quote", "text", "due", "recurrence", "status")},
            _number,
        ),
        Kind(
            "responsibility", "Trách nhiệm", "Responsibility", Responsibility,
            {"task": "task_id", "body": "body", "role": "role"},
            _number,
        ),
    ]  # fmt: skip


_MADE: dict[str, Kind] = {}


def kinds() -> dict[str, Kind]:
    """Every kind by its name; made at first use, when all models are there."""
    if not _MADE:
        _MADE.update({kind.name: kind for kind in (*_assets(), *_others())})
    return _MADE
