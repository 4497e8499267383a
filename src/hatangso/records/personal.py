"""What is held about a person: handed out, and erased, without breaking the history.

A model names by ``personal`` the columns that hold personal data; the log keeps their values apart,
under the person of the column ``personal_of`` (of the account itself: under its own number; None:
somebody without an account, who is found by their name). docs/personal-data.md lists each of them
(`tests/records/test_personal.py` compares).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, Model, TextField
from django.utils.translation import gettext as _

from hatangso.organisations import access
from hatangso.organisations import services as organisations
from hatangso.organisations.models import User
from hatangso.organisations.rules import Action, Place, Rights, Subject, may
from hatangso.records import context
from hatangso.records.installation import recorded_models
from hatangso.records.models import Entry, PersonalValue
from hatangso.records.sealing import numbers_for

#: Stands where a name was erased.
ERASED = "(đã xóa)"


@dataclass(frozen=True, slots=True)
class NamedIn:
    """Columns of a model that name people by words, and the column that says whose they are."""

    model: type[Model]
    columns: tuple[str, ...]
    account: str | None


def naming_models() -> Iterator[NamedIn]:
    """Models, besides the accounts, whose columns hold names typed in words."""
    for model in recorded_models():
        columns = tuple(
            name
            for name in getattr(model, "personal", ())
            if isinstance(model._meta.get_field(name), CharField | TextField)
        )
        if columns and model is not User:
            yield NamedIn(model, columns, getattr(model, "personal_of", None))


@transaction.atomic
def erase_person(rights: Rights, user: User) -> None:
    """Take a person's data out, from the tables and from what the log kept apart.

    What they did stays in the log under their number, and the chain still fits.

    Raises
    ------
    DeniedError
        When they, or a role that they hold, are outside the scope of whoever asks.
    """
    with context.acting(who=rights.user, why=_("erased on request")):
        organisations.erase_person(rights, user)
        for named in naming_models():
            if named.account is None:
                continue
            rows = named.model._default_manager.filter(**{named.account: user})
            for column in named.columns:
                rows.exclude(**{column: ""}).update(**{column: ""})
    PersonalValue.objects.filter(person=user.pk).delete()


def places_of_name(name: str) -> dict[str, int]:
    """Where somebody without an account is named in words: rows by model and column."""
    wanted = name.strip()
    found = {}
    for named in naming_models():
        for column in named.columns:
            rows = named.model._default_manager.filter(**{f"{column}__iexact": wanted})
            count = rows.count() if wanted else 0
            if count:
                found[f"{named.model._meta.label_lower}.{column}"] = count
    return found


@transaction.atomic
def erase_name(rights: Rights, name: str) -> dict[str, int]:
    """Take the name of somebody without an account out of the tables and of the log.

    Returns
    -------
    dict
        Rows by model and column, as `places_of_name` gave them before.

    Raises
    ------
    DeniedError
        For everyone but an administrator of everything: a name may stand anywhere.
    """
    if not may(rights, Subject.PERSON, Action.CHANGE, Place()):
        raise access.DeniedError(_("People of this scope are not yours to administer."))
    wanted, found = name.strip(), places_of_name(name)
    with context.acting(who=rights.user, why=_("erased on request")):
        for named in naming_models():
            for column in named.columns:
                if f"{named.model._meta.label_lower}.{column}" in found:
                    rows = named.model._default_manager.filter(**{f"{column}__iexact": wanted})
                    rows.update(**{column: ERASED})
    if wanted:
        PersonalValue.objects.filter(person__isnull=True, value__iexact=wanted).delete()
    return found


def export_person(user: User) -> dict[str, Any]:
    """All that the system holds about a person, to hand to them."""

    def stamp(moment: datetime | None) -> str | None:
        return moment.isoformat() if moment else None

    acts = Entry.objects.filter(who=user.pk).order_by("id")
    numbers = numbers_for(access.rights_of(user))
    return {
        "account": {
            "number": user.pk,
            "username": user.username,
            "full_name": user.full_name,
            "email": user.email,
            "phone": user.phone,
            "organisation": user.organisation.code if user.organisation else None,
            "is_active": user.is_active,
            "joined": stamp(user.date_joined),
            "last_sign_in": stamp(user.last_login),
            "second_factor": user.has_second_factor,
        },
        "roles": [
            {
                "role": held.role,
                "unit": held.unit.code if held.unit else None,
                "operator": held.operator.code if held.operator else None,
                "everywhere": held.everywhere,
                "from": held.valid_from.isoformat(),
                "to": held.valid_to.isoformat() if held.valid_to else None,
            }
            for held in user.roles_held.select_related("unit", "operator")
        ],
        "grants": list(user.grants.values("layer", "purpose", "valid_from", "valid_to")),
        "keys": list(user.tokens.values("name", "prefix", "valid_from", "valid_to", "revoked_at")),
        "earlier_values": list(
            PersonalValue.objects.filter(person=user.pk).values_list("value", flat=True)
        ),
        "acts": [
            {
                "at": stamp(act.at),
                "action": act.action,
                "model": act.model,
                "record": numbers.record(act.model, act.record),
            }
            for act in acts.iterator()
        ],
    }
