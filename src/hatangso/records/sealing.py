"""Numbers that tell nothing: how the history names records to an operator.

The database counts records and entries up for everybody together, so the gaps between one's own
numbers say how much others have done meanwhile. To whoever sees the history of an operator alone
a number is therefore shown sealed: encrypted (AES-SIV, RFC 5297), the same number always alike, so
that an address can be kept. Who sees more is shown the numbers themselves.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.db.models import Field, Model
from django.utils.encoding import force_bytes

from hatangso.organisations import access, rules
from hatangso.organisations.rules import Action, Rights, Subject
from hatangso.records import queries
from hatangso.records.models import Proposal
from hatangso.records.queries import Change

_ENTRY = "entry"
_SIGNS = b"~_"
"""Beside letters and digits: none that begins a formula in a table, all plain in an address."""


def _cipher() -> AESSIV:
    return AESSIV(hashlib.sha256(b"hatangso.number:" + force_bytes(settings.SECRET_KEY)).digest())


def seal(kind: str, number: int) -> str:
    """A number of a kind of record, as 32 letters and signs."""
    sealed = _cipher().encrypt(number.to_bytes(8), [kind.encode()])
    return base64.b64encode(sealed, _SIGNS).decode()


def unseal(kind: str, text: str) -> int | None:
    """The number that was sealed for a kind of record; None for what was not."""
    try:
        sealed = base64.b64decode(text.encode("ascii"), _SIGNS, validate=True)
        return int.from_bytes(_cipher().decrypt(sealed, [kind.encode()]))
    except (InvalidTag, binascii.Error, ValueError):
        return None


def seal_entry(number: int) -> str:
    """Number of an entry of the log, sealed."""
    return seal(_ENTRY, number)


def unseal_entry(text: str) -> int | None:
    """Number of an entry of the log; None for what was not sealed as one."""
    return unseal(_ENTRY, text)


@dataclass(frozen=True, slots=True)
class Numbers:
    """How numbers are shown to a reader, and read from what the reader asks."""

    sealed: bool

    def record(self, label: str, key: str) -> str:
        """Key of a record; a random one (UUID) says nothing and stays."""
        return seal(label, int(key)) if self.sealed and key.isdecimal() and key else key

    def key(self, label: str, text: str) -> str | None:
        """Key of the record that a reader asks for; None where there cannot be one."""
        if not self.sealed or not _is_counted(label):
            return text
        number = unseal(label, text)
        return None if number is None else str(number)

    def entry(self, number: int) -> str:
        """Number of an entry."""
        return seal_entry(number) if self.sealed else str(number)

    def entry_number(self, text: str) -> int | None:
        """Number of the entry that a reader names; None where there cannot be one."""
        if self.sealed:
            return unseal_entry(text)
        return int(text) if text.isdecimal() and len(text) < 19 else None

    def changes(self, label: str, changes: Iterable[Change]) -> list[Change]:
        """Changes of an entry with the numbers of the record and of those it points to."""
        if not self.sealed:
            return list(changes)
        counted = _counted_columns(label)
        return [
            Change(
                change.column,
                _told(counted.get(change.column), change.before),
                _told(counted.get(change.column), change.after),
            )
            for change in changes
        ]


def numbers_for(rights: Rights) -> Numbers:
    """How numbers are shown to someone: sealed unless they see the history of all operators."""
    reaches = rules.reaches(rights, Subject.HISTORY, Action.VIEW)
    return Numbers(all(reach.operator is not None for reach in reaches))


def _told(kind: str | None, value: Any) -> Any:
    if kind is None or not str(value).isdecimal():
        return value
    return seal(kind, int(value))


def _is_counted(label: str) -> bool:
    model = queries.model_of(label)
    return model is None or _counts(model._meta.pk)


def _counts(field: "Field[Any, Any] | None") -> bool:
    return field is not None and field.get_internal_type().endswith("AutoField")


def _counted_columns(label: str) -> dict[str, str]:
    """Columns of a model that hold numbers counted up for everybody, and of what kind they are."""
    model = queries.model_of(label)
    # A proposal names its record by its key, as text.
    found = {"record": Proposal._meta.label_lower} if model is Proposal else {}
    for field in model._meta.concrete_fields if model else ():
        target: type[Model] | None = model if field.primary_key else field.related_model
        if not isinstance(target, type) or not _counts(target._meta.pk):
            continue
        paths = access.governance(target)
        # Units, bodies and definitions are everyone's, and so are their numbers.
        if field.primary_key or paths is None or paths.subject not in rules.ALWAYS_PUBLIC:
            found[str(field.column)] = target._meta.label_lower
    return found
