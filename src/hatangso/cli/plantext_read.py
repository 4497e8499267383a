"""``hatangso plans read FILE...``: what plans say, without a database."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

import click

from hatangso.engines.plantext import PlanReading, Warning, read_plan
from hatangso.engines.plantext.documents import Document, DocumentError, read_file
from hatangso.engines.plantext.header import ResolveUnit

_ALONE = 6
"""So few files are read in this process: starting others takes longer. [files]"""
_AT_ONCE = 200
"""Files given to the processes before their lines are printed. [files]"""


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


@dataclass(frozen=True, slots=True)
class _Line:
    """What is known of one of many files.

    Attributes
    ----------
    path : Path
        The file.
    plan : dict or None
        The published object.
    fault : str or None
        Why there is none, or why it is no plan.
    asked : tuple or None
        Whose unit to look up: the chain of places, and the day.
    """

    path: Path
    plan: dict[str, Any] | None = None
    fault: str | None = None
    asked: tuple[list[str], date | None] | None = None


def _read_one(path: Path) -> _Line:
    """Read one of many files; what is wrong with it is said, not raised."""
    asked: list[tuple[list[str], date | None]] = []

    def keep(places: Any, day: date | None) -> None:
        asked.append((list(places), day))

    try:
        reading, document = read_path(path, keep)
    except DocumentError as error:
        return _Line(path, fault=str(error))
    return _Line(path, as_json(reading, document), _no_plan(reading), asked[0] if asked else None)


def _no_plan(reading: PlanReading) -> str | None:
    if reading.is_plan:
        return None
    first = next(w for w in reading.warnings if w.code in {"empty", "not-a-plan"})
    return f"{first.message_vi} / {first.message_en}"


def files_in(paths: tuple[Path, ...]) -> list[Path]:
    """Return the files named, and for a folder all those in it, in the order of their names.

    Hidden files and those that an editor leaves while it is open ("~$...") are left out.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(
                each
                for each in path.rglob("*")
                if not each.name.startswith((".", "~$")) and each.is_file()
            )
        else:
            found.append(path)
    return found


def _read_all(paths: list[Path], workers: int) -> Iterator[_Line]:
    """Yield what each file says, in their order; several processes read many files."""
    if workers < 2 or len(paths) <= _ALONE:
        yield from map(_read_one, paths)
        return
    context = multiprocessing.get_context("spawn")
    done = 0
    try:
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            for begin in range(0, len(paths), _AT_ONCE):
                part = paths[begin : begin + _AT_ONCE]
                for line in pool.map(_read_one, part, chunksize=4):
                    yield line
                    done += 1
    except BrokenProcessPool:
        # A process was ended from outside (no memory left): go on with one.
        yield from map(_read_one, paths[done:])


@click.command("read")
@click.argument(
    "files", nargs=-1, type=click.Path(path_type=Path, readable=False), metavar="FILE..."
)
@click.option("--json", "as_object", is_flag=True, help="In một đối tượng JSON / Print JSON.")
@click.option(
    "--text-out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Ghi văn bản mà các vị trí được tính theo / Write the text that the offsets count in.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=None,
    help="Số tiến trình đọc nhiều tệp / Processes that read many files; the cores unless given.",
)
@click.option("--schema", is_flag=True, help="In lược đồ JSON / Print the JSON schema and end.")
@click.pass_obj
def read(
    obj: object,
    files: tuple[Path, ...],
    as_object: bool,
    text_out: Path | None,
    workers: int | None,
    schema: bool,
) -> None:
    """Đọc kế hoạch / Read plans: targets, baselines, tasks, each with its words.

    One FILE gives one object. Several, or a folder, give one line each, in the order of their
    names; a file that cannot be read has its fault there, and the command ends with 1.
    """
    if schema:
        click.echo(
            package_files("hatangso.engines.plantext")
            .joinpath("schema.json")
            .read_text(encoding="utf-8"),
            nl=False,
        )
        return
    if not files:
        raise click.UsageError("Hãy chỉ tên tệp hoặc thư mục. / Name a file or a folder.")
    resolve = obj if callable(obj) else None
    if len(files) > 1 or files[0].is_dir():
        if text_out is not None:
            raise click.UsageError(
                "--text-out chỉ dùng với một tệp. / --text-out takes one file alone."
            )
        _read_many(files, resolve, as_object, workers or _cores())
        return
    try:
        reading, document = read_path(files[0], resolve)
    except DocumentError as error:
        said = str(error)
        name = files[0].name
        raise click.ClickException(said if name in said else f"{name}: {said}") from error
    if text_out is not None:
        _write(text_out, document.text)
    if as_object:
        click.echo(json.dumps(as_json(reading, document), ensure_ascii=False, indent=2))
    else:
        _print(reading)
    if fault := _no_plan(reading):
        click.echo(f"{files[0].name}: {fault}", err=True)
        raise SystemExit(1)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise click.ClickException(
            f"Không ghi được {path}: {error.strerror}. Hãy kiểm tra thư mục và quyền ghi. "
            f"/ {path} cannot be written: {error.strerror}. Check the folder and your rights."
        ) from error


def _read_many(
    paths: tuple[Path, ...], resolve: ResolveUnit | None, as_object: bool, workers: int
) -> None:
    """Print a line for each file; say at the end how many could not be read."""
    found = files_in(paths)
    if not found:
        raise click.ClickException(
            f"Thư mục {paths[0]} không có tệp nào. Hãy chỉ thư mục chứa các kế hoạch. "
            f"/ There is no file in {paths[0]}. Name the folder that holds the plans."
        )
    faults = 0
    for number, line in enumerate(_read_all(found, workers), start=1):
        faults += line.fault is not None
        if line.plan is not None and line.asked is not None and resolve is not None:
            line.plan["header"]["unit_code"] = resolve(*line.asked)
        if as_object:
            said = {"file": str(line.path), "error": line.fault, "plan": line.plan}
            click.echo(json.dumps(said, ensure_ascii=False, separators=(",", ":")))
        else:
            click.echo(f"{line.path}: {line.fault or _in_short(line.plan)}")
        if line.fault and as_object:
            click.echo(f"{line.path}: {line.fault}", err=True)
        if number % 500 == 0:
            click.echo(f"{number}/{len(found)}", err=True)
    if faults:
        click.echo(
            f"{faults}/{len(found)} tệp không đọc được. / {faults} of {len(found)} were not read.",
            err=True,
        )
        raise SystemExit(1)


def _in_short(plan: dict[str, Any] | None) -> str:
    if plan is None:
        return ""
    head = plan["header"]
    return (
        f"{head['issuer'] or '?'} | {head['number'] or '?'} | {head['issued_on'] or '?'} | "
        f"{len(plan['targets'])} mục tiêu / targets, {len(plan['baselines'])} hiện trạng / "
        f"baselines, {len(plan['tasks'])} nhiệm vụ / tasks, "
        f"{len(plan['warnings'])} cảnh báo / warnings"
    )


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
