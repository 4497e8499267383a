"""``hatangso jobs``: the worker that carries out what waits, and what waits."""

import click

from hatangso.runtime import jobs as queue
from hatangso.runtime.models import Job


@click.group()
def jobs() -> None:
    """Long works: carry them out, list them."""


@jobs.command()
@click.option("--until-empty", is_flag=True, help="Stop when nothing waits any more.")
@click.option(
    "--with-parent", is_flag=True, help="End when standard input closes (used by hatangso serve)."
)
def work(until_empty: bool, with_parent: bool) -> None:
    """Carry out what waits, until Ctrl-C.

    `hatangso serve` starts one by itself; on a machine of its own this command is another.
    """
    queue.run_worker(until_empty=until_empty, with_parent=with_parent)


@jobs.command(name="list")
@click.option("--all", "every", is_flag=True, help="Those that ended, too.")
def list_jobs(every: bool) -> None:
    """Print what waits and runs."""
    found = Job.objects.all() if every else Job.objects.filter(state__in=("waiting", "running"))
    for job in found[:200]:
        done = "" if job.percent is None else f" {job.percent}%"
        click.echo(f"{job.asked_at:%Y-%m-%d %H:%M} {job.state:8} {job.name} {job.stage}{done}")
        if job.error:
            click.echo(f"    {job.error}")
    if not found:
        click.echo("Nothing waits.")
