"""Positions in the log as texts that tell nothing: how many entries others made stays unknown.

A position is the number of an entry, and within a bulk load the number of the last row given. It
is encrypted with a key made of the program's secret (AES-SIV, RFC 5297): the same position is the
same text, and one that was made up is found out.
"""

import base64
import hashlib
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.utils.encoding import force_bytes

_FORM = struct.Struct(">QQ")


class PositionError(ValueError):
    """A text is no position of this system; the message says what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Behind an entry, and of a bulk load behind a row (0: behind all of it)."""

    entry: int = 0
    row: int = 0


BEGINNING = Position()


def _cipher() -> AESSIV:
    return AESSIV(hashlib.sha256(b"hatangso.position:" + force_bytes(settings.SECRET_KEY)).digest())


def write(position: Position) -> str:
    """A position as a text for an address."""
    sealed = _cipher().encrypt(_FORM.pack(position.entry, position.row), None)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read(text: str) -> Position:
    """The position of a text that `write` made.

    Raises
    ------
    PositionError
        When it is none, or was made under another secret.
    """
    try:
        sealed = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        return Position(*_FORM.unpack(_cipher().decrypt(sealed, None)))
    except (ValueError, struct.error, InvalidTag) as error:
        raise PositionError(
            "This is no position of this system: take it unchanged from an answer, or begin anew."
        ) from error
