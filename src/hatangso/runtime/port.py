"""A free TCP port for the site."""

import socket

TRIED = 50


class NoFreePortError(RuntimeError):
    """Neither the wanted port nor any of the next ones is free."""


def is_free(host: str, port: int) -> bool:
    """Tell whether ``port`` can be listened on.

    Asked without SO_REUSEPORT, with which a second server would share the first one's port.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Ports in TIME_WAIT after our own last stop count as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def first_free(host: str, wanted: int, tried: int = TRIED) -> int:
    """The first free port from ``wanted`` on.

    Raises
    ------
    NoFreePortError
        When none of ``tried`` ports is free, or none may be listened on.
    """
    for port in range(wanted, min(wanted + tried, 65536)):
        if is_free(host, port):
            return port
    message = (
        f"No port from {wanted} to {min(wanted + tried, 65536) - 1} can be listened on at {host}: "
        "name another with --port (below 1024 only root may)."
    )
    raise NoFreePortError(message)
