"""``hatangso serve``, ``prepare``, ``migrate`` and ``manage``: the site and its upkeep."""

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import click

from hatangso.runtime import jobs_worker, preparation
from hatangso.runtime import port as ports

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 10


def load_site(_target: str) -> Callable[..., Any]:
    """Import the site in a worker (called by granian there).

    The worker leaves the terminal's process group: a Ctrl-C that reaches it beside the order to
    stop that the main process gives makes granian 2.8 wait for ever.
    """
    os.setpgid(0, 0)
    from django.urls import get_resolver

    from hatangso.web.wsgi import application

    # Every page's module is read now, not by the first visitors, each in a thread of their own.
    get_resolver().check()
    return application


def _end_with_the_terminal() -> None:
    """Let a closed terminal end the server, as Ctrl-C does (granian would load the site anew)."""
    signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGINT))


def _say_when_it_answers(host: str, port: int) -> None:
    """Print the site's address once the server accepts connections."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            shown = f"[{host}]" if ":" in host else host
            click.echo(f"Trang web / the site: http://{shown}:{port}   (Ctrl-C: dừng / stop)")
            return


def _become_application() -> None:
    """Let the workers, which answer strangers, use the role that may not alter the history."""
    from django.db import connection

    from hatangso.records import privileges

    ready = privileges.application_is_ready()
    connection.close()
    if ready:
        os.environ["HATANGSO_DATABASE_ROLE"] = "application"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, help="Port; the next free one if it is taken."
)
@click.option(
    "--workers",
    default=min(2, os.cpu_count() or 1),
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes.",
)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the site until Ctrl-C."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    try:
        free = ports.first_free(host, port)
    except ports.NoFreePortError as error:
        raise click.ClickException(str(error)) from error
    if free != port:
        click.echo(
            f"Cổng {port} đã có chương trình khác dùng; dùng cổng {free}. / "
            f"Port {port} is taken; using {free}."
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hatangso.runtime.settings")
    _become_application()
    # This process has threads, and one that is forked from it may inherit a lock that nobody
    # will ever let go, such as that of a module which was being imported.
    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        "hatangso.web.wsgi:application",
        address=host,
        port=free,
        interface=Interfaces.WSGI,
        workers=workers,
        # Each thread keeps its own connection to the database.
        blocking_threads=4,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_TIMEOUT_S,
    )
    announcer = threading.Thread(target=_say_when_it_answers, args=(host, free), daemon=True)
    server.on_startup(announcer.start)
    server.on_startup(_end_with_the_terminal)
    with jobs_worker.beside():
        server.serve(target_loader=load_site)


@click.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    for name in preparation.pending_migrations():
        click.echo(f"  {name}")
    if not preparation.migrate():
        click.echo("The tables are up to date.")


@click.command()
def prepare() -> None:
    """Make what is out of date: translations, tables, static files."""
    for file in preparation.compile_translations():
        click.echo(f"  translation {file.parent.parent.name}/{file.name}")
    done = preparation.migrate()
    if done:
        click.echo(f"  {len(done)} migrations")
    else:
        from hatangso.records import installation

        # A cluster from before there were two roles gets the second one's rights here.
        installation.install()
    if preparation.collect_static_files():
        click.echo("  static files")


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own commands, such as: hatangso manage shell."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["hatangso manage", *arguments])
