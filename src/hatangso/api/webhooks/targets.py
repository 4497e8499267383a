"""Which addresses may be sent to: https, and no machine of the province's own network.

A name is resolved once, every address that it has is judged, and the connection goes to one of
those very addresses: a name that answers otherwise a moment later leads nowhere else.
"""

import ipaddress
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

#: Networks besides the public ones that may be sent to, as 10.1.2.0/24,192.0.2.7/32; plain http
#: goes to these alone.
SETTING = "HATANGSO_WEBHOOK_NETWORKS"
LONGEST = 500
#: Ports below this, other than https's own, are other services'.
LEAST_PORT = 1024

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Sequence[str]]


class TargetError(ValueError):
    """An address may not be sent to; the text says why, in Vietnamese / in English."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart."""

    host: str
    port: int
    path: str
    secure: bool

    @property
    def host_header(self) -> str:
        """The host as the request names it."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.secure else 80
        return name if self.port == usual else f"{name}:{self.port}"


def networks() -> tuple[Network, ...]:
    """Networks that the setting allows besides the public ones.

    Raises
    ------
    TargetError
        When the setting cannot be read.
    """
    given = os.environ.get(SETTING, "")
    try:
        return tuple(
            ipaddress.ip_network(part.strip()) for part in given.split(",") if part.strip()
        )
    except ValueError as error:
        raise TargetError(
            f"{SETTING} không ghi mạng theo dạng 10.1.2.0/24: {error}. "
            f"/ {SETTING} holds no networks such as 10.1.2.0/24: {error}."
        ) from error


def read(text: str) -> Target:
    """An address taken apart, if it is of a form that may be sent to.

    Raises
    ------
    TargetError
        When it is not.
    """
    if len(text) > LONGEST or any(ord(sign) <= 32 or ord(sign) == 127 for sign in text):
        raise TargetError(
            f"Địa chỉ dài nhất {LONGEST} ký tự và không có khoảng trắng. "
            f"/ An address has at most {LONGEST} characters and no spaces."
        )
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise TargetError(
            f"Đây không phải là địa chỉ: {error}. / This is no address: {error}."
        ) from error
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise TargetError(
            "Địa chỉ phải bắt đầu bằng https:// và có tên máy. "
            "/ An address begins with https:// and names a host."
        )
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise TargetError(
            "Địa chỉ không được ghi tên, mật khẩu hay phần sau dấu #. "
            "/ An address holds no user, password or part behind #."
        )
    secure = parts.scheme == "https"
    chosen = port or (443 if secure else 80)
    if chosen not in {80, 443} and chosen < LEAST_PORT:
        raise TargetError(
            f"Cổng {chosen} dành cho dịch vụ khác: hãy dùng 443 hoặc từ {LEAST_PORT} trở lên. "
            f"/ Port {chosen} is another service's: 443, or from {LEAST_PORT}, is taken."
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.hostname, chosen, path, secure)


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name.

    Raises
    ------
    TargetError
        When it has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TargetError(
            f"Không tìm thấy máy tên {host}: {error}. / The name {host} is not known: {error}."
        ) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_allowed(address: Address, allowed: Sequence[Network], *, secure: bool) -> bool:
    """Whether a machine's address may be sent to.

    One of IPv6 that carries one of IPv4 (mapped, 6to4, NAT64) is judged by that.
    """
    inner = _carried(address)
    if inner is not None:
        return is_allowed(inner, allowed, secure=secure)
    if any(address.version == net.version and address in net for net in allowed):
        return True
    return secure and address.is_global and not address.is_multicast and not address.is_reserved


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _carried(address: Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def place_of(
    target: Target, allowed: Sequence[Network] | None = None, resolver: Resolver = resolve
) -> str:
    """Address of the machine to connect to.

    Raises
    ------
    TargetError
        When any address of the name may not be sent to.
    """
    permitted = networks() if allowed is None else allowed
    found = [
        ipaddress.ip_address(text.split("%")[0]) for text in resolver(target.host, target.port)
    ]
    if not found:
        raise TargetError(
            f"Tên {target.host} không có địa chỉ nào. / The name {target.host} has no address."
        )
    for address in found:
        if not is_allowed(address, permitted, secure=target.secure):
            if target.secure:
                message = (
                    f"{target.host} dẫn đến {address}, không thuộc mạng công cộng. Nếu là máy của "
                    f"tỉnh, hãy ghi mạng của nó vào {SETTING}. "
                    f"/ {target.host} leads to {address}, which is not on the public network. If "
                    f"it is a machine of the province, name its network in {SETTING}."
                )
            else:
                message = (
                    f"http chỉ gửi đến các mạng trong {SETTING}: hãy dùng https. "
                    f"/ Plain http goes to networks of {SETTING} only: use https."
                )
            raise TargetError(message)
    return str(found[0])
