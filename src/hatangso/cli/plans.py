"""``hatangso plans``: read a plan's text, load plans, list them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click
from django.db import DatabaseError

from hatangso.cli.plantext_read import files_in, read
from hatangso.engines.plantext.documents import DocumentError, read_bytes
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
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False))
@click.option(
    "--confirm-sure",
    is_flag=True,
    help="Count at once what was read with a confidence of 0.9 or more; "
    "each is marked as confirmed by rule, not by a person.",
)
def load(files: tuple[Path, ...], confirm_sure: bool) -> None:
    """Load plan FILES, or those in folders; the same file twice is one plan.

    One that cannot be loaded is said and changes nothing; the others are loaded all the same.
    """
    faults = 0
    for file in files_in(files):
        try:
            content = read_bytes(file)
            known = services.plan_of(content)
            plan = services.load_plan(content, file.name)
        except (DocumentError, services.PlanError) as error:
            click.echo(f"Error: {_with_name(error, file)}", err=True)
            faults += 1
            continue
        if known is not None and not confirm_sure:
            click.echo(
                f"{file.name}: đã có trong hệ thống ({plan.number or plan.file_name}, "
                f"{plan.unit}), không có gì thay đổi"
            )
            continue
        confirmed = services.confirm_sure(plan) if confirm_sure else 0
        click.echo(
            f"{file.name}: {plan.number or '(không số)'}, {plan.unit}: "
            f"{plan.targets.count()} mục tiêu, {plan.baselines.count()} hiện trạng, "
            f"{plan.tasks.count()} nhiệm vụ; xác nhận {confirmed}"
        )
        for warning in plan.warnings:
            click.echo(f"  {warning['message_vi']}")
    if faults:
        raise SystemExit(1)


def _with_name(error: Exception, file: Path) -> str:
    said = str(error)
    return said if file.name in said else f"{file.name}: {said}"


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
