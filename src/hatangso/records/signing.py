"""Signed heads of the log, in the text form of C2SP's tlog-checkpoint and signed-note.

Three lines (the log's name, its size, its root in base 64), an empty line, and the signature:
Ed25519 over the lines. Tools of certificate transparency read it. The key lies beside the
program's secret (``var/log-key.pem``), not in the database whose owner it guards against.
"""

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hatangso.runtime import paths

NAME = os.environ.get("HATANGSO_LOG_NAME", "hatangso/log")
_ED25519 = b"\x01"
_DASH = "\u2014"


class NoteError(ValueError):
    """A text is no signed head of this log; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a head says."""

    name: str
    size: int
    root: bytes

    def body(self) -> str:
        """The signed lines."""
        return f"{self.name}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_file() -> Path:
    """Where the key lies; HATANGSO_LOG_KEY names another place, such as a mounted token."""
    given = os.environ.get("HATANGSO_LOG_KEY")
    return Path(given) if given else paths.var_folder() / "log-key.pem"


def private_key() -> Ed25519PrivateKey:
    """The log's key, made at first use, readable by us only."""
    file = key_file()
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass  # Another process made it in this instant.
        else:
            with os.fdopen(descriptor, "wb") as handle:
                handle.write(fresh)
    key = serialization.load_pem_private_key(file.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise NoteError(f"{file} holds no Ed25519 key: name another in HATANGSO_LOG_KEY.")
    return key


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _key_id(name: str, key: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + _raw(key)).digest()[:4]


def verifier_key(key: Ed25519PublicKey, name: str = NAME) -> str:
    """The public key as others write it down: name, key's number and key."""
    number = _key_id(name, key).hex()
    return f"{name}+{number}+{base64.b64encode(_ED25519 + _raw(key)).decode()}"


def read_verifier_key(text: str) -> tuple[str, Ed25519PublicKey]:
    """Name and key of a text that `verifier_key` made.

    Raises
    ------
    NoteError
        When it is none.
    """
    try:
        name, number, encoded = text.strip().split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        key = Ed25519PublicKey.from_public_bytes(raw[1:])
    except ValueError as error:
        raise NoteError("This is no key of a log: it looks like name+number+key.") from error
    if raw[:1] != _ED25519 or number != _key_id(name, key).hex():
        raise NoteError("The key's number does not belong to the key.")
    return name, key


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """The head as a signed note."""
    body = checkpoint.body()
    public = key.public_key()
    signature = _key_id(checkpoint.name, public) + key.sign(body.encode())
    return f"{body}\n{_DASH} {checkpoint.name} {base64.b64encode(signature).decode()}\n"


def read(note: str, key: Ed25519PublicKey, name: str = NAME) -> Checkpoint:
    """What a signed note says, once its signature is found to be that of the key.

    Raises
    ------
    NoteError
        When it is not written so, or not signed by the key.
    """
    try:
        body, _, signatures = note.partition("\n\n")
        said, size, root = body.split("\n")[:3]
        checkpoint = Checkpoint(said, int(size), base64.b64decode(root, validate=True))
    except ValueError as error:
        raise NoteError("This is no head of a log: name, size and root are asked for.") from error
    if checkpoint.body() != body + "\n" or said != name or len(checkpoint.root) != 32:
        raise NoteError(f"This is no head of the log {name}.")
    wanted = _key_id(name, key)
    for line in signatures.splitlines():
        parts = line.split(" ")
        if len(parts) == 3 and parts[0] == _DASH and parts[1] == name:
            try:
                raw = base64.b64decode(parts[2], validate=True)
                if raw[:4] == wanted:
                    key.verify(raw[4:], (body + "\n").encode())
                    return checkpoint
            except (ValueError, InvalidSignature):
                continue
    raise NoteError("The head is not signed by the log's key: it was changed, or is another's.")
