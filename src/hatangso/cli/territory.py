"""``hatangso territory``: administrative units through time."""

import csv
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click

from hatangso.runtime import paths
from hatangso.territory import crossing, files, importing, queries, services, successions
from hatangso.territory.checks import CHECKS, SEVERITIES
from hatangso.territory.import_rows import Outcome
from hatangso.territory.models import LEVEL_ORDER, AdminUnit, Finding, Succession
from hatangso.territory.national.read import SampleMissingError

DAY = click.DateTime(formats=["%Y-%m-%d", "%d/%m/%Y"])
LEVEL = click.Choice(LEVEL_ORDER)
UNKNOWN_START = "chưa rõ từ khi nào"
UNKNOWN_END = "chưa rõ đến khi nào"


@click.group()
def territory() -> None:
    """Units through time: load them, ask about them, carry figures across their changes."""


@contextmanager
def _said() -> Iterator[None]:
    """Say what is known to go wrong in a sentence."""
    try:
        yield
    except (
        files.UnitFileError,
        queries.UnitNotFoundError,
        SampleMissingError,
        services.UnitChangeError,
        crossing.FigureError,
    ) as error:
        raise click.ClickException(str(error)) from error


def _today(given: object) -> date:
    from django.utils import timezone

    return given.date() if hasattr(given, "date") else timezone.localdate()


def _progress(quiet: bool) -> Callable[[str], None]:
    return (lambda text: None) if quiet else (lambda text: click.echo(f"  {text}", err=True))


@territory.command("load-shared")
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--province", "provinces", multiple=True, help="Code since July 2025; repeatable.")
@click.option("--quiet", is_flag=True)
def load_shared(folder: Path | None, provinces: tuple[str, ...], quiet: bool) -> None:
    """Load the country's units, old and new, from FOLDER (default: the shared data)."""
    place = folder or paths.shared_folder()
    if place is None:
        raise click.ClickException(
            "There is no shared data: name its folder, or set HATANGSO_SHARED."
        )
    with _said():
        try:
            written = services.load_shared(place, set(provinces) or None, _progress(quiet))
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    click.echo(
        f"{written:,} đơn vị đã nạp / units loaded."
        if written
        else "Đã nạp từ trước, không có gì thay đổi / loaded before, nothing changed."
    )


@territory.command()
@click.argument(
    "paths_", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--mapping", help="A mapping saved before.")
@click.option("--column", "columns", multiple=True, metavar="FIELD=COLUMN", help="As code=MA_XA.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="As level=commune.")
@click.option("--save-as", help="Keep this mapping under a name.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--findings", "findings_file", type=click.Path(path_type=Path), help="CSV of faults.")
@click.option("--quiet", is_flag=True)
def load(
    paths_: tuple[Path, ...],
    mapping: str | None,
    columns: tuple[str, ...],
    settings: tuple[str, ...],
    save_as: str | None,
    dry_run: bool,
    findings_file: Path | None,
    quiet: bool,
) -> None:
    r"""Load units from GeoPackage, GeoJSON, shapefile or CSV FILEs.

    \b
    Fields: code, name, level, parent_code, valid_from, valid_to, alias, class, population, ...
    Settings: layer, level, crs, encoding, valid_from, year, title, licence.
    """
    with _said():
        if mapping:
            chosen = importing.saved_columns(mapping)
        else:
            chosen = files.Columns.of(_pairs(columns), _pairs(settings))
        if save_as:
            importing.save_mapping(save_as, _pairs(columns), _pairs(settings))
        outcomes = []
        for path in paths_:
            outcome = importing.import_units(path, chosen, dry_run=dry_run, report=_progress(quiet))
            _tell(path, outcome)
            outcomes.append((path.name, outcome))
        if findings_file is not None:
            _write_faults(findings_file, outcomes)


def _pairs(texts: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not value:
            raise click.UsageError(f"Write {text} as NAME=VALUE, as in code=MA_XA.")
        pairs[key.strip()] = value.strip()
    return pairs


#: Faults shown in a terminal for each check; the others are counted.
SHOWN = 5


def _tell(path: Path, outcome: Outcome) -> None:
    if outcome.loaded_before:
        click.echo(f"{path.name}: đã nạp từ trước, không có gì thay đổi / nothing changed.")
        return
    click.echo(
        f"{path.name}: {outcome.created} mới/new, {outcome.changed} bổ sung/changed, "
        f"{outcome.unchanged} không đổi/unchanged, {outcome.kept_out} không nạp/kept out"
        + (" (chạy thử, không ghi / dry run)" if outcome.dry_run else "")
    )
    for check_id in sorted({fault.check_id for fault in outcome.faults}):
        found = [fault for fault in outcome.faults if fault.check_id == check_id]
        for fault in found[:SHOWN]:
            click.echo(f"  {check_id} {fault.check.severity}: {fault.messages[0]}")
        if len(found) > SHOWN:
            click.echo(f"  {check_id}: … {len(found) - SHOWN} nữa / more")


def _write_faults(path: Path, outcomes: list[tuple[str, Outcome]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        head = ["file", "check", "severity", "row", "message_vi", "message_en", "place_wkt"]
        writer.writerow(head)
        for name, outcome in outcomes:
            for fault in outcome.faults:
                place = "" if fault.place is None else fault.place.wkt
                told = [fault.check_id, fault.check.severity, fault.row or "", *fault.messages]
                writer.writerow([name, *told, place])


@territory.command("mappings")
def mappings() -> None:
    """List the saved mappings of columns."""
    from hatangso.territory.models import ColumnMapping

    for mapping in ColumnMapping.objects.order_by("name"):
        pairs = ", ".join(f"{field}={column}" for field, column in mapping.columns.items())
        click.echo(f"{mapping.name}: {pairs} {mapping.settings or ''}")


@territory.command()
@click.option("--on", type=DAY, help="Day, today unless given.")
@click.option("--level", type=LEVEL)
@click.option("--under", metavar="CODE", help="Only directly under this unit.")
@click.option("--count", is_flag=True, help="Only the numbers by level.")
def units(on: object, level: str | None, under: str | None, count: bool) -> None:
    """List the units that stood on a day."""
    day = _today(on)
    with _said():
        parent = queries.get_unit(under, day) if under else None
    found = queries.units_on(day, level, parent)
    if count:
        for name in LEVEL_ORDER:
            number = found.filter(level=name).count()
            if number:
                click.echo(f"{name}: {number:,}")
        return
    listed = list(found)
    names = queries.names_on(listed, day)
    for unit in listed:
        click.echo(f"{unit.code:12} {unit.level:9} {names[unit.pk]}  {_life(unit)}")


def _life(unit: AdminUnit) -> str:
    if unit.valid_from:
        start = f"từ {unit.valid_from:%d/%m/%Y}"
    else:
        seen = f", có trong nguồn ngày {unit.attested_on:%d/%m/%Y}" if unit.attested_on else ""
        start = UNKNOWN_START + seen
    if unit.valid_to is None:
        return f"({start})"
    last = queries.last_day(unit)
    return f"({start}, {f'đến hết {last:%d/%m/%Y}' if unit.end_known else UNKNOWN_END})"


@territory.command("what-became")
@click.argument("code")
@click.option("--on", type=DAY, help="A day on which the code was borne by the unit meant.")
@click.option("--level", type=LEVEL)
def what_became(code: str, on: object, level: str | None) -> None:
    """Say what became of the unit that bore CODE."""
    with _said():
        unit = _meant(code, on, level)
    click.echo(f"{unit.name} ({unit.code}) {_life(unit)}")
    _tell_names(unit)
    steps = successions.what_became(unit)
    for step in steps:
        click.echo(f"{'  ' * (step.depth + 1)}→ {_link(step.link, step.link.new)}")
    if not steps and unit.valid_to is not None:
        heirs = successions.heirs(unit, _today(None))
        click.echo("  không có đơn vị kế thừa cùng cấp; địa bàn nay thuộc:" if heirs else "  ?")
        for heir in heirs:
            click.echo(f"  → {heir.name} ({heir.code})")


@territory.command("what-made")
@click.argument("code")
@click.option("--on", type=DAY)
@click.option("--level", type=LEVEL)
def what_made(code: str, on: object, level: str | None) -> None:
    """Say from what the unit that bears CODE was made."""
    with _said():
        unit = _meant(code, on, level)
    click.echo(f"{unit.name} ({unit.code}) {_life(unit)}")
    _tell_names(unit)
    for step in successions.what_made(unit):
        click.echo(f"{'  ' * (step.depth + 1)}← {_link(step.link, step.link.old)}")


def _meant(code: str, on: object, level: str | None) -> AdminUnit:
    """Unit with a code on a day; without a day the one that stands, else the last that did."""
    if on is not None:
        return queries.get_unit(code, _today(on), level)
    lives = AdminUnit.objects.filter(code=code)
    if level:
        lives = lives.filter(level=level)
    found = sorted(lives, key=lambda unit: unit.valid_to or date.max)
    if not found:
        raise queries.UnitNotFoundError(f"No unit ever bore the code {code}.")
    return found[-1]


def _tell_names(unit: AdminUnit) -> None:
    for name in unit.names.filter(is_alias=False, valid_to__isnull=False):
        click.echo(f"  trước {name.valid_to:%d/%m/%Y}: {name.name}")


def _link(link: Succession, other: AdminUnit) -> str:
    share = ""
    if link.population_share is not None and link.population_share != 1:
        share = f", {100 * link.population_share:.1f}% dân số ({link.get_method_display()})"
    return f"{other.name} ({other.code}), {link.date:%d/%m/%Y}, {link.get_kind_display()}{share}"


@territory.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--on", type=DAY)
@click.option("--limit", default=10, show_default=True)
def find(words: tuple[str, ...], on: object, limit: int) -> None:
    """Find units by code or by any spelling: "x. Thượng Lộ, h. Nam Đông"."""
    day = _today(on) if on is not None else None
    matches = queries.find_units(" ".join(words), day, limit)
    if not matches:
        raise click.ClickException(f"No unit answers to “{' '.join(words)}”.")
    for match in matches:
        above = ", ".join(parent.name for parent in match.parents)
        click.echo(
            f"{match.unit.code:12} {match.name}{f', {above}' if above else ''} {_life(match.unit)}"
        )


@territory.command()
@click.option("--check", "check_id", type=click.Choice(sorted(CHECKS)))
@click.option("--severity", type=click.Choice(SEVERITIES))
@click.option("--limit", default=20, show_default=True, help="Most shown of each check.")
def findings(check_id: str | None, severity: str | None, limit: int) -> None:
    """Show what was found wrong in what was loaded."""
    found = Finding.objects.order_by("check_id", "pk")
    if check_id:
        found = found.filter(check_id=check_id)
    if severity:
        found = found.filter(severity=severity)
    for name in sorted(set(found.order_by().values_list("check_id", flat=True))):
        group = found.filter(check_id=name)
        click.echo(f"{name} ({CHECKS[name].severity}): {group.count():,}")
        for finding in group[:limit]:
            click.echo(f"  {finding.message_vi}")


@territory.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option("--from", "start", type=DAY, required=True, help="Day of the units in the file.")
@click.option("--to", "end", type=DAY, required=True, help="Day of the units wanted.")
@click.option("--level", type=LEVEL, default="commune", show_default=True)
def carry(file: Path, start: object, end: object, level: str) -> None:
    """Carry the figures of a CSV FILE to the units of another day.

    Its columns: code, numerator, denominator of a ratio, value of a bare figure, speed (yes for
    one: it is refused where units changed). Writes CSV: code, name, numerator, denominator, value,
    estimated, from which units with what shares.
    """
    with _said(), file.open(encoding="utf-8-sig", newline="") as handle:
        figures, problems = crossing.read_figures(handle)
        done = crossing.cross(level, _today(start), _today(end), figures)
    for problem in problems:
        click.echo(problem, err=True)
    for code in done.unknown:
        click.echo(f"Mã {code} không có vào ngày {done.start:%d/%m/%Y}.", err=True)
    writer = csv.writer(sys.stdout)
    writer.writerow(["code", "name", "numerator", "denominator", "value", "estimated", "from"])
    for each in done.arrived:
        figure = each.figure
        amounts = (figure.numerator, figure.denominator, figure.value)
        writer.writerow(
            [
                each.unit.code,
                each.name,
                *("" if amount is None else float(amount) for amount in amounts),
                "yes" if figure.estimated else "no",
                "; ".join(f"{part.unit.code} {part.share:.6g}" for part in each.parts),
            ]
        )
    for unit, reason in done.refused:
        click.echo(f"{unit.code} {unit.name}: không chuyển được ({reason})", err=True)
    for unit, share in done.lost:
        click.echo(f"{unit.code} {unit.name}: {100 * share:.1f}% không rõ đi đâu", err=True)


@territory.command()
@click.option("--quiet", is_flag=True)
def draw(quiet: bool) -> None:
    """Make the copies that maps draw, where some are missing."""
    click.echo(f"{services.draw_shapes(_progress(quiet)):,} hình đã vẽ / shapes drawn.")
