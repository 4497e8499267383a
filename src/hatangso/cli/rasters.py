"""``hatangso rasters``: predicted coverage and its ground, kept and described for others (STAC)."""

from datetime import datetime
from pathlib import Path

import click
from django.utils import timezone

from hatangso.coverage import services
from hatangso.coverage.models import Raster
from hatangso.organisations.models import Organisation
from hatangso.territory import queries as territory


@click.group()
def rasters() -> None:
    """Rasters: predicted coverage, terrain, land cover."""


@rasters.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--kind", type=click.Choice(Raster.Kind.values), default="coverage", show_default=True
)
@click.option("--title", required=True)
@click.option("--licence", default="other", show_default=True, help="As SPDX writes it: CC-BY-4.0.")
@click.option("--owner", default="", help="Code of the body whose stations are predicted.")
@click.option("--unit", default="", help="Code of the unit that it is of.")
@click.option("--made-at", type=click.DateTime(), help="When it was computed or surveyed; now.")
@click.option("--made-up", is_flag=True, help="Invented for demonstration.")
def add(
    file: Path,
    kind: str,
    title: str,
    licence: str,
    owner: str,
    unit: str,
    made_at: datetime | None,
    made_up: bool,
) -> None:
    """Keep FILE, a GeoTIFF such as `hatangso radio sweep` writes."""  # fmt: skip
    body = Organisation.objects.filter(code=owner).first() if owner else None
    if owner and body is None:
        raise click.ClickException(f"No body has the code {owner}: see hatangso users list.")
    try:
        place = territory.get_unit(unit, timezone.localdate()) if unit else None
        moment = timezone.make_aware(made_at) if made_at else None
        made, fresh = services.register(
            file, kind, title, licence, owner=body, unit=place, made_at=moment, made_up=made_up
        )
    except (services.RasterError, LookupError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{made.pk}" + ("" if fresh else "  (kept already)"))


@rasters.command("list")
def list_all() -> None:
    """Print the rasters that are kept."""
    for one in Raster.objects.select_related("owner"):
        shown = "published" if one.published else ""
        click.echo(
            f"{str(one.pk)[:8]}  {one.kind:10} {timezone.localtime(one.made_at):%Y-%m-%d}  "
            f"{one.columns}x{one.rows} {one.crs or '-':11} {one.size:>12,}  {one.title} {shown}"
        )


def _one(number: str) -> Raster:
    found = [one for one in Raster.objects.all() if str(one.pk).startswith(number)]
    if len(found) != 1:
        raise click.ClickException(
            f"{len(found)} rasters begin with {number}: see hatangso rasters list."
        )
    return found[0]


@rasters.command()
@click.argument("number")
@click.option("--withdraw", is_flag=True, help="Show it to everyone no more.")
def publish(number: str, withdraw: bool) -> None:
    """Show raster NUMBER (its beginning is enough) to everyone."""
    services.publish(_one(number), published=not withdraw)


@rasters.command()
@click.argument("number")
def remove(number: str) -> None:
    """Take raster NUMBER out, with its file."""
    services.remove(_one(number))
