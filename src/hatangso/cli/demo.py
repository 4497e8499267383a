"""``hatangso demo``: the main job, from plan texts to scorecards and the official report."""

import time
from datetime import date
from pathlib import Path

import click
from django.utils import translation
from django.utils.translation import gettext as _

from hatangso.cli.tables import cascade_lines, scorecard_lines
from hatangso.demo import job
from hatangso.indicators import queries
from hatangso.plans.services import PlanError
from hatangso.reports.services import write_report
from hatangso.runtime.paths import var_folder
from hatangso.territory.models import AdminUnit


class Steps:
    """Says each step with the time since the one before."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, text: str) -> None:
        """Say that a step is done."""
        now = time.monotonic()
        click.echo(f"  [{now - self._last:5.1f} s] {text}")
        self._last = now


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of real input laid out like ../shared; the made-up province without it.",
)
@click.option(
    "--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Language."
)
@click.option(
    "--scale",
    type=click.FloatRange(0.1, 2000),
    help="How much made-up infrastructure; 1 without it, and none on real input.",
)
def demo(data: Path | None, lang: str, scale: float | None) -> None:
    """Run the main job; a second run finds all in place and takes seconds."""
    with translation.override(lang):
        steps = Steps()
        click.echo(
            _("Loading the real input of %s") % data if data else _("Loading the made-up province")
        )
        try:
            loaded = (
                job.load_real(data, steps, scale=scale)
                if data
                else job.load_demo(steps, scale=scale or 1.0)
            )
        except (job.DemoDataError, PlanError) as error:
            raise click.ClickException(str(error)) from error
        today = date.today()
        for unit in _each_once(loaded.units):
            click.echo("")
            for line in scorecard_lines(queries.scorecard(unit, today)):
                click.echo(line)
        click.echo("")
        click.echo(_("Conflicts between the plans of the levels:"))
        for plan in loaded.plans:
            for line in cascade_lines(plan.unit, plan.in_force_from, below=False):
                click.echo(f"  - {line}")
        click.echo("")
        folder = var_folder() / "reports"
        folder.mkdir(parents=True, exist_ok=True)
        for unit in _each_once(loaded.units):
            file = folder / f"bao-cao-{unit.code}-{today:%Y%m%d}.docx"
            write_report(unit, today, file)
            steps(_("Report: %s") % file)


def _each_once(units: list[AdminUnit]) -> list[AdminUnit]:
    return list({unit.pk: unit for unit in units}.values())
