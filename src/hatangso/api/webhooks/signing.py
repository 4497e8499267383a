"""Signatures of what is sent, after Standard Webhooks 1.0, form v1a: Ed25519.

The signed content is the message's id, its time and its body with full stops between. The key is
that of the log (`records.signing`): nothing secret is shared with whoever receives, and nobody who
receives can sign. A head of the log begins with the log's name and a line's end, a message with
``msg_``: the one can never be taken for the other.
"""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hatangso.records import signing

PREFIX, VERSION = "whpk_", "v1a"


def public_key() -> str:
    """The public key as Standard Webhooks writes it."""
    raw = (
        signing.private_key()
        .public_key()
        .public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    )
    return PREFIX + base64.b64encode(raw).decode()


def content(message: str, moment: int, body: bytes) -> bytes:
    """What is signed."""
    return f"{message}.{moment}.".encode() + body


def headers(message: str, moment: int, body: bytes) -> dict[str, str]:
    """Headers of a signed message; ``moment`` is in seconds since 1970."""
    signature = signing.private_key().sign(content(message, moment, body))
    return {
        "webhook-id": message,
        "webhook-timestamp": str(moment),
        "webhook-signature": f"{VERSION},{base64.b64encode(signature).decode()}",
    }


def is_signed(key: str, given: dict[str, str], body: bytes) -> bool:
    """Whether a message is signed by a key."""
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.removeprefix(PREFIX)))
    signed = content(given["webhook-id"], int(given["webhook-timestamp"]), body)
    for part in given["webhook-signature"].split():
        version, _, signature = part.partition(",")
        if version != VERSION:
            continue
        try:
            public.verify(base64.b64decode(signature), signed)
        except (InvalidSignature, ValueError):
            continue
        return True
    return False
