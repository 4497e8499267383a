"""``hatangso report``: the official report as .docx and .pdf, the scorecard as .xlsx."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from django.conf import settings

from hatangso.indicators.queries import unit_or_last
from hatangso.reports.docx_template import TemplateFileError, in_use
from hatangso.reports.figure_use import note_use
from hatangso.reports.letterhead import LetterheadError, body_symbol
from hatangso.reports.pdf import PdfError
from hatangso.reports.people_text import NotAReportError
from hatangso.reports.queries import report_facts
from hatangso.reports.records import SignedFor
from hatangso.reports.services import (
    ReportFileError,
    install_template,
    remove_template,
    write_report,
)
from hatangso.territory.queries import UnitNotFoundError

_DAY = click.DateTime(["%Y-%m-%d"])
_FILE = click.Path(path_type=Path)


@click.group()
def report() -> None:
    """Official documents: write the report of a unit."""


@report.command()
@click.argument("unit_code")
@click.option("--on", type=_DAY, help="Day of the figures (YYYY-MM-DD); today unless said.")
@click.option("--out", required=True, type=_FILE, help="The Word file (.docx).")
@click.option("--pdf", "as_pdf", is_flag=True, help="A PDF beside it (needs LibreOffice).")
@click.option("--xlsx", type=_FILE, help="The scorecard as an Excel workbook.")
@click.option("--template", type=_FILE, help="A Word file to fill in, in place of the one in use.")
@click.option("--number", help="Number of the document; left blank unless said.")
@click.option("--signed-on", type=_DAY, help="Day of the document; left blank unless said.")
@click.option("--place", help="Place of the document; the unit's name unless said.")
@click.option("--body", help="Body that issues; the unit's People's Committee unless said.")
@click.option("--parent-body", help="Body above it, for a department.")
@click.option(
    "--sign-for",
    type=click.Choice([each.value for each in SignedFor if each.value], case_sensitive=False),
    help="Signed by a deputy (KT), by order (TL), by delegation (TUQ).",
)
@click.option("--head-post", help="Post of the head of the body; CHỦ TỊCH unless said.")
@click.option("--post", help="Post of the signer, where another than the head signs.")
@click.option("--signer", help="Name of the signer; left blank unless said.")
@click.option("--recipient", "recipients", multiple=True, help="A line of “Nơi nhận”; repeat it.")
def write(
    unit_code: str,
    on: datetime | None,
    out: Path,
    as_pdf: bool,
    xlsx: Path | None,
    template: Path | None,
    signed_on: datetime | None,
    body: str | None,
    sign_for: str | None,
    recipients: tuple[str, ...],
    **words: str | None,
) -> None:
    """Write the report of the unit with UNIT_CODE.

    Over an earlier report the figures are made anew and what people wrote is kept.
    """
    day = on.date() if on else date.today()
    try:
        unit = unit_or_last(unit_code, day)
    except UnitNotFoundError as error:
        message = (
            f"Không có đơn vị mã {unit_code} vào ngày {day:%d/%m/%Y}; tìm bằng "
            f"`hatangso territory find`. / {error}"
        )
        raise click.ClickException(message) from error
    letterhead: dict[str, Any] = {name: text for name, text in words.items() if text}
    if words.get("parent_body"):
        letterhead["parent_body"] = str(words["parent_body"]).upper()
    if signed_on is not None:
        letterhead["signed_on"] = signed_on.date()
    if body is not None:
        # Only a committee signs as a body ("TM."); a department's head signs alone.
        letterhead |= {"body": body.upper(), "collective": "", "symbol": body_symbol(body)}
        letterhead.setdefault("head_post", "GIÁM ĐỐC")
    if sign_for is not None:
        letterhead["signed_for"] = SignedFor(sign_for.upper())
    if recipients:
        letterhead["recipients"] = tuple(recipients)
    try:
        written = write_report(
            unit,
            day,
            out,
            as_pdf=as_pdf,
            xlsx=xlsx,
            template=template.read_bytes() if template else None,
            **letterhead,
        )
    except (
        LetterheadError,
        NotAReportError,
        OSError,
        PdfError,
        ReportFileError,
        TemplateFileError,
    ) as error:
        raise click.ClickException(str(error)) from error
    note_use(unit, day, words.get("number") or "", words.get("signer") or "hatangso report write")
    for file in (written.docx, written.pdf, written.xlsx):
        if file is not None:
            click.echo(f"Đã ghi / Written: {file}")
    if written.kept:
        click.echo(f"Đã giữ phần người viết / Kept what people wrote: {'; '.join(written.kept)}")
    if written.left_out:
        click.echo(
            "Chưa mang theo được hình, liên kết, đánh số tự động hoặc chú thích ở / Pictures, "
            "links, automatic numbering or notes could not be carried over in: "
            f"{'; '.join(written.left_out)}"
        )


@report.command()
@click.option("--out", type=_FILE, help="Write the template in use to this file, to edit in Word.")
@click.option("--use", type=_FILE, help="Make this Word file the template of all reports.")
@click.option("--unit", "unit_code", help="Unit on whose figures a new template is tried.")
@click.option("--reset", is_flag=True, help="Go back to the program's own template.")
def template(out: Path | None, use: Path | None, unit_code: str | None, reset: bool) -> None:
    """Give, take or put back the Word file that reports are made from."""
    chosen = [bool(out), bool(use), reset]
    if sum(chosen) != 1:
        message = (
            "Chọn đúng một trong --out, --use, --reset. / Give one of --out, --use and --reset."
        )
        raise click.UsageError(message)
    try:
        if out is not None:
            out.write_bytes(in_use(Path(settings.MEDIA_ROOT)))
            click.echo(f"Đã ghi / Written: {out}")
        elif use is not None:
            facts = None
            if unit_code:
                facts = report_facts(unit_or_last(unit_code, date.today()), date.today())
            install_template(use.read_bytes(), facts)
            click.echo(f"Từ nay báo cáo theo mẫu / Reports are now made from: {use}")
        elif remove_template():
            click.echo("Đã trở lại mẫu của chương trình / Back to the program's own template")
        else:
            click.echo("Đang dùng mẫu của chương trình / The program's own template was in use")
    except (OSError, TemplateFileError, UnitNotFoundError) as error:
        raise click.ClickException(str(error)) from error
