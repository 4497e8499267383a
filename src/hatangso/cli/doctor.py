"""``hatangso doctor``: what is missing or wrong, and the command that mends it."""

import os
import sys

import click

from hatangso.runtime import facts, health

SIGN = {
    health.Level.OK: "  ok  ",
    health.Level.WARNING: " warn ",
    health.Level.ERROR: "ERROR ",
}


def _wants_vietnamese() -> bool:
    language = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)),
        "",
    )
    return language.startswith("vi")


@click.command()
@click.option(
    "--language",
    type=click.Choice(["vi", "en"]),
    help="Language of the findings; that of the environment if not given.",
)
def doctor(language: str | None) -> None:
    """Name what is missing or wrong, and the command that mends it; status 1 for an error."""
    vietnamese = language == "vi" if language else _wants_vietnamese()
    errors = 0
    for check, finding in health.examine(facts.with_database(facts.of_machine())):
        said = finding.vietnamese if vietnamese else finding.english
        click.echo(f"[{SIGN[finding.level]}] {check.identity}: {said}")
        if finding.mend:
            click.echo(f"         -> {finding.mend}")
        errors += finding.level is health.Level.ERROR
    if errors:
        sys.exit(1)
