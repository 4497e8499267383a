"""Small changes by hand through the four-eyes step: an asset added, edited, taken out, taken back.

A proposal holds values in the log's form (numbers, ISO dates, EWKB), so that the approver sees
each field from what to what. What is let in goes through `services.apply_changes`, as an approved
submission does.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hatangso.inventory import queries, services
from hatangso.inventory.dictionary import Entity, entity
from hatangso.inventory.models import Asset
from hatangso.inventory.storing import communes_of, stored_columns
from hatangso.inventory.tables import AssetTable, moved
from hatangso.organisations import access
from hatangso.organisations.models import Organisation, User
from hatangso.organisations.rules import Action, Rights
from hatangso.records import queries as records_queries
from hatangso.records import services as records
from hatangso.records.models import Entry, Proposal
from hatangso.territory.models import AdminUnit

#: Field of a proposal that takes an asset out: its code becomes nothing.
CODE = "code"


def said(table: AssetTable) -> dict[str, Any]:
    """What a table of one asset says, in the log's form."""
    values = {name: column[0] for name, column in stored_columns(table).items()}
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
    }


def propose_new(
    rights: Rights, author: User, owner: Organisation, table: AssetTable, reason: str
) -> Proposal:
    """Propose an asset that is not there yet; the table holds it alone.

    Raises
    ------
    DeniedError
        When the place or the owner is outside what someone may propose.
    ChangeError
        Without a reason, or when the owner has an asset of that code.
    """
    model = queries.model_of(table.entity)
    if model._default_manager.filter(owner=owner, code=table.codes[0]).exists():
        raise records.ChangeError(
            _("%s stands already: open it and edit it there.") % table.codes[0]
        )
    number = communes_of(table, timezone.localdate())[0]
    unit = AdminUnit.objects.filter(pk=number).first() if number else None
    return records.propose_new(
        rights,
        author,
        model._meta.label_lower,
        {name: value for name, value in said(table).items() if value not in {None, ""}},
        reason,
        unit=unit,
        operator=owner.pk,
    )


def propose_change(
    rights: Rights, author: User, asset: Asset, table: AssetTable, reason: str
) -> Proposal:
    """Propose other values of an asset; the table holds it alone, with what it would be."""
    values = {name: value for name, value in said(table).items() if name != CODE}
    if "geometry" in values and not _moves(asset, table):
        del values["geometry"]
    return records.propose(rights, author, asset, values, reason)


def _moves(asset: Asset, table: AssetTable) -> bool:
    place = getattr(asset, "geometry", None)
    old = np.array([None if place is None else shapely.from_wkb(bytes(place.wkb))], dtype=object)
    return table.geometry is not None and bool(moved(old, table.geometry)[0])


@transaction.atomic
def propose_removal(rights: Rights, author: User, asset: Asset, reason: str) -> Proposal:
    """Propose to take out a row that was filed by mistake; what was dismantled is edited instead.

    Raises
    ------
    DeniedError
        When the asset is outside what someone may propose.
    ChangeError
        Without a reason.
    """
    access.require(rights, asset, Action.SUBMIT)
    if not reason.strip():
        raise records.ChangeError(_("Say why the row is taken out."))
    return Proposal.objects.create(
        model=asset._meta.label_lower,
        record=str(asset.pk),
        changes={CODE: [asset.code, None]},
        reason=reason.strip(),
        author=author,
        unit_id=asset.unit_id,
        operator_id=asset.owner_id,
    )


def propose_undo(
    rights: Rights, author: User, entry: Entry, owner: Organisation, reason: str
) -> Proposal:
    """Propose to take back one entry of an asset's history: an addition, a change, a removal.

    Raises
    ------
    ChangeError
        When the entry is none of them, or the asset is no more.
    """
    model = records_queries.model_of(entry.model)
    if model is None or not issubclass(model, Asset):
        raise records.ChangeError(_("This entry is not about an asset."))
    kind = entity(model.entity)
    if entry.action == Entry.Action.DELETE:
        return propose_new(rights, author, owner, table_of(kind, entry.before or {}), reason)
    asset = model._default_manager.filter(pk=entry.record, owner=owner).first()
    if asset is None:
        raise records.ChangeError(_("The record is no more: there is nothing to undo it in."))
    if entry.action == Entry.Action.INSERT:
        return propose_removal(rights, author, asset, reason)
    known = {*kind.names, "geometry"} - {CODE}
    before = {name: value for name, value in (entry.before or {}).items() if name in known}
    if entry.action != Entry.Action.UPDATE or not before:
        raise records.ChangeError(_("Only a change of values can be undone."))
    return records.propose(rights, author, asset, before, reason)


def table_of(kind: Entity, row: Mapping[str, Any]) -> AssetTable:
    """Table of one asset from values in the log's form; what is not among them has no column."""
    record: dict[str, Any] = {}
    for attribute in kind.attributes:
        if attribute.name in row:
            value = row[attribute.name]
            if value is not None and attribute.type == "date":
                value = np.datetime64(str(value), "D")
            record[attribute.name] = value
    if kind.geometry != "none" and "geometry" in row:
        record["geometry"] = shapely.from_wkb(row["geometry"]) if row["geometry"] else None
    return AssetTable.of_records(kind.code, [record])


def carry_out(held: Proposal, by: User) -> None:
    """Let an approved proposal in; what it starts from must still stand.

    Raises
    ------
    ChangeError
        When the asset was changed in the meantime, is no more, or stands already.
    """
    model: Any = records_queries.model_of(held.model)
    kind = entity(model.entity)
    changes = {name: pair[1] for name, pair in held.changes.items()}
    source = services.source_of(_("By hand: %s") % held.author)
    given: dict[str, Any] = {"source": source, "who": held.author_id, "why": held.reason}
    owner: Any = held.operator
    try:
        if not held.record:
            services.apply_changes(owner, kind.code, added=table_of(kind, changes), **given)
            return
        asset = model._default_manager.select_for_update().filter(pk=held.record).first()
        if asset is None:
            raise records.ChangeError(_("The record is no more: return the change."))
        if changes.get(CODE, asset.code) is None:
            services.apply_changes(asset.owner, kind.code, removed=[asset.code], **given)
            return
        _must_still_stand(asset, held)
        table = table_of(kind, {CODE: asset.code, **changes})
        services.apply_changes(asset.owner, kind.code, changed=table, **given)
    except services.ApplyError as error:
        raise records.ChangeError(str(error)) from error


def _must_still_stand(asset: Asset, held: Proposal) -> None:
    row = records_queries.current(asset) or {}
    moved_on = sorted(name for name, pair in held.changes.items() if row.get(name) != pair[0])
    if moved_on:
        raise records.ChangeError(
            _("%s was changed by somebody else in the meantime: return the change.")
            % ", ".join(moved_on)
        )


def register() -> None:
    """Tell the records room how an approved change of an asset is carried out."""
    for model in apps.get_app_config("inventory").get_models():
        if issubclass(model, Asset):
            records.applies(model._meta.label_lower, carry_out)
