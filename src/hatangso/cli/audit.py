"""``hatangso audit``: the log of every change, its chain and its proofs."""

import csv
import json
import sys
import time
from datetime import datetime
from pathlib import Path

import click

from hatangso.organisations.services import OWNER
from hatangso.records import chain as chains
from hatangso.records import installation, privileges, queries, signing
from hatangso.records.models import Entry, Head


@click.group()
def audit() -> None:
    """The history: show, export, chain, verify, prove."""


@audit.command()
def chain() -> None:
    """Put the entries since the last time into the tree and sign the new head."""
    head = chains.chain()
    if head is None:
        click.echo("Không có mục mới. / Nothing new.")
        return
    click.echo(head.note)


@audit.command()
@click.option("--key", help="Public key (see: audit key); that of this machine unless said.")
@click.option(
    "--head",
    "heads",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A signed head kept elsewhere: the log must still begin with it.",
)
@click.option("--records", is_flag=True, help="Compare every record with its last entry, too.")
def verify(key: str | None, heads: tuple[Path, ...], records: bool) -> None:
    """Name every entry that was changed, removed or inserted behind the log's back."""
    started = time.monotonic()
    public = None
    if key:
        try:
            _, public = signing.read_verifier_key(key)
        except signing.NoteError as error:
            raise click.ClickException(str(error)) from error
    verdict = chains.verify(public, [file.read_text(encoding="utf-8") for file in heads])
    click.echo(
        f"{verdict.entries:,} mục trong chuỗi, {verdict.waiting:,} mục chờ / "
        f"{verdict.entries:,} entries chained, {verdict.waiting:,} waiting; "
        f"{time.monotonic() - started:.1f} s"
    )
    said = [f"[{fault.kind}] {fault.said}" for fault in verdict.faults]
    said += [f"[untied] {table} is changed past the log." for table in installation.unrecorded()]
    if records:
        said += [
            f"[stray] {stray.column} of {stray.model} {stray.record} is not what the log says."
            for stray in queries.strays()
        ]
    for line in said:
        click.echo(line, err=True)
    if said:
        message = f"Nhật ký không toàn vẹn / the log is not whole: {len(said)}."
        raise click.ClickException(message)
    click.echo("Nhật ký toàn vẹn. / The log is whole.")


@audit.command()
def key() -> None:
    """Print the log's public key, to publish beside the heads."""
    click.echo(signing.verifier_key(signing.private_key().public_key()))


@audit.command()
def head() -> None:
    """Print the last signed head, to publish."""
    last = Head.objects.last()
    if last is None:
        message = "Chưa có mục nào trong chuỗi. / Nothing is chained yet: run hatangso audit chain."
        raise click.ClickException(message)
    click.echo(last.note, nl=False)


@audit.command()
@click.argument("entry", type=int)
def prove(entry: int) -> None:
    """Print the proof (RFC 9162) that the ENTRY of a number is in the tree, as JSON."""
    try:
        proof = chains.prove_inclusion(entry)
    except LookupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        json.dumps(
            {
                "entry": proof.entry,
                "leaf_index": proof.index,
                "tree_size": proof.size,
                "leaf_hash": proof.leaf.hex(),
                "inclusion_path": [node.hex() for node in proof.path],
                "head": proof.note,
            },
            ensure_ascii=False,
            indent=2,
        )
    )


@audit.command()
@click.argument("model", required=False, default="")
@click.argument("record", required=False, default="")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--text", default="", help="Words of the reason, page or file.")
@click.option("--limit", default=50, show_default=True)
@click.option("--csv", "as_csv", is_flag=True, help="As a table for a spreadsheet.")
def show(
    model: str, record: str, since: datetime | None, text: str, limit: int, as_csv: bool
) -> None:
    """Show the history of a MODEL ("plans.target") and a RECORD, newest first."""
    found = queries.search(
        OWNER, model=model.lower(), record=record, text=text, since=_aware(since)
    )
    entries = list(found[:limit])
    names, kept = queries.names_of(entries), queries.personal_values(entries)
    table = csv.writer(sys.stdout) if as_csv else None
    if table:
        table.writerow(["number", "at", "action", "model", "record", "who", "why", "through",
                        "place", "changes"])  # fmt: skip
    for entry in entries:
        who = names.get(entry.who, f"#{entry.who}") if entry.who else f"({entry.database_role})"
        changed = [
            f"{change.column}: {change.before!r} → {change.after!r}"
            for change in queries.changes(entry, kept)
        ]
        if table:
            table.writerow([entry.pk, entry.at.isoformat(), entry.action, entry.model,
                            entry.record, who, entry.why, entry.through, entry.place,
                            "; ".join(changed)])  # fmt: skip
        else:
            _print(entry, who, changed)


def _aware(day: datetime | None) -> datetime | None:
    return day.astimezone() if day else None


def _print(entry: Entry, who: str, changed: list[str]) -> None:
    click.echo(
        f"#{entry.pk} {entry.at:%d/%m/%Y %H:%M:%S} {entry.action} {entry.model} {entry.record} — "
        f"{who}; {entry.through} {entry.place}; {entry.why or '—'}"
    )
    for line in changed:
        click.echo(f"    {line[:160]}")


@audit.command()
def roles() -> None:
    """Say whether the application's database role is kept out of the log."""
    standing = privileges.standing()
    if standing.is_kept_out:
        click.echo(f"{standing.role}: không sửa được nhật ký / is kept out of the log.")
        return
    why = "owns it" if standing.owns_log else ", ".join(standing.may)
    click.echo(f"{standing.role}: CÓ THỂ sửa nhật ký / can alter the log ({why}).")
