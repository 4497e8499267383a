"""``hatangso indicators``: figures in and out, scorecards, the cascade, where a figure is from."""

import json
from datetime import datetime
from pathlib import Path

import click
from django.utils import timezone

from hatangso.catalogue.models import Indicator
from hatangso.catalogue.periods import PeriodError, last_day
from hatangso.catalogue.services import CATALOGUE_FILE, CatalogueFileError, load_catalogue
from hatangso.cli import indicators_collect, indicators_dii
from hatangso.cli.indicators_words import ON, day_of, indicator_of, standing_unit, unit_of
from hatangso.cli.tables import cascade_lines, lineage_lines, scorecard_lines
from hatangso.indicators import exporting, lineage, queries, services
from hatangso.indicators.exchange import csv_file, formats, xlsx_file
from hatangso.indicators.exchange.data_values import IdentifiersError, read_identifiers
from hatangso.indicators.explain import explain as explain_figure
from hatangso.territory import queries as territory
from hatangso.web import wording


@click.group()
def indicators() -> None:
    """Figures: import, export, scorecard, cascade, lineage, collection, the index (DII)."""


@indicators.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Check only; nothing is written.")
@click.option(
    "--identifiers",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="JSON file with what another system's identifiers mean here.",
)
@click.option("--reason", default="", help="Why figures that were used or approved are corrected.")
@click.option("--by", default="", help="Who brings the figures in.")
def import_(file: Path, dry_run: bool, identifiers: Path | None, reason: str, by: str) -> None:
    """Take a FILE of figures (CSV, XLSX, JSON, DHIS2, ADX): whole or not at all."""
    try:
        found = services.import_file(
            file.read_bytes(),
            file.name,
            identifiers=read_identifiers(identifiers.read_bytes()) if identifiers else None,
            dry_run=dry_run,
            reason=reason,
            by=by,
        )
    except (services.ObservationFileError, IdentifiersError) as error:
        raise click.ClickException(str(error)) from error
    said = "kiểm tra xong, chưa ghi gì" if dry_run else "đã nhận"
    click.echo(
        f"{file.name}: {said}; {found.read} số liệu ({found.new} mới, {found.changed} đính chính), "
        f"{found.empty} dòng để trống (chưa có số liệu)."
    )


@indicators.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), help="First day; today.")
@click.option("--reason", default="", help="Why definitions change; it stands with the version.")
def catalogue(file: Path | None, start: datetime | None, reason: str) -> None:
    """Load indicators of a CSV FILE (the program's unless said); a change is a new version."""
    given = file or CATALOGUE_FILE
    try:
        count = load_catalogue(given, valid_from=day_of(start), reason=reason)
    except CatalogueFileError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{given.name}: {count} chỉ tiêu. / {count} indicators.")


@indicators.command()
@click.argument("code")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@ON
@click.option(
    "--format",
    "wanted",
    type=click.Choice([each.value for each in formats.Format]),
    default="csv",
    help="Format of the file.",
)
@click.option("--indicator", "chosen", multiple=True, help="Only this indicator; may be repeated.")
@click.option("--period", default="", help="Only this period, as 2026-Q2.")
def export(
    code: str, file: Path, on: datetime | None, wanted: str, chosen: tuple[str, ...], period: str
) -> None:
    """Write the figures of the unit with a CODE, and of all below it, into a FILE."""
    day = day_of(on)
    unit = unit_of(code, day)
    units = [unit, *territory.descendants_on(unit, day)]
    for each in chosen:
        indicator_of(each)
    figures = list(exporting.figures_out(units, chosen, period))
    file.write_bytes(
        formats.write(
            formats.Format(wanted),
            figures,
            data_set="hatangso",
            exported=timezone.localtime(),
        )
    )
    click.echo(f"{file}: {len(figures)} số liệu.")


@indicators.command()
@click.argument("code")
@click.argument("period")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--level", default="commune", help="Level of the units to be filled in.")
@click.option("--indicator", "chosen", multiple=True, help="Only this indicator; may be repeated.")
def template(code: str, period: str, file: Path, level: str, chosen: tuple[str, ...]) -> None:
    """Write a FILE (.xlsx, .csv) to fill in, for the units below CODE and a PERIOD."""
    try:
        day = last_day(period)
    except PeriodError as error:
        raise click.ClickException(str(error)) from error
    unit = standing_unit(code, day)
    below = territory.descendants_on(unit, day, level=level) or [unit]
    names = territory.names_on(below, day)
    asked = [indicator_of(each) for each in chosen] or list(Indicator.objects.filter(formula=""))
    written = csv_file if file.suffix.lower() == ".csv" else xlsx_file
    file.write_bytes(
        written.write_template(
            [(each.code, names[each.pk]) for each in below],
            [(each.code, each.name_vi, each.has_parts) for each in asked],
            period,
        )
    )
    click.echo(f"{file}: {len(below)} đơn vị, {len(asked)} chỉ tiêu.")


@indicators.command()
@click.argument("code")
@ON
def scorecard(code: str, on: datetime | None) -> None:
    """Print the scorecard of the unit with a CODE."""
    day = day_of(on)
    for line in scorecard_lines(queries.scorecard(unit_of(code, day), day)):
        click.echo(line)


@indicators.command()
@click.argument("code")
@ON
def cascade(code: str, on: datetime | None) -> None:
    """Compare the plans at and below the unit with a CODE with the level above each."""
    day = day_of(on)
    for line in cascade_lines(unit_of(code, day), day):
        click.echo(line)


@indicators.command()
@click.argument("code")
@click.argument("indicator")
@ON
@click.option("--json", "as_json", is_flag=True, help="The whole chain as JSON.")
@click.option("--inputs", default=10, show_default=True, help="Most inputs shown of each figure.")
def explain(code: str, indicator: str, on: datetime | None, as_json: bool, inputs: int) -> None:
    """Show where the figure of an INDICATOR comes from, for the unit with a CODE."""
    day = day_of(on)
    unit = unit_of(code, day)
    try:
        tree = explain_figure(unit, indicator_of(indicator), queries.last_day_of(unit, day))
    except LookupError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        again = lineage.recompute(tree).value
        said = {**lineage.to_json(tree), "recomputed": None if again is None else str(again)}
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
        return
    for line in lineage_lines(tree, inputs):
        click.echo(line)
    same = "đúng bằng số trên" if lineage.agrees(tree) else "KHÁC số trên"
    click.echo(f"Tính lại từ các số gốc: {same}. / Computed again from its inputs: the same.")


@indicators.command()
@click.argument("code")
@click.argument("indicator")
@ON
def history(code: str, indicator: str, on: datetime | None) -> None:
    """Print every value that a figure ever had, with why it was corrected."""
    day = day_of(on)
    measured = indicator_of(indicator)
    unit = unit_of(code, day)
    rows = exporting.history_of(unit, measured, day)
    if not rows:
        raise click.ClickException(f"{unit.name}: chưa có số liệu. / No figure by {day}.")
    for row, correction in rows:
        parts = f" ({row.numerator:f}/{row.denominator:f})" if row.numerator is not None else ""
        value = wording.quantity(row.value, measured.unit)
        standing = "" if row.superseded_by_id is None else " [đã thay]"
        click.echo(
            f"{row.period} {wording.kind(row.kind)}: {value}{parts}{standing} — {row.file.title}, "
            f"{row.loaded_at:%d/%m/%Y %H:%M}"
        )
        if correction:
            click.echo(f"    đính chính: {correction.reason or '—'} ({correction.who or '—'})")


for command in (*indicators_collect.COMMANDS, *indicators_dii.COMMANDS):
    indicators.add_command(command)
