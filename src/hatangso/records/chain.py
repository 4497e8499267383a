"""Chains the log: one job puts entries into the Merkle tree in batches, and verifies them.

Batches, not each entry as it is written: a hash that waits for the one before would let one
writer in at a time. An entry is in the tree a little after it was made; until then it is
"not chained yet", and `verify` says how many are.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection, transaction

from hatangso.records import merkle, signing
from hatangso.records.models import Head, Leaf
from hatangso.territory.bulk import copy_rows

_LOCK = 720_914_662  # Any number: the one that holds it chains.
_FETCHED = 5000

# What a leaf is made of, as text that the database gives alike at any time and in any zone.
_COLUMNS = (
    "entry.id::text",
    "to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    "entry.transaction::text",
    "entry.action",
    "entry.model",
    "entry.record",
    "entry.before::text",
    "entry.after::text",
    "entry.who::text",
    "entry.why",
    "entry.through",
    "entry.place",
    "entry.database_role",
    "entry.unit::text",
    "entry.operator::text",
)


def _of_entry(query: str) -> str:
    """A query with the columns that a leaf is made of."""
    return query.replace("ENTRY_COLUMNS", ", ".join(_COLUMNS))


def entry_bytes(values: Sequence[str | None]) -> bytes:
    """An entry as the bytes that are hashed: each value with its length, an absent one as -1."""
    parts = []
    for value in values:
        if value is None:
            parts.append(struct.pack(">q", -1))
        else:
            raw = value.encode()
            parts.append(struct.pack(">q", len(raw)) + raw)
    return b"".join(parts)


# The writers that are still under way hold a lock on the log; anybody may see that, though not
# since when another role's transaction runs. Their entries may yet appear with an earlier time.
_SETTLED = """
SELECT CASE WHEN count(*) = 0 THEN clock_timestamp()
            WHEN bool_and(activity.xact_start IS NOT NULL) THEN min(activity.xact_start) END
FROM pg_locks AS held
LEFT JOIN pg_stat_activity AS activity ON activity.pid = held.pid
WHERE held.relation = 'records_entry'::regclass AND held.mode = 'RowExclusiveLock'
  AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND held.pid <> pg_backend_pid()
"""


def settled_moment() -> datetime | None:
    """Moment before which every entry is there to be read: no writer may yet bring one of earlier.

    None while a writer of another role is under way whose beginning may not be seen.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED)
        moment: datetime | None = cursor.fetchone()[0]
    return moment


_UNCHAINED = _of_entry("""
SELECT ENTRY_COLUMNS
FROM records_entry AS entry
WHERE entry.at >= %s
  AND NOT EXISTS (SELECT FROM records_leaf AS leaf WHERE leaf.entry = entry.id)
ORDER BY entry.id
""")

_BEGINNING = datetime.fromisoformat("0001-01-02T00:00:00+00:00")


def _leaf_hashes(first: int = 0) -> Iterator[bytes]:
    rows = Leaf.objects.filter(position__gte=first).order_by("position")
    for sha256 in rows.values_list("sha256", flat=True).iterator(chunk_size=20_000):
        yield bytes(sha256)


@transaction.atomic
def chain() -> Head | None:
    """Put every entry that is not yet in the tree into it, and sign the new head.

    May run at any time and again; one runs at a time. None where there was nothing new. Cost: a
    hash for every leaf there is.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        last = Head.objects.last()
        since = last.settled if last else _BEGINNING
        settled = settled_moment() or since
        cursor.execute(_UNCHAINED, [since])
        fresh = [(int(row[0]), merkle.leaf_hash(entry_bytes(row))) for row in cursor]
    if not fresh:
        return None
    tree = merkle.Frontier()
    for known in _leaf_hashes():
        tree.add(known)
    size = tree.size
    copy_rows(
        Leaf,
        ["position", "entry", "sha256"],
        ((size + number, entry, leaf) for number, (entry, leaf) in enumerate(fresh)),
    )
    for _, leaf in fresh:
        tree.add(leaf)
    checkpoint = signing.Checkpoint(signing.NAME, tree.size, tree.root())
    return Head.objects.create(
        size=checkpoint.size,
        root=checkpoint.root,
        at=max(settled, since),
        settled=max(settled, since),
        note=signing.sign(checkpoint, signing.private_key()),
    )


# --- verifying -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: changed, removed, inserted, chain or signature; the entry; a sentence."""

    kind: str
    entry: int | None
    said: str


@dataclass(slots=True)
class Verdict:
    """What verifying found."""

    entries: int = 0
    waiting: int = 0
    size: int = 0
    root: bytes = merkle.EMPTY_ROOT
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


_IN_TREE = _of_entry("""
SELECT leaf.position, leaf.entry, leaf.sha256, ENTRY_COLUMNS
FROM records_leaf AS leaf LEFT JOIN records_entry AS entry ON entry.id = leaf.entry
ORDER BY leaf.position
""")


def verify(key: Ed25519PublicKey | None = None, published: Sequence[str] = ()) -> Verdict:
    """Compare every entry with its leaf, the tree with every head, and the heads with the key.

    Parameters
    ----------
    key
        The log's public key; that of the key file where not given.
    published
        Signed heads that somebody kept elsewhere: the tree must still begin with each of them,
        whatever the owner of the database has put into it since.
    """
    public = key or signing.private_key().public_key()
    verdict = Verdict()
    heads = list(Head.objects.all())
    kept = _published(published, public, verdict)
    sizes = {head.size for head in heads} | {checkpoint.size for checkpoint in kept}
    with transaction.atomic():
        roots = _walk(verdict, sizes)
        _look_for_inserted(verdict, heads[-1].settled if heads else None)
    _compare_heads(verdict, heads, roots, public)
    for checkpoint in kept:
        if roots.get(checkpoint.size) != checkpoint.root:
            verdict.faults.append(
                Fault(
                    "chain",
                    None,
                    f"The log no longer begins with the {checkpoint.size} entries of the head "
                    "that was published: it was rewritten.",
                )
            )
    return verdict


def _published(
    notes: Sequence[str], key: Ed25519PublicKey, verdict: Verdict
) -> list[signing.Checkpoint]:
    found = []
    for note in notes:
        try:
            found.append(signing.read(note, key))
        except signing.NoteError as error:
            verdict.faults.append(Fault("signature", None, str(error)))
    return found


def _walk(verdict: Verdict, sizes: set[int]) -> dict[int, bytes]:
    """Go through the tree once; returns its roots at the sizes of the heads."""
    tree = merkle.Frontier()
    roots = {0: merkle.EMPTY_ROOT}
    with connection.chunked_cursor() as cursor:
        cursor.itersize = _FETCHED  # type: ignore[attr-defined]
        cursor.execute(_IN_TREE)
        for position, entry, sha256, *values in cursor:
            if position != tree.size:
                verdict.faults.append(
                    Fault("chain", None, f"Leaf {tree.size} of the tree is missing.")
                )
                tree.size = position
            if values[0] is None:
                verdict.faults.append(
                    Fault("removed", entry, f"Entry {entry} (leaf {position}) was removed.")
                )
            elif merkle.leaf_hash(entry_bytes(values)) != bytes(sha256):
                verdict.faults.append(
                    Fault(
                        "changed",
                        entry,
                        f"Entry {entry} ({values[3]} of {values[4]} {values[5]}, {values[1]}) is "
                        "no longer what was chained: it was changed.",
                    )
                )
            verdict.entries += 1
            tree.add(bytes(sha256))
            if tree.size in sizes:
                roots[tree.size] = tree.root()
    verdict.size, verdict.root = tree.size, tree.root()
    return roots


def _look_for_inserted(verdict: Verdict, settled: datetime | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_UNCHAINED, [_BEGINNING])
        for row in cursor:
            moment = datetime.fromisoformat(row[1])
            if settled is not None and moment < settled:
                verdict.faults.append(
                    Fault(
                        "inserted",
                        int(row[0]),
                        f"Entry {row[0]} ({row[3]} of {row[4]} {row[5]}) says it is of {row[1]}, "
                        "but was not there when that time was chained: it was inserted later.",
                    )
                )
            else:
                verdict.waiting += 1


def _compare_heads(
    verdict: Verdict, heads: Sequence[Head], roots: dict[int, bytes], key: Ed25519PublicKey
) -> None:
    before = 0
    for head in heads:
        if roots.get(head.size) != bytes(head.root):
            verdict.faults.append(
                Fault(
                    "chain",
                    None,
                    f"The tree of {head.size} entries does not have the root that was signed on "
                    f"{head.at:%Y-%m-%d %H:%M:%S%z}: leaves {before} to {head.size - 1} or those "
                    "before them were rewritten.",
                )
            )
        try:
            said = signing.read(head.note, key)
        except signing.NoteError as error:
            verdict.faults.append(Fault("signature", None, f"Head of {head.size} entries: {error}"))
        else:
            if (said.size, said.root) != (head.size, bytes(head.root)):
                verdict.faults.append(
                    Fault(
                        "signature",
                        None,
                        f"The head of {head.size} entries is not what was signed.",
                    )
                )
        before = head.size
    if verdict.size > before:
        verdict.faults.append(
            Fault("chain", None, f"Leaves {before} to {verdict.size - 1} stand under no head.")
        )


# --- proofs --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Proof that an entry is in the tree of a head."""

    entry: int
    index: int
    size: int
    leaf: bytes
    path: list[bytes]
    note: str


def prove_inclusion(entry: int) -> Inclusion:
    """Proof that an entry is in the tree of the last head.

    Raises
    ------
    LookupError
        When it is not chained (yet).
    """
    head = Head.objects.last()
    leaf = Leaf.objects.filter(entry=entry).first()
    if head is None or leaf is None:
        raise LookupError(f"Entry {entry} is not in the tree yet: run hatangso audit chain.")
    leaves = list(_leaf_hashes())[: head.size]
    path = merkle.inclusion_proof(leaves, leaf.position)
    return Inclusion(entry, leaf.position, head.size, bytes(leaf.sha256), path, head.note)


def prove_consistency(size: int) -> tuple[list[bytes], Head]:
    """Proof that the tree of the last head begins with that of a size, and that head.

    Raises
    ------
    LookupError
        When there is no head, or it is smaller.
    """
    head = Head.objects.last()
    if head is None or not 0 <= size <= head.size:
        raise LookupError(f"The tree has fewer than {size} leaves.")
    return merkle.consistency_proof(list(_leaf_hashes())[: head.size], size), head
