"""``hatangso plans read FILE``: what a plan says, without a database."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from hatangso.engines.plantext import PlanReading, Warning, read_plan
from hatangso.engines.plantext.documents import Document, DocumentError, read_file
from hatangso.engines.plantext.header import ResolveUnit


def read_path(path: Path, resolve_unit: ResolveUnit | None = None) -> tuple[PlanReading, Document]:
    """Return what the plan in a file says, and the text that its offsets count in.

    Parameters
    ----------
    path : Path
        A .txt, .docx, .odt, .html or PDF file.
    resolve_unit : callable, optional
        As for `hatangso.engines.plantext.read_plan`.

    Raises
    ------
    DocumentError
        If the file cannot be read; its text says why and what to do.
    """
    document = read_file(path)
    reading = read_plan(document.text, resolve_unit=resolve_unit)
    if document.notes:
        notes = tuple(Warning("converted", vi, en) for vi, en in document.notes)
        reading = replace(reading, warnings=(*notes, *reading.warnings))
    return reading, document


def as_json(reading: PlanReading, document: Document) -> dict[str, Any]:
    """Return the published object, with where its text came from."""
    return {
        **reading.to_dict(),
        "source": {
            "format": document.format,
            "encoding": document.encoding,
            "characters": len(document.text),
        },
    }


@click.command("read")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_object", is_flag=True, help="In một đối tượng JSON / Print JSON.")
@click.option(
    "--text-out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Ghi văn bản mà các vị trí được tính theo / Write the text that the offsets count in.",
)
@click.pass_obj
def read(obj: object, file: Path, as_object: bool, text_out: Path | None) -> None:
    """Đọc một kế hoạch / Read a plan: targets, baselines, tasks, each with its words."""
    resolve = obj if callable(obj) else None
    try:
        reading, document = read_path(file, resolve)
    except DocumentError as error:
        raise click.ClickException(str(error)) from error
    if text_out is not None:
        text_out.write_text(document.text, encoding="utf-8", newline="")
    if as_object:
        click.echo(json.dumps(as_json(reading, document), ensure_ascii=False, indent=2))
    else:
        _print(reading)
    if not reading.is_plan:
        first = next(w for w in reading.warnings if w.code in {"empty", "not-a-plan"})
        click.echo(f"{first.message_vi} / {first.message_en}", err=True)
        raise SystemExit(1)


def _print(reading: PlanReading) -> None:
    head = reading.header
    click.echo(f"{head.issuer or '?'} | {head.number or '?'} | {head.issued_on or '?'}")
    click.echo(head.title or "?")
    for name, items in (
        ("Mục tiêu / Targets", reading.targets),
        ("Hiện trạng / Baselines", reading.baselines),
    ):
        click.echo(f"\n{name}: {len(items)}")
        for item in items:
            when = getattr(item, "as_of", None) or item.year or "-"
            click.echo(
                f"  {item.comparator:>2} {item.value:<8g} {item.unit:<18} {when!s:<10} "
                f"{item.confidence:4.2f}  {item.indicator or 'mới / new'}"
            )
            click.echo(f"     “{' '.join(item.quote.split())[:110]}”")
    click.echo(f"\nNhiệm vụ / Tasks: {len(reading.tasks)}")
    for task in reading.tasks:
        bodies = "; ".join(f"{b.name} ({b.role})" for b in task.bodies)
        if bodies:
            click.echo(f"  {bodies}: {task.text[:70]}")
    for warning in reading.warnings:
        click.echo(f"! {warning.message_vi} / {warning.message_en}")
