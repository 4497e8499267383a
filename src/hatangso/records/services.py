"""Verbs of the log and of the four-eyes step."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.contrib.gis.db.models.fields import BaseSpatialField
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Field, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from hatangso.organisations import access
from hatangso.organisations.models import AccessGrant, User, in_force
from hatangso.organisations.rules import Action, Place, Rights, may
from hatangso.records import approval, context, queries
from hatangso.records.models import Entry, Proposal
from hatangso.territory.models import AdminUnit

M = TypeVar("M", bound=Model)


class ChangeError(ValueError):
    """A change cannot be proposed, let in or undone; the message says why. Nothing was changed."""


# --- noting what changes nothing -----------------------------------------------------------------


def note(action: Entry.Action, model: str, record: str = "", **said: Any) -> None:
    """Write into the log that something was seen, taken out, or entered."""
    with context.acting(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT records_note(%s, %s, %s, %s::jsonb)",
            [action.value, model, record, json.dumps(said, ensure_ascii=False)],
        )


def note_sensitive(
    rights: Rights, layer: str, rows: int, *, export: bool = False, **more: Any
) -> None:
    """Write into the log that rows of a sensitive layer were seen or taken out, and what for.

    Parameters
    ----------
    more
        What else is to be said of it, such as the kind of the rows.
    """
    grants = AccessGrant.objects.filter(
        in_force(timezone.localdate()), user=rights.user, layer=layer
    )
    note(
        Entry.Action.EXPORT if export else Entry.Action.VIEW,
        "layer",
        layer,
        rows=rows,
        purposes=sorted(set(grants.values_list("purpose", flat=True))),
        **more,
    )


def view_sensitive(
    rows: QuerySet[M],
    rights: Rights,
    layer: str,
    geometry: str,
    *,
    export: bool = False,
) -> list[M]:
    """Rows of a sensitive layer that someone's grants let them see; the log says who saw what.

    The rows are fetched here: what is not read is not logged, and what is logged was read.

    Raises
    ------
    DeniedError
        When someone holds no grant for the layer today.
    """
    if not access.granted_areas(rights, layer):
        raise access.DeniedError(_("This layer is shown in full only under an access grant."))
    with transaction.atomic(), context.acting(who=rights.user):
        found = list(access.in_granted_area(rows, rights, layer, geometry))
        note_sensitive(rights, layer, len(found), export=export)
    return found


# --- undoing -------------------------------------------------------------------------------------


@transaction.atomic
def undo(entry: Entry, rights: Rights, why: str) -> Model:
    """Take one change of a record back: what it changed gets its earlier values again.

    A record that was deleted stands again as it was, under its number.

    It is a change like any other, with an entry of its own; the first one stays.

    Raises
    ------
    DeniedError
        When someone may not change the record.
    ChangeError
        When the entry is no change of values, the record is gone, a value was changed again since,
        or no reason is given.
    """
    model = queries.model_of(entry.model)
    if entry.action not in {Entry.Action.UPDATE, Entry.Action.DELETE} or model is None:
        raise ChangeError(_("Only a change of values, or a deletion, can be undone."))
    if entry.model in _APPLY:
        raise ChangeError(
            _("A change of this kind needs a second person: propose to take it back, on its page.")
        )
    if not why.strip():
        raise ChangeError(_("Say why the change is undone."))
    if entry.action == Entry.Action.DELETE:
        return _restore(entry, rights, why)
    record = model._default_manager.select_for_update().filter(pk=entry.record).first()
    if record is None:
        raise ChangeError(_("The record is no more: there is nothing to undo it in."))
    access.require(rights, record, Action.CHANGE)
    now = queries.current(record) or {}
    again = [name for name, value in (entry.after or {}).items() if now.get(name) != value]
    if again:
        raise ChangeError(
            _("%s was changed again since: undo the later change first.") % ", ".join(again)
        )
    fields = {field.column: field for field in model._meta.concrete_fields}
    for column, value in (entry.before or {}).items():
        if isinstance(value, dict) and "kept" in value:
            raise ChangeError(_("Personal data are not put back from the log."))
        setattr(record, fields[column].attname, _read_back(fields[column], value))
    with context.acting(who=rights.user, why=why.strip()):
        record.save(update_fields=[fields[column].name for column in entry.before or {}])
    return record


def _rebuilt(entry: Entry) -> Model | None:
    """The record that an entry says was deleted, not saved; None where the log holds not all."""
    model = queries.model_of(entry.model)
    if entry.action != Entry.Action.DELETE or model is None or not entry.before:
        return None
    if getattr(model, "not_in_history", ()):
        return None
    kept = queries.personal_values([entry])
    record = model()
    for field in model._meta.concrete_fields:
        if field.column not in entry.before:
            continue
        value = entry.before[field.column]
        if isinstance(value, dict) and "kept" in value:
            if value["kept"] not in kept:
                return None
            value = kept[value["kept"]]
        setattr(record, field.attname, _read_back(field, value))
    return record


def may_restore(entry: Entry, rights: Rights) -> bool:
    """Whether someone may bring back the record that an entry says was deleted."""
    try:
        record = _rebuilt(entry)
        return (
            record is not None
            and entry.model not in _APPLY
            and access.permits(rights, record, Action.CHANGE)
        )
    except ObjectDoesNotExist:  # What it belonged to is no more, either.
        return False


def _restore(entry: Entry, rights: Rights, why: str) -> Model:
    record = _rebuilt(entry)
    if record is None:
        raise ChangeError(_("Personal data are not put back from the log."))
    if not may_restore(entry, rights):
        raise access.DeniedError(_("This record is not yours to bring back."))
    if type(record)._default_manager.filter(pk=record.pk).exists():
        raise ChangeError(_("A record of this number stands again already."))
    try:
        with transaction.atomic(), context.acting(who=rights.user, why=why.strip()):
            record.save(force_insert=True)
            connection.check_constraints()
    except IntegrityError as error:
        raise ChangeError(
            _(
                "The record cannot be brought back: what it belonged to is no more, or another "
                "took its place."
            )
        ) from error
    return record


def _read_back(field: "Field[Any, Any]", value: Any) -> Any:
    if value is None or field.get_internal_type() == "JSONField":
        return value
    if isinstance(field, BaseSpatialField):
        return GEOSGeometry(value)
    target: Any = field.target_field if field.is_relation else field  # type: ignore[attr-defined]
    return target.to_python(str(value) if isinstance(value, float) else value)


# --- the four-eyes step --------------------------------------------------------------------------

#: What is done when a change of a model is let in; a room may say more than "set these fields".
Apply = Callable[[Proposal, User], None]
_APPLY: dict[str, Apply] = {}
#: Values that a record has beside its columns, such as those of rows that hang on it.
_BESIDE: dict[str, frozenset[str]] = {}


def applies(label: str, verb: Apply, *, beside: Iterable[str] = ()) -> None:
    """Let a room say how an approved change of its model is carried out.

    Parameters
    ----------
    beside
        Attributes of the model that are no columns and can be proposed to change too; they are
        read and set as attributes, and kept when the record is saved.
    """
    _APPLY[label.lower()] = verb
    _BESIDE[label.lower()] = frozenset(beside)


def _model(label: str) -> type[Model]:
    model = queries.model_of(label)
    if model is None or access.governance(model) is None:
        raise ChangeError(_("No record of this kind can be changed."))
    return model


def asker(rights: Rights, proposal: Proposal) -> approval.Asker:
    """What the rule lets someone do to the thing that a proposal is about."""
    paths = access.governance(_model(proposal.model))
    if rights.user is None or paths is None:
        raise access.DeniedError(_("Sign in first."))
    place = Place(unit=proposal.unit_id, operator=proposal.operator_id)
    return approval.Asker(
        rights.user,
        may_submit=may(rights, paths.subject, Action.SUBMIT, place),
        may_approve=may(rights, paths.subject, Action.APPROVE, place),
    )


def _current_values(record: Model, names: Mapping[str, Any]) -> dict[str, Any]:
    row = queries.current(record) or {}
    columns = {field.name: field.column or "" for field in record._meta.concrete_fields}
    beside = _BESIDE.get(record._meta.label_lower, frozenset())
    unknown = sorted(set(names) - columns.keys() - beside)
    if unknown:
        raise ChangeError(_("There is no field %s.") % ", ".join(unknown))
    return {
        name: getattr(record, name) if name in beside else row.get(columns[name]) for name in names
    }


@transaction.atomic
def propose(
    rights: Rights,
    author: User,
    record: Model,
    values: Mapping[str, Any],
    reason: str,
) -> Proposal:
    """Begin a change of a record: what each field is and would be. It is a draft.

    Raises
    ------
    DeniedError
        When the record is outside what someone may change.
    ChangeError
        Without a reason, when nothing would change, or a field does not exist.
    """
    access.require(rights, record, Action.SUBMIT)
    if not reason.strip():
        raise ChangeError(_("Say why the change is proposed."))
    now = _current_values(record, values)
    changes = {name: [now[name], value] for name, value in values.items() if now[name] != value}
    if not changes:
        raise ChangeError(_("Nothing would change."))
    place = access.place_of(record)
    return Proposal.objects.create(
        model=record._meta.label_lower,
        record=str(record.pk),
        changes=changes,
        reason=reason.strip(),
        author=author,
        unit_id=place.unit,
        operator_id=place.operator,
    )


@transaction.atomic
def propose_new(
    rights: Rights,
    author: User,
    label: str,
    content: Mapping[str, Any],
    reason: str,
    *,
    unit: AdminUnit | None = None,
    operator: int | None = None,
) -> Proposal:
    """Begin something new (figures of a file, an operator's submission) of a unit or operator.

    Raises
    ------
    DeniedError
        When the unit or operator is outside what someone may change.
    ChangeError
        Without a reason.
    """
    paths = access.governance(_model(label))
    place = Place(unit=unit.pk if unit else None, operator=operator)
    if paths is None or not may(rights, paths.subject, Action.SUBMIT, place):
        raise access.DeniedError(_("This is outside what you may propose."))
    if not reason.strip():
        raise ChangeError(_("Say why the change is proposed."))
    return Proposal.objects.create(
        model=label.lower(),
        changes={name: [None, value] for name, value in content.items()},
        reason=reason.strip(),
        author=author,
        unit=unit,
        operator_id=operator,
    )


@transaction.atomic
def take_step(
    rights: Rights,
    by: User,
    proposal: Proposal,
    step: approval.Step,
    *,
    remark: str = "",
    values: Mapping[str, Any] | None = None,
) -> Proposal:
    """Submit, return, approve or withdraw a change, or edit its draft.

    Two approvers at once: the second waits for the first, and is then told that the change is no
    longer open. What is approved must still start from the values that the approver saw.

    Raises
    ------
    StepRefusedError
        When this person may not take this step now.
    ChangeError
        When the record was changed by somebody else in the meantime, or may not be so.
    """
    held = Proposal.objects.select_for_update().get(pk=proposal.pk)
    state = approval.State(held.state)
    after = approval.follow(state, step, held.author_id, asker(rights, held), remark)
    if step is approval.Step.EDIT:
        _edit(held, values or {})
    if step is approval.Step.SUBMIT:
        held.submitted_at = timezone.now()
    if step in {approval.Step.RETURN, approval.Step.APPROVE}:
        held.decided_by, held.decided_at, held.remark = by, timezone.now(), remark.strip()
    held.state = after
    with context.acting(who=rights.user, why=remark.strip() or held.reason):
        if step is approval.Step.APPROVE:
            _APPLY.get(held.model, _set)(held, by)
        held.save()
    return held


def _edit(held: Proposal, values: Mapping[str, Any]) -> None:
    unknown = sorted(set(values) - held.changes.keys())
    if unknown:
        raise ChangeError(_("There is no field %s.") % ", ".join(unknown))
    for name, value in values.items():
        held.changes[name] = [held.changes[name][0], value]


def _set(held: Proposal, by: User) -> None:
    set_fields(held)


def set_fields(held: Proposal) -> Model:
    """Give the record the values of an approved change; for the verb of a room (`applies`).

    Raises
    ------
    ChangeError
        When the record is no more, was changed in the meantime, or may not be so.
    """
    model = _model(held.model)
    try:
        record = model._default_manager.select_for_update().get(pk=held.record)
    except (ObjectDoesNotExist, ValueError) as error:
        raise ChangeError(_("The record is no more: return the change.")) from error
    now = _current_values(record, held.changes)
    moved = sorted(name for name, pair in held.changes.items() if now[name] != pair[0])
    if moved:
        raise ChangeError(
            _("%s was changed by somebody else in the meantime: return the change.")
            % ", ".join(moved)
        )
    fields = {field.name: field for field in model._meta.concrete_fields}
    for name, (_before, value) in held.changes.items():
        if name in fields:
            setattr(record, fields[name].attname, _read_back(fields[name], value))
        else:
            setattr(record, name, value)
    # A column that may be null is empty in the database, whatever a form would ask for.
    unchecked = {
        name
        for name, field in fields.items()
        if name not in held.changes or (field.null and getattr(record, field.attname) is None)
    }
    try:
        record.clean_fields(exclude=unchecked)
    except ValidationError as error:
        raise ChangeError(" ".join(error.messages)) from error
    record.save(update_fields=[name for name in held.changes if name in fields])
    return record
