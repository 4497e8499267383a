"""Two database roles: the owner, who migrates, and the application, who may not touch the log.

The application's role reads and writes the rooms' tables; of the log it may only read, of the
tree only read and add. No role but the owner may TRUNCATE.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from hatangso.runtime import database

#: Name of the application's role; the private cluster makes it (runtime.cluster).
APPLICATION = database.application_role()

#: What it may do to tables that are not like the others; of all others it is reader and writer.
_SPECIAL = {
    "records_entry": "SELECT",
    "records_leaf": "SELECT, INSERT",
    "records_head": "SELECT, INSERT",
    "records_personalvalue": "SELECT, DELETE",
    "django_migrations": "SELECT",
}

#: What the application's role must not be able to do.
FORBIDDEN = {
    "records_entry": ("INSERT", "UPDATE", "DELETE", "TRUNCATE"),
    "records_leaf": ("UPDATE", "DELETE", "TRUNCATE"),
    "records_head": ("UPDATE", "DELETE", "TRUNCATE"),
    "records_personalvalue": ("INSERT", "UPDATE", "TRUNCATE"),
}


def _exists(cursor: CursorWrapper | Any) -> bool:
    cursor.execute(
        "SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [APPLICATION]
    )
    return cursor.fetchone() is not None


def grant(cursor: CursorWrapper | Any) -> bool:
    """Give the application's role its rights, where there is such a role; the caller is the owner.

    Tables of the extensions are left as they are: they belong to another.
    """
    if not _exists(cursor):
        return False
    role = connection.ops.quote_name(APPLICATION)
    # Not kept by a backup, so given anew with the rights.
    cursor.execute("REVOKE EXECUTE ON FUNCTION records_keep_apart(bigint, text) FROM PUBLIC")
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    cursor.execute(
        "SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'S') AND pg_has_role(current_user, relowner, 'MEMBER')"
    )
    for name, kind in cursor.fetchall():
        quoted = connection.ops.quote_name(name)
        if kind == "S":
            cursor.execute(f"GRANT USAGE, SELECT ON SEQUENCE {quoted} TO {role}")
            continue
        rights = _SPECIAL.get(name, "SELECT, INSERT, UPDATE, DELETE")
        cursor.execute(f"REVOKE ALL ON {quoted} FROM {role}")
        cursor.execute(f"GRANT {rights} ON {quoted} TO {role}")
    return True


def application_is_ready() -> bool:
    """Whether the application's role is there, another than the owner, and has its rights."""
    with connection.cursor() as cursor:
        if not _exists(cursor):
            return False
        cursor.execute(
            "SELECT has_table_privilege(%(role)s, 'django_session', 'INSERT')"
            " AND has_table_privilege(%(role)s, 'records_entry', 'SELECT')"
            " AND NOT pg_has_role(%(role)s, relowner, 'MEMBER')"
            " FROM pg_class WHERE oid = 'records_entry'::regclass",
            {"role": APPLICATION},
        )
        return bool(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Standing:
    """How the role of a connection stands to the log."""

    role: str
    owns_log: bool
    superuser: bool
    may: tuple[str, ...]

    @property
    def is_kept_out(self) -> bool:
        """Whether it can neither change, remove nor forge an entry."""
        return not (self.owns_log or self.superuser or self.may)


def standing() -> Standing:
    """How the role of the program's own connection stands to the log, for the doctor."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, pg_has_role(current_user, relowner, 'MEMBER'), "
            "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user) "
            "FROM pg_class WHERE oid = 'records_entry'::regclass"
        )
        role, owns, superuser = cursor.fetchone()
        may = []
        for table, actions in FORBIDDEN.items():
            for action in actions:
                cursor.execute("SELECT has_table_privilege(%s, %s)", [table, action])
                if cursor.fetchone()[0]:
                    may.append(f"{action} {table}")
    return Standing(role, owns, superuser, tuple(may))
