"""One POST to a target: to the very machine that was judged, bounded in time and size."""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from hatangso.api.webhooks import targets
from hatangso.api.webhooks.targets import Target, TargetError
from hatangso.runtime.version import VERSION

#: How long connecting, and each wait for a part of the answer, may take. [s]
CONNECT_S, ANSWER_S = 5.0, 10.0
#: How long one sending may take in all, however slowly a receiver drips its answer. [s]
TOTAL_S = 20.0
#: So much of an answer is read, and thrown away. [bytes]
MOST_READ = 4096


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the HTTP status; where it was not taken, why, in Vietnamese / in English."""

    status: int | None
    error: str = ""

    @property
    def taken(self) -> bool:
        """Whether the receiver said that it has it."""
        return self.status is not None and 200 <= self.status < 300


class _Secure(http.client.HTTPSConnection):
    """https to a machine's address, with the certificate asked of the name."""

    def __init__(self, target: Target, machine: str) -> None:
        # SSL_CERT_FILE names a province's own authority, as everywhere with OpenSSL.
        super().__init__(
            target.host, target.port, timeout=CONNECT_S, context=ssl.create_default_context()
        )
        self._machine, self._name = machine, target.host

    def connect(self) -> None:
        """Connect to the machine that was judged."""
        plain = socket.create_connection((self._machine, self.port), CONNECT_S)
        self.sock = self._context.wrap_socket(  # type: ignore[attr-defined]
            plain, server_hostname=self._name
        )
        self.sock.settimeout(ANSWER_S)


class _Plain(http.client.HTTPConnection):
    """http to a machine's address."""

    def __init__(self, target: Target, machine: str) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_S)
        self._machine = machine

    def connect(self) -> None:
        """Connect to the machine that was judged."""
        self.sock = socket.create_connection((self._machine, self.port), CONNECT_S)
        self.sock.settimeout(ANSWER_S)


def _cut(made: http.client.HTTPConnection) -> None:
    """End a connection in the middle; whoever waits for it is told."""
    if made.sock is not None:
        with contextlib.suppress(OSError):
            made.sock.shutdown(socket.SHUT_RDWR)


def post(address: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Send a body; a redirection is not followed. Never raises for what the network does."""
    try:
        target = targets.read(address)
        machine = targets.place_of(target)
    except TargetError as error:
        return Outcome(None, str(error)[:500])
    made = _Secure(target, machine) if target.secure else _Plain(target, machine)
    sent = {
        "Host": target.host_header,
        "Content-Type": "application/json",
        "User-Agent": f"hatangso/{VERSION}",
        **headers,
    }
    bound = threading.Timer(TOTAL_S, _cut, [made])
    bound.daemon = True
    bound.start()
    try:
        made.request("POST", target.path, body=body, headers=sent)
        answer = made.getresponse()
        answer.read(MOST_READ)
    except (OSError, http.client.HTTPException) as error:
        said = (str(error) or type(error).__name__)[:100]
        sentence = (
            f"Không có trả lời từ {target.host}: {said}. "
            f"/ No answer came from {target.host}: {said}."
        )
        return Outcome(None, sentence[:500])
    finally:
        bound.cancel()
        made.close()
    if 200 <= answer.status < 300:
        return Outcome(answer.status)
    return Outcome(
        answer.status,
        f"{target.host} trả lời {answer.status}. / {target.host} answered {answer.status}.",
    )
