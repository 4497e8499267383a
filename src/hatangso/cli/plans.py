"""``hatangso plans``: read a plan's text, load plans, list them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click
from django.db import DatabaseError

from hatangso.cli.plantext_read import read
from hatangso.plans import services
from hatangso.plans.models import Plan
from hatangso.plans.queries import absent_plans
from hatangso.plans.rereading import read_again


def _unit_code(places: Sequence[str], on: date | None) -> str | None:
    """Code of the unit that a plan's issuer names, or None where it is not in the territory."""
    try:
        unit = services.resolve_unit(places, on)
    except DatabaseError:  # No tables yet: reading a text needs none.
        return None
    return unit.code if unit else None


@click.group()
@click.pass_context
def plans(context: click.Context) -> None:
    """Plans: read a text, load it, list what is here."""
    context.obj = _unit_code


plans.add_command(read)


@plans.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--confirm-sure",
    is_flag=True,
    help="Count at once what was read with a confidence of 0.9 or more; "
    "each is marked as confirmed by rule, not by a person.",
)
def load(files: tuple[Path, ...], confirm_sure: bool) -> None:
    """Load plan FILES; the same file twice is one plan."""
    for file in files:
        try:
            plan = services.load_plan(file.read_bytes(), file.name)
        except services.PlanError as error:
            raise click.ClickException(str(error)) from error
        confirmed = services.confirm_sure(plan) if confirm_sure else 0
        click.echo(
            f"{file.name}: {plan.number or '(không số)'}, {plan.unit}: "
            f"{plan.targets.count()} mục tiêu, {plan.baselines.count()} hiện trạng, "
            f"{plan.tasks.count()} nhiệm vụ; xác nhận {confirmed}"
        )


@plans.command(name="read-again")
@click.argument("numbers", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every plan that is here.")
def read_again_(numbers: tuple[str, ...], every: bool) -> None:
    """Read the kept text of plans NUMBERS again; what people decided stays as it is."""
    if not numbers and not every:
        raise click.UsageError("Hãy ghi số kế hoạch hoặc --all. / Give plan numbers, or --all.")
    found = Plan.objects.all() if every else Plan.objects.filter(number__in=numbers)
    missing = set(numbers) - set(found.values_list("number", flat=True))
    if missing:
        raise click.ClickException(
            f"Không có kế hoạch số {', '.join(sorted(missing))}. / No such plan is here."
        )
    for plan in found:
        made = read_again(plan)
        click.echo(
            f"{plan.number or plan.file_name}: thêm {made.added}, bỏ {made.removed}, "
            f"đọc lại {made.changed}, giữ theo quyết định {made.kept}"
        )


@plans.command(name="list")
def list_() -> None:
    """List the plans that are here, with the plans they name that are not."""
    for plan in Plan.objects.select_related("unit").defer("text"):
        click.echo(f"{plan.number or '(không số)':16} {plan.issued_on:10} {plan.unit}")
        for reference in absent_plans(plan):
            click.echo(f"  chưa có trong hệ thống: {reference.number} ({reference.issuer})")
