"""``hatangso intake``: templates, a dry run of a file, duties and rules, an operator's own data."""

from datetime import date
from pathlib import Path

import click
from django.utils import timezone

from hatangso.intake import exporting, ground, services, template
from hatangso.intake.checking import check_files
from hatangso.intake.checks.catalogue import checks as all_checks
from hatangso.intake.models import FilingDuty, SpacingRule, Submission
from hatangso.inventory.dictionary import ENTITIES
from hatangso.organisations import access
from hatangso.organisations.models import Organisation, User
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit


@click.group()
def intake() -> None:
    """Operators' filings of assets."""


def _operator(code: str) -> Organisation:
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise click.ClickException(f"There is no body {code}. See: hatangso users list")
    return found


def _unit(code: str) -> AdminUnit:
    try:
        return territory.get_unit(code, timezone.localdate())
    except LookupError as error:
        raise click.ClickException(str(error)) from error


def _person(name: str) -> User:
    found = User.objects.filter(username__iexact=name).first()
    if found is None:
        raise click.ClickException(f"There is no person {name}.")
    return found


@intake.command(name="template")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--kind", "kinds", multiple=True, help="Kind of asset; all without it.")
def write_template(file: Path, kinds: tuple[str, ...]) -> None:
    """Write the workbook that operators fill in."""
    unknown = [kind for kind in kinds if kind not in ENTITIES]
    if unknown:
        raise click.ClickException(
            f"There is no kind {', '.join(unknown)}. There are: {', '.join(ENTITIES)}."
        )
    bodies = [(code, code) for code in sorted(ground.bodies())]
    file.write_bytes(template.write(kinds or tuple(ENTITIES), bodies=bodies))
    click.echo(f"Written: {file}")


@intake.command(name="check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--operator", required=True, help="Code of the operator.")
@click.option("--unit", required=True, help="Code of the unit that it is filed for.")
@click.option("--changes", is_flag=True, help="The files hold changes only.")
@click.option("--kind", default="", help="Kind of asset that the file holds.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
def check(
    files: tuple[Path, ...], operator: str, unit: str, changes: bool, kind: str, lang: str
) -> None:
    """Check files and say what they would change; nothing is kept."""
    checked = check_files(
        _operator(operator),
        _unit(unit),
        [(path.name, path) for path in files],
        whole=not changes,
        stated_entity=kind,
    )
    for each in checked.findings:
        where = f"{each.sheet or each.entity} {each.column}".strip()
        rows = ", ".join(map(str, each.rows[:10].tolist())) + (" …" if len(each.rows) > 10 else "")
        click.echo(f"{each.check} {each.severity:7} {each.count:>6}  {where}")
        click.echo(f"    {each.message(lang)} {each.remedy(lang)}")
        if rows:
            click.echo(f"    dòng / rows: {rows}")
        for detail in each.details[:3]:
            click.echo(f"    {detail}")
    for code, found in checked.found.items():
        click.echo(
            f"{ENTITIES[code].title(lang)}: +{len(found.added)} ~{len(found.changed)} "
            f"-{len(found.removed)}"
        )
    raise SystemExit(1 if checked.errors else 0)


@intake.command(name="submit")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--operator", required=True, help="Code of the operator.")
@click.option("--unit", required=True, help="Code of the unit.")
@click.option("--period", required=True, help="2026-Q3, 2026-H2 or 2026.")
@click.option("--by", required=True, help="Sign-in name of the person who files.")
@click.option("--changes", is_flag=True, help="The files hold changes only.")
def submit(
    files: tuple[Path, ...], operator: str, unit: str, period: str, by: str, changes: bool
) -> None:
    """File on behalf of a person; the worker checks it."""
    person = _person(by)
    kind = Submission.Kind.CHANGES if changes else Submission.Kind.FULL
    handles = [path.open("rb") for path in files]
    try:
        given = [
            services.Given(path.name, handle) for path, handle in zip(files, handles, strict=True)
        ]
        made = services.receive(
            access.rights_of(person), person, _operator(operator), _unit(unit), period, kind, given
        )
    except (services.FilingError, access.DeniedError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        for handle in handles:
            handle.close()
    click.echo(f"{made.number}  {timezone.localtime(made.received_at):%Y-%m-%d %H:%M}")


@intake.command(name="list")
def list_filings() -> None:
    """Print filings, newest first."""
    for each in Submission.objects.select_related("operator", "unit")[:200]:
        moment = timezone.localtime(each.received_at)
        click.echo(f"{moment:%Y-%m-%d %H:%M}  {each.number:24} {each.state:9} {each.unit.code}")


@intake.command(name="duty")
@click.argument("unit")
@click.argument("every", type=click.Choice(FilingDuty.Every.values))
@click.option("--due-days", default=15, show_default=True, help="Days after the period's end.")
@click.option("--kind", "kinds", multiple=True, required=True, help="Kind of asset to be filed.")
@click.option("--decision", required=True, help="What sets it.")
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), help="First day; today.")
def set_duty(
    unit: str, every: str, due_days: int, kinds: tuple[str, ...], decision: str, start: date | None
) -> None:
    """Say what operators of a unit must file, how often, and by when."""
    unknown = [kind for kind in kinds if kind not in ENTITIES]
    if unknown:
        raise click.ClickException(f"There is no kind {', '.join(unknown)}.")
    FilingDuty.objects.create(
        unit=_unit(unit),
        every=every,
        due_days=due_days,
        kinds=list(kinds),
        decision=decision,
        valid_from=start or timezone.localdate(),
    )
    click.echo("Said.")


@intake.command(name="spacing")
@click.argument("unit")
@click.argument("least_m", type=click.IntRange(1, 20_000))
@click.option("--decision", required=True, help="What sets it.")
def set_spacing(unit: str, least_m: int, decision: str) -> None:
    """Say the least distance between antenna masts in a unit, in metres."""
    SpacingRule.objects.create(
        unit=_unit(unit), least_m=least_m, decision=decision, valid_from=timezone.localdate()
    )
    click.echo("Said.")


@intake.command(name="checks")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
def list_checks(lang: str) -> None:
    """Print every check with what to do."""
    for each in all_checks().values():
        click.echo(f"{each.id} {each.severity:7} {each.wrong(lang)} {each.remedy(lang)}")


@intake.command(name="export")
@click.argument("operator")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(operator: str, file: Path) -> None:
    """Write all that is held of an operator into one archive."""
    with file.open("wb") as handle:
        exporting.write_own_data(_operator(operator), handle)
    click.echo(f"Written: {file}")
