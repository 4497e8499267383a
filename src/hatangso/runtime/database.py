"""Which PostGIS the program talks to: ``DATABASE_URL``, else the private cluster under var/."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from hatangso.runtime import cluster

ENGINE = "django.contrib.gis.db.backends.postgis"


class DatabaseAddressError(ValueError):
    """``DATABASE_URL`` cannot be read."""


def from_url(url: str) -> dict[str, Any]:
    """Django's settings for an address such as ``postgres://name:word@host:5432/hatangso``.

    Raises
    ------
    DatabaseAddressError
        When it is not a PostgreSQL address or names no database.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    try:
        port = parts.port
    except ValueError:
        name = ""
    if parts.scheme not in {"postgres", "postgresql", "postgis"} or not name:
        message = (
            "DATABASE_URL must look like postgres://name:password@host:5432/database; "
            "unset it to use the private database."
        )
        raise DatabaseAddressError(message)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": ENGINE,
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or options.pop("host", "")),
        "PORT": str(port or ""),
        "OPTIONS": options,
    }


def as_application() -> bool:
    """Whether this process is the application (the site), which may not alter the history."""
    return os.environ.get("HATANGSO_DATABASE_ROLE") == "application"


def application_role() -> str:
    """Name of the application's database role; the owner's own where no other is set up."""
    if not os.environ.get("DATABASE_URL"):
        return cluster.APPLICATION_ROLE
    url = os.environ.get("DATABASE_APPLICATION_URL") or os.environ["DATABASE_URL"]
    return str(from_url(url)["USER"])


def settings() -> dict[str, Any]:
    """Settings of the one database; connections are kept open between requests."""
    url = os.environ.get("DATABASE_URL")
    if url and as_application():
        url = os.environ.get("DATABASE_APPLICATION_URL") or url
    role = cluster.APPLICATION_ROLE if as_application() else cluster.ROLE
    chosen = from_url(url) if url else cluster.connection(role)
    chosen["CONN_MAX_AGE"] = 600
    chosen["CONN_HEALTH_CHECKS"] = True
    # Several test runs side by side each name their own.
    chosen["TEST"] = {"NAME": os.environ.get("HATANGSO_TEST_DATABASE", "test_hatangso")}
    return chosen
