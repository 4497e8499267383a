"""``hatangso indicators``, the index (DII): rules, scores, stages, what more would take."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from hatangso.catalogue.dii import RuleSetError
from hatangso.catalogue.models import Indicator
from hatangso.catalogue.services import load_rule_set
from hatangso.cli.indicators_words import BY, ON, day_of, unit_of
from hatangso.indicators import dii_index
from hatangso.indicators.dii_procedure import ProcedureError, Stage
from hatangso.indicators.dii_scores import Result, Score, Step, more_points
from hatangso.indicators.models import DiiAssessment

UNCONFIRMED = "chưa đối chiếu Phụ lục QĐ 885"
_MISSING = {
    "document": "chưa có văn bản",
    "figure": "chưa có số liệu",
    "comparison": "chưa có số của tỉnh khác để so",
}


@contextmanager
def _said() -> Iterator[None]:
    """Say what cannot be done in a sentence."""
    try:
        yield
    except (dii_index.DiiError, ProcedureError, RuleSetError) as error:
        raise click.ClickException(str(error)) from error


@click.command(name="dii-rules")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def dii_rules(file: Path) -> None:
    """Load a version of the index's rules from a TOML FILE."""
    with _said():
        click.echo(f"{load_rule_set(file.read_bytes())}: đã nhận.")


@click.command()
@click.argument("code")
@ON
@click.option("--more", default=Decimal(10), type=Decimal, help="How many more points to look for.")
def dii(code: str, on: datetime | None, more: Decimal) -> None:
    """Print the index of the province with a CODE: points, arithmetic, what is missing."""
    day = day_of(on)
    unit = unit_of(code, day)
    with _said():
        result = dii_index.index(unit, day)
    names = dict(Indicator.objects.values_list("code", "name_vi"))
    click.echo(
        f"{unit.name}: {result.points:f} điểm trên {result.scored_of:f} điểm chấm được "
        f"(tối đa {result.rules.points:f}); {result.unconfirmed_points:f} điểm theo tiêu chí "
        f"{UNCONFIRMED}. {result.rules.decision}, phiên bản {result.rules.version}."
    )
    for line in _score_lines(result, names):
        click.echo(line)
    click.echo(f"Thêm {more:f} điểm cần / {more:f} more points would take:")
    for step in more_points(result, more):
        click.echo(f"  {_step_line(step, names)}")


def _score_lines(result: Result, names: dict[str, str]) -> Iterator[str]:
    for group in result.rules.groups:
        yield f" {group.code}. {group.name_vi} ({group.points:f})"
        for each in result.of_group(group.code):
            yield f"  {_score_line(each, names)}"


def _score_line(each: Score, names: dict[str, str]) -> str:
    criterion = each.criterion
    if each.points is None:
        lacking = ", ".join(names.get(code, code) for code in each.lacking)
        said = _MISSING[each.missing] + (f": {lacking}" if lacking else "")
    else:
        said = f"{each.points:f}/{criterion.points:f} = {each.arithmetic}"
    doubt = "" if criterion.confirmed else f" [{UNCONFIRMED}]"
    return f"{criterion.code} {criterion.name_vi}: {said}{doubt}"


def _step_line(step: Step, names: dict[str, str]) -> str:
    if not step.indicator:
        return f"+{step.points:f}: ban hành {step.criterion.name_vi} ({step.criterion.code})"
    way = "giảm" if step.lower else "tăng"
    amount = "hoàn thành" if step.amount is None else f"{way} {step.amount:.2f}"
    things = f", {step.count} đơn vị đếm" if step.count is not None else ""
    return (
        f"+{step.points:f}: {amount}{things} · {names.get(step.indicator, step.indicator)} "
        f"({step.criterion.code})"
    )


@click.command(name="dii-document")
@click.argument("code")
@click.argument("criterion")
@click.argument("number")
@click.argument("issued_on", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--title", default="", help="Title of the document.")
@BY
def dii_document(
    code: str, criterion: str, number: str, issued_on: datetime, title: str, by: str
) -> None:
    """Note the document NUMBER, issued on a day, that a CRITERION asks for."""
    unit = unit_of(code, issued_on.date())
    with _said():
        dii_index.declare_document(unit, criterion, number, issued_on.date(), by, title)
    click.echo(f"{criterion}: {number}.")


@click.command(name="dii-self")
@click.argument("code")
@click.argument("year", type=int)
@ON
@BY
def dii_self(code: str, year: int, on: datetime | None, by: str) -> None:
    """Keep the province's own score of a YEAR, computed from the figures of the day."""
    day = day_of(on)
    with _said():
        assessment = dii_index.score_self(unit_of(code, day), year, day, by)
    click.echo(f"DII {year}: {assessment.scores.filter(stage=Stage.SELF).count()} tiêu chí.")


@click.command(name="dii-enter")
@click.argument("code")
@click.argument("year", type=int)
@click.argument("criterion")
@click.argument("stage", type=click.Choice([each.value for each in Stage]))
@click.argument("points")
@click.option("--reason", default="", help="Why; needed to object.")
@click.option(
    "--evidence",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File that supports an objection; may be repeated.",
)
@BY
def dii_enter(
    code: str,
    year: int,
    criterion: str,
    stage: str,
    points: str,
    reason: str,
    evidence: tuple[Path, ...],
    by: str,
) -> None:
    """Enter the POINTS of a CRITERION at a STAGE ("-" for none)."""
    assessment = DiiAssessment.objects.filter(unit__code=code, year=year).first()
    if assessment is None:
        message = f"Chưa tự chấm DII {year} của {code}: dùng `hatangso indicators dii-self`."
        raise click.ClickException(message)
    try:
        number = None if points == "-" else Decimal(points.replace(",", "."))
    except InvalidOperation as error:
        raise click.ClickException(f"«{points}» không phải là số. / Not a number.") from error
    with _said():
        dii_index.enter(
            assessment,
            criterion,
            Stage(stage),
            number,
            by,
            reason=reason,
            evidence=[dii_index.Evidence.of(path) for path in evidence],
        )
    standing = dii_index.standing(dii_index.stages_of(assessment)[criterion])
    if standing is not None:
        click.echo(f"{criterion}: {standing.points} ({standing.stage}).")


COMMANDS = (dii_rules, dii, dii_document, dii_self, dii_enter)
