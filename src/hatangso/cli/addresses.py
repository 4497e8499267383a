"""``hatangso addresses``: digital addresses; lists let in, places found."""

from pathlib import Path

import click

from hatangso.inventory.addresses import codes, geocoding, importing, reading, services
from hatangso.inventory.addresses.geocoding import Found
from hatangso.inventory.addresses.reverse import reverse as places_at
from hatangso.inventory.models import HomeAddress, OfficeAddress
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import Holding, Rights, Role
from hatangso.territory.files import UnitFileError

#: Whoever runs a command on the machine holds its database: homes are shown, and the log is told.
HERE = Rights(holdings=(Holding(Role.OFFICER, None, None),))


@click.group()
def addresses() -> None:
    """Digital addresses of offices and homes."""


def _pairs(texts: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, mark, value = text.partition("=")
        if not mark:
            raise click.ClickException(f"{text}: write it as FIELD=COLUMN.")
        pairs[name] = value
    return pairs


@addresses.command()
@click.argument(
    "paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--body", required=True, help="Code of the body that keeps the list.")
@click.option(
    "--kind", type=click.Choice(list(importing.MODELS)), default="office", show_default=True
)
@click.option("--mapping", help="A mapping saved before.")
@click.option("--column", "columns", multiple=True, metavar="FIELD=COLUMN", help="As street=DUONG.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="As crs=EPSG:9213.")
@click.option("--save-as", help="Keep this mapping under a name.")
@click.option("--whole", is_flag=True, help="The file is the whole list: what it lacks has ended.")
@click.option("--made-up", is_flag=True, help="Invented for demonstration.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
def load(
    paths: tuple[Path, ...],
    body: str,
    kind: str,
    mapping: str | None,
    columns: tuple[str, ...],
    settings: tuple[str, ...],
    save_as: str | None,
    whole: bool,
    made_up: bool,
    dry_run: bool,
    lang: str,
) -> None:
    r"""Let lists of address points in from CSV, GeoJSON, GeoPackage or shapefile FILEs.

    \b
    Fields: own_code, name, body, house_number, street, village, commune, national_code,
            longitude, latitude, wkt
    Settings: layer, crs, encoding, title, licence
    """  # fmt: skip
    owner = Organisation.objects.filter(code=body).first()
    if owner is None:
        raise click.ClickException(f"No body has the code {body}: see hatangso users list.")
    if whole and len(paths) > 1:
        raise click.ClickException("With --whole one FILE holds the whole list: give one.")
    try:
        if mapping:
            chosen = importing.saved_columns(mapping, kind)
        else:
            chosen = importing.columns_of(_pairs(columns), _pairs(settings), kind)
        if save_as:
            importing.save_mapping(save_as, dict(chosen.columns), _pairs(settings), kind)
        for path in paths:
            outcome = importing.import_addresses(
                path, chosen, owner, kind, whole=whole, dry_run=dry_run, made_up=made_up
            )
            click.echo(
                f"{path.name}: +{outcome.added:,} ~{outcome.changed:,} ={outcome.unchanged:,} "
                f"-{outcome.ended:,}, kept out {outcome.kept_out:,}"
                + (" (dry run)" if dry_run else "")
            )
            for fault in outcome.faults[:50]:
                click.echo(f"  {fault.check_id} {fault.severity} dòng/row {fault.row}: "
                           f"{fault.message(lang)}")  # fmt: skip
            if len(outcome.faults) > 50:
                click.echo(f"  … {len(outcome.faults) - 50:,}")
    except UnitFileError as error:
        raise click.ClickException(str(error)) from error


def _say(found: Found) -> None:
    place = "" if found.place is None else f"{found.place[1]:.6f}, {found.place[0]:.6f}"
    far = "" if found.distance_m is None else f"  {found.distance_m:.0f} m"
    click.echo(f"{found.code_shown or '-':<14}  {found.precision:<8}  {place}{far}")
    click.echo(f"    {found.in_words}" + (" (minh họa)" if found.made_up else ""))
    if found.formerly:
        click.echo(f"    trước ở / formerly in {found.formerly}")
    for old, new in found.became:
        click.echo(f"    {old} → {', '.join(new)}")
    if found.ended_on is not None:
        click.echo(f"    không còn dùng từ / no longer in use since {found.ended_on}")


@addresses.command()
@click.argument("text")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, geocoding.MOST))
def find(text: str, limit: int) -> None:
    """Find places by TEXT: words with or without tone marks, a code, or coordinates."""
    place = reading.coordinates(text)
    if place is not None:
        found = tuple(places_at(*place, HERE))
        ambiguous = False
    else:
        answer = geocoding.geocode(text, HERE, limit=limit)
        found, ambiguous = answer.found, answer.ambiguous
    if not found:
        raise click.ClickException("Nothing was found: write fewer words, or the commune alone.")
    if ambiguous:
        click.echo("Có nhiều nơi cùng khớp / several places fit:")
    for each in found:
        _say(each)


@addresses.command()
def relocate() -> None:
    """Give each address the commune of today in which its point lies, after a merge or a split."""
    click.echo(f"{services.relocate():,}")


@addresses.command()
def count() -> None:
    """How many addresses are in force, and how many codes are known."""
    for label, model in (("office", OfficeAddress), ("home", HomeAddress)):
        rows = model._default_manager.all()
        standing = rows.filter(ended_on__isnull=True).count()
        click.echo(f"{label:<7} {standing:,} / {rows.count():,}")


@addresses.command()
@click.argument("code")
def check(code: str) -> None:
    """Say whether CODE was written without a slip."""
    plain = codes.read(code)
    if plain is None:
        raise click.ClickException("This is no code of an address: a sign is missing or wrong.")
    click.echo(codes.shown(plain))
