"""``hatangso inventory``: what stands, its data dictionary, and made-up infrastructure."""

import csv
from datetime import date, datetime
from pathlib import Path

import click
from django.db.models import Count
from django.utils import timezone

from hatangso.demo.assets import file_with_errors
from hatangso.demo.assets.planting import file_of
from hatangso.demo.inventory import load_made_up_assets, made_up_of
from hatangso.inventory import queries, services
from hatangso.inventory.dictionary import ENTITIES, page
from hatangso.organisations.models import Organisation
from hatangso.territory import queries as territory
from hatangso.territory.queries import UnitNotFoundError

KIND = click.Choice(list(ENTITIES))
SCALE = click.FloatRange(0.1, 2000)


@click.group()
def inventory() -> None:
    """What stands: kinds of assets, what is published, made-up infrastructure."""


@inventory.command("kinds")
def kinds() -> None:
    """Each kind of asset, and how many of it each body has."""
    for kind in ENTITIES.values():
        rows = queries.model_of(kind.code)._default_manager.order_by().values("owner__code")
        counted = rows.annotate(many=Count("pk")).order_by("owner__code")
        said = ", ".join(f"{row['owner__code']} {row['many']}" for row in counted) or "-"
        click.echo(f"{kind.code:<20} {kind.name_vi}: {said}")


@inventory.command("dictionary")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
def dictionary(file: Path | None) -> None:
    """Write the data dictionary as a page (docs/data-dictionary.md), to FILE or the screen."""
    if file is None:
        click.echo(page.markdown(), nl=False)
    else:
        file.write_text(page.markdown(), encoding="utf-8")


@inventory.command("publish")
@click.argument("kind", type=KIND)
@click.option("--owner", required=True, help="Code of the body whose assets they are.")
@click.option("--why", required=True, help="The decision by which it is published.")
@click.option("--withdraw", is_flag=True, help="Show them to everyone no more.")
def publish(kind: str, owner: str, why: str, withdraw: bool) -> None:
    """Show the assets of KIND of a body to everyone."""
    body = Organisation.objects.filter(code=owner).first()
    if body is None:
        raise click.ClickException(f"No body has the code {owner}: see hatangso users list.")
    try:
        many = services.publish(body, kind, published=not withdraw, why=why, who=None)
    except services.ApplyError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{many} {'withdrawn' if withdraw else 'published'}")


@inventory.command("at")
@click.argument("kind", type=KIND)
@click.argument("owner")
@click.argument("moment", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def earlier(kind: str, owner: str, moment: datetime, file: Path) -> None:
    """Write what OWNER had of KIND at MOMENT (the site's time) to FILE (CSV)."""
    body = Organisation.objects.filter(code=owner).first()
    if body is None:
        raise click.ClickException(f"No body has the code {owner}: see hatangso users list.")
    table = queries.assets_at(body, kind, timezone.make_aware(moment))
    _write(file, *file_of(table))
    click.echo(f"{len(table)} of {owner}")


def _write(file: Path, header: list[str], rows: list[list[str]]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(header)
        writer.writerows(rows)


@inventory.command("make-up")
@click.argument("unit")
@click.option("--seed", type=int, default=20250701, show_default=True)
@click.option("--scale", type=SCALE, default=1.0, show_default=True, help="1: a pole for 29 homes.")
def make_up(unit: str, seed: int, scale: float) -> None:
    """Lay made-up infrastructure on the communes of the province with code UNIT.

    Every row is marked as made up. A second time changes nothing.
    """
    today = date.today()
    try:
        province = territory.get_unit(unit, today, "province")
    except UnitNotFoundError as error:
        raise click.ClickException(str(error)) from error
    made = load_made_up_assets(province, today, seed=seed, scale=scale)
    if made is None:
        click.echo("It was made up before, or no commune of it has a polygon: nothing was changed.")
        return
    truth = made.truth
    click.echo(
        f"{sum(truth.assets.values())} assets: {sum(truth.sites.values())} sites, "
        f"{sum(truth.shared_sites.values())} of them shared; {truth.shared_poles} shared poles; "
        f"{truth.span_km:.1f} km of fibre"
    )


@inventory.command("sample")
@click.argument("kind", type=KIND)
@click.argument("unit")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--owner", default="MH-SONGMAY", show_default=True, help="Code of a made-up body.")
@click.option("--errors", type=click.IntRange(0), default=0, help="Errors to plant in it.")
@click.option("--seed", type=int, default=20250701, show_default=True)
@click.option("--scale", type=SCALE, default=1.0, show_default=True)
def sample(
    kind: str, unit: str, file: Path, owner: str, errors: int, seed: int, scale: float
) -> None:
    """Write a made-up file (CSV) of KIND as an operator of province UNIT would send it.

    What was planted is told, one error on a line: fault, row (the header is row 1), column.
    """
    try:
        province = territory.get_unit(unit, date.today(), "province")
    except UnitNotFoundError as error:
        raise click.ClickException(str(error)) from error
    made = made_up_of(province, date.today(), seed=seed, scale=scale)
    table = made.tables.get((owner, kind)) if made else None
    if table is None:
        raise click.ClickException(f"{owner} has no made-up {kind} in {province.name}.")
    filing = file_with_errors(table, errors, seed)
    _write(file, filing.header, filing.rows)
    for each in filing.planted:
        click.echo(f"{each.fault}\t{each.row + 2}\t{each.column}")
