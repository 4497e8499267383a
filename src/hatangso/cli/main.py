"""``hatangso``: the commands of every room under one name.

Django is set up, and the private database started, only for a command that needs them and only
when it is carried out: ``--help`` is quick and works with nothing running.
"""

import errno
import importlib
import importlib.util
import os
import sys
from dataclasses import dataclass

import click

from hatangso.runtime import cluster, cluster_place, database, native, postgresql
from hatangso.runtime.version import VERSION


@dataclass(frozen=True)
class Room:
    """Where a command lives, what ``--help`` says of it, and what it stands on."""

    place: str
    help: str
    django: bool = True
    database: bool = True


ROOMS = {
    "addresses": Room("hatangso.cli.addresses:addresses", "Digital addresses: load, find."),
    "audit": Room("hatangso.cli.audit:audit", "The history: show, chain, verify, prove."),
    "backup": Room("hatangso.cli.backup:backup", "Save database and files in one archive."),
    "demo": Room("hatangso.cli.demo:demo", "The main job on the made-up province or on yours."),
    "doctor": Room(
        "hatangso.cli.doctor:doctor",
        "Name what is missing or wrong, and the command that mends it.",
        django=False,
        database=False,
    ),
    "indicators": Room("hatangso.cli.indicators:indicators", "Indicators and reported figures."),
    "intake": Room(
        "hatangso.cli.intake:intake", "Operators' filings: templates, checks, differences."
    ),
    "inventory": Room("hatangso.cli.inventory:inventory", "What stands, and its data dictionary."),
    "jobs": Room("hatangso.cli.jobs:jobs", "Long works: carry them out, list them."),
    "manage": Room("hatangso.cli.serve:manage", "Django's own commands."),
    "migrate": Room("hatangso.cli.serve:migrate", "Bring the database's tables up to date."),
    "plans": Room("hatangso.cli.plans:plans", "Plan texts, their targets and their cascade."),
    "prepare": Room(
        "hatangso.cli.serve:prepare", "Translations, tables and static files, if out of date."
    ),
    "radio": Room(
        "hatangso.cli.radio:radio", "Predict radio coverage.", django=False, database=False
    ),
    "rasters": Room("hatangso.cli.rasters:rasters", "Rasters of coverage and ground (STAC)."),
    "report": Room("hatangso.cli.report:report", "Write the official report."),
    "restore": Room("hatangso.cli.backup:restore", "Bring back what backup saved."),
    "serve": Room("hatangso.cli.serve:serve", "Serve the site on this machine."),
    "territory": Room("hatangso.cli.territory:territory", "Administrative units through time."),
    "users": Room("hatangso.cli.users:users", "People, their roles and keys."),
    "webhooks": Room("hatangso.cli.webhooks:webhooks", "Changes sent to other systems."),
}

# What may go wrong with the ground that we stand on; each is a full sentence already.
EXPECTED = (
    cluster.ClusterError,
    cluster_place.ClusterPlaceError,
    database.DatabaseAddressError,
    native.NativeLibraryMissingError,
    postgresql.PostgresqlMissingError,
)


def set_up_django() -> None:
    """Set up Django with the program's settings; a second call does nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hatangso.runtime.settings")
    import django

    django.setup()


def start_database() -> None:
    """Hold the private database running until this process ends (``DATABASE_URL`` needs none)."""
    if not os.environ.get("DATABASE_URL"):
        cluster.ensure_running()


def _say_who_acts(name: str, rest: list[str]) -> None:
    """Let the history say which command changed something; its arguments may hold names."""
    from hatangso.records import context

    verb = rest[:1] if rest and rest[0].isalpha() else []
    what = " ".join(["hatangso", name, *verb])
    context.begin(why=what, through="command", place=what)


class Rooms(click.Group):
    """The root group: loads a room's module when its command is asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Names of the commands whose modules are there."""
        return [name for name, room in sorted(ROOMS.items()) if _is_there(room)]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import the command ``name``, or None if there is none of that name."""
        room = ROOMS.get(name)
        if room is None or not _is_there(room):
            return None
        if room.django:
            set_up_django()
        module, attribute = room.place.split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, and start the database if it will be carried out with one."""
        name, command, rest = super().resolve_command(context, arguments)
        wants_help = any(argument in {"--help", "-h"} for argument in rest)
        if name in ROOMS and ROOMS[name].database and not wants_help:
            start_database()
            if ROOMS[name].django and name != "serve":
                _say_who_acts(name, rest)
        return name, command, rest

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        rows = [(name, ROOMS[name].help) for name in self.list_commands(context)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, context: click.Context) -> object:
        """Carry out, and say what is known to go wrong in a sentence instead of a traceback."""
        try:
            return super().invoke(context)
        except EXPECTED as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            message = (
                f"No room is left on the disk ({error.filename or 'while writing'}). Make room and "
                "run the command again; what it had not finished was not kept."
            )
            raise click.ClickException(message) from error
        except Exception as error:
            if _is_lost_database(error):
                message = f"The database does not answer: {str(error).strip()} See: hatangso doctor"
                raise click.ClickException(message) from error
            raise


def _is_there(room: Room) -> bool:
    return importlib.util.find_spec(room.place.split(":")[0]) is not None


def _is_lost_database(error: Exception) -> bool:
    """Tell whether an error is Django's OperationalError, without importing Django for it."""
    errors = sys.modules.get("django.db.utils")
    return errors is not None and isinstance(error, errors.OperationalError)


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="hatangso")
def main() -> None:
    """Hạ Tầng Số: the targets of a digital-infrastructure plan, computed from data."""


if __name__ == "__main__":
    main(prog_name="hatangso")
