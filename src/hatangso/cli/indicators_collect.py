"""``hatangso indicators``, collection: forms, submissions, who is late, what looks odd."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from django.db.models import Q

from hatangso.catalogue.periods import PeriodError, last_day
from hatangso.cli.indicators_words import BY, ON, day_of, indicator_of, standing_unit
from hatangso.indicators import collection, collection_queries, reminders
from hatangso.indicators.exchange import csv_file, xlsx_file
from hatangso.indicators.kinds import KindRuleError, set_rule
from hatangso.indicators.models import CollectionForm, CorrectionNotice, FormAssignment, Submission
from hatangso.indicators.services import ObservationFileError
from hatangso.indicators.submission_rules import Action, SubmissionError
from hatangso.indicators.validation import Severity
from hatangso.organisations.models import Organisation
from hatangso.organisations.services import OWNER
from hatangso.plans.models import Plan
from hatangso.territory import queries as territory


@contextmanager
def _said() -> Iterator[None]:
    """Say what cannot be done in a sentence."""
    try:
        yield
    except (
        collection.FormError,
        SubmissionError,
        ObservationFileError,
        PeriodError,
    ) as error:
        raise click.ClickException(str(error)) from error


def _form(code: str) -> CollectionForm:
    found = CollectionForm.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(CollectionForm.objects.values_list("code", flat=True)) or "—"
        raise click.ClickException(f"Không có biểu {code}; có: {known}. / There is no such form.")
    return found


def _body(form: CollectionForm, unit_code: str, period: str) -> Organisation:
    unit = standing_unit(unit_code, last_day(period))
    held = FormAssignment.objects.filter(form=form, unit=unit).select_related("body").first()
    if held is None:
        message = (
            f"Biểu {form.code} chưa giao cho {unit.name}: dùng `hatangso indicators assign`. / "
            f"Form {form.code} is not assigned to {unit.name}."
        )
        raise click.ClickException(message)
    return held.body


def _submission(form: str, unit: str, period: str) -> Submission:
    asked = _form(form)
    body = _body(asked, unit, period)
    found = Submission.objects.filter(form=asked, body=body, period=period).first()
    if found is None:
        message = f"{body.code} chưa có báo cáo {form} kỳ {period}. / There is no submission yet."
        raise click.ClickException(message)
    return found


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True))
def forms(file: Path | None) -> None:
    """Load forms from a TOML FILE, the ones that come with the program unless said."""
    with _said():
        count = collection.load_forms(file.read_bytes() if file else None)
    click.echo(f"{count} biểu.")


@click.command()
@click.argument("form")
@click.argument("code")
@click.option("--level", default="commune", help="Level of the units that report.")
@ON
def assign(form: str, code: str, level: str, on: datetime | None) -> None:
    """Give a FORM to the committees of every unit of a level below the unit with a CODE."""
    day = day_of(on)
    count = collection.assign(_form(form), standing_unit(code, day), level, day)
    click.echo(f"{form}: {count} đơn vị phải báo cáo.")


@click.command(name="form-template")
@click.argument("form")
@click.argument("code")
@click.argument("period")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def form_template(form: str, code: str, period: str, file: Path) -> None:
    """Write the FILE of a FORM (.xlsx, or .csv) for the unit with a CODE and a PERIOD."""
    asked = _form(form)
    with _said():
        collection.check_period(asked, period)
    body = _body(asked, code, period)
    units = collection_queries.units_of(asked, body, last_day(period))
    names = territory.names_on(units, last_day(period))
    lines = [line.indicator for line in asked.lines.select_related("indicator")]
    written = csv_file if file.suffix.lower() == ".csv" else xlsx_file
    file.write_bytes(
        written.write_template(
            [(each.code, names[each.pk]) for each in units],
            [(each.code, each.name_vi, each.has_parts) for each in lines],
            period,
        )
    )
    click.echo(f"{file}: {len(units)} đơn vị, {len(lines)} chỉ tiêu.")


@click.command(name="fill-in")
@click.argument("form")
@click.argument("code")
@click.argument("period")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def fill_in(form: str, code: str, period: str, file: Path) -> None:
    """Put a FILE of figures into the draft of a FORM, unit CODE and PERIOD."""
    asked = _form(form)
    with _said():
        submission = collection.fill_in(
            asked, _body(asked, code, period), period, file.read_bytes()
        )
    click.echo(f"Bản nháp: {submission.figures.count()} số liệu.")
    _findings(submission)


def _findings(submission: Submission) -> None:
    kept = set(submission.kept.values_list("key", flat=True))
    for finding in collection_queries.findings_of(submission):
        word = "SAI" if finding.rule.severity is Severity.ERROR else "cảnh báo"
        mark = " (đã ghi lý do)" if finding.key in kept else ""
        click.echo(
            f"  {word} {finding.key}: {finding.rule.message_vi} ({finding.arithmetic}) "
            f"→ {finding.rule.remedy_vi}{mark}"
        )


@click.command(name="keep-warning")
@click.argument("form")
@click.argument("code")
@click.argument("period")
@click.argument("key")
@click.argument("comment")
@BY
def keep_warning(form: str, code: str, period: str, key: str, comment: str, by: str) -> None:
    """Say in a COMMENT why figures stand although the check KEY warns of them."""
    with _said():
        collection.keep_warning(_submission(form, code, period), key, comment, by)
    click.echo(f"{key}: đã ghi lý do.")


@click.command()
@click.argument("action", type=click.Choice([each.value for each in Action]))
@click.argument("form")
@click.argument("code")
@click.argument("period")
@BY
@ON
@click.option("--reason", default="", help="Why; needed to return.")
def submission(
    action: str, form: str, code: str, period: str, by: str, on: datetime | None, reason: str
) -> None:
    """Send, withdraw, return, approve or lock the FORM of the unit CODE for a PERIOD."""
    held = _submission(form, code, period)
    with _said():
        after = collection.take_step(held, Action(action), by=by, on=day_of(on), reason=reason)
    click.echo(f"{form} {code} {period}: {after.state}.")


@click.command()
@click.argument("form")
@click.argument("period")
@ON
def completeness(form: str, period: str, on: datetime | None) -> None:
    """Print who has handed in a FORM of a PERIOD, who has not, and who is late."""
    asked = _form(form)
    with _said():
        collection.check_period(asked, period)
        found = collection_queries.completeness_of(asked, period, day_of(on), rights=OWNER)
    click.echo(
        f"{found.received}/{found.expected} đã gửi, {found.in_time} đúng hạn "
        f"(mở {found.window.opens:%d/%m/%Y}, hạn {found.window.closes:%d/%m/%Y})."
    )
    for each in found.late:
        click.echo(f"  chậm {each.days_late} ngày: {each.body} ({each.standing})")


@click.command()
@click.argument("indicator")
@click.argument("code")
@click.argument("period")
@click.option("--level", default="commune", help="Level of the units compared.")
def outliers(indicator: str, code: str, period: str, level: str) -> None:
    """Print units below the unit CODE whose figure of a PERIOD stands far from what is usual."""
    with _said():
        day = last_day(period)
    unit = standing_unit(code, day)
    units = territory.descendants_on(unit, day, level=level)
    for each, far in collection_queries.outliers_of(indicator_of(indicator), units, period):
        for one in far:
            against = "các kỳ trước" if one.against == "past" else "các đơn vị khác"
            click.echo(
                f"{each.name} ({each.code}): {one.value:f}; so với {against} thường {one.usual:f} "
                f"({one.low:.1f}–{one.high:.1f}, {one.count} số)"
            )


@click.command()
@click.option("--by", default="", help="Only those of one who used figures.")
def notices(by: str) -> None:
    """Print corrections of figures that were used and not yet looked at."""
    found = CorrectionNotice.objects.filter(seen_at__isnull=True).select_related(
        "correction__old__unit", "correction__old__indicator", "correction__new", "use__person"
    )
    for each in found.filter(Q(use__by=by) | Q(use__person__username=by)) if by else found:
        old, new = each.correction.old, each.correction.new
        click.echo(
            f"{each.use.who}: {each.use.used_in} đã dùng {old.indicator.name_vi} của "
            f"{old.unit.name} kỳ {old.period}: {old.value:f} → {new.value:f} "
            f"({each.correction.reason})"
        )


@click.command()
@click.option("--within", default=7, show_default=True, help="Days before the closing day.")
@ON
def due(within: int, on: datetime | None) -> None:
    """Who is to be reminded: bodies that have not handed in a form that closes soon or closed."""
    day = day_of(on)
    found = reminders.due(day, within, OWNER)
    for each in found:
        when = f"trễ {-each.days_left} ngày" if each.days_left < 0 else f"còn {each.days_left} ngày"
        click.echo(f"{each.body}: {each.form} {each.period}, hạn {each.closes:%d/%m/%Y} ({when})")
    click.echo(f"{len(found)} báo cáo cần nhắc")


@click.command(name="which-kind")
@click.argument("code")
@click.argument("kinds", nargs=-1, required=True)
@click.option("--indicator", help="Only for this indicator; all unless said.")
@click.option("--plan", "number", help="Only against targets of the unit's plan of this number.")
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), help="First day; today.")
@click.option("--reason", required=True, help="Decision or letter that says so.")
@BY
def which_kind(
    code: str,
    kinds: tuple[str, ...],
    indicator: str | None,
    number: str | None,
    start: datetime | None,
    reason: str,
    by: str,
) -> None:
    """Say which KINDS of figures (measured, declared, predicted) count for unit CODE, in order."""
    day = day_of(start)
    unit = standing_unit(code, day)
    plan = Plan.objects.filter(unit=unit, number=number).last() if number else None
    if number and plan is None:
        message = f"{unit.name} không có kế hoạch số {number}. / The unit has no such plan."
        raise click.ClickException(message)
    try:
        rule = set_rule(
            unit,
            kinds,
            indicator=indicator_of(indicator) if indicator else None,
            plan=plan,
            valid_from=day,
            reason=reason,
            by=by,
        )
    except KindRuleError as error:
        raise click.ClickException(str(error)) from error
    whose = f"{rule.unit}, kế hoạch {plan.number}" if plan else str(rule.unit)
    click.echo(f"{whose}: {', '.join(rule.kinds)} từ {rule.valid_from:%d/%m/%Y} ({reason})")


COMMANDS = (
    forms,
    assign,
    form_template,
    fill_in,
    keep_warning,
    submission,
    completeness,
    outliers,
    notices,
    due,
    which_kind,
)
