"""Cost of the scope filter, of audited edits, of history on a bulk load, and of verifying.

Run in a database of its own, which is dropped at the end: ./run bench access. The peer for the
history is django-pghistory, on a table of the same columns in the same run.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hatangso.runtime.settings")
from hatangso.runtime import cluster

if not os.environ.get("DATABASE_URL"):
    cluster.ensure_running()
import django
from django.conf import settings

try:
    import pghistory  # noqa: F401
except ImportError:
    PEER = ""
else:
    PEER = "django-pghistory"
    settings.INSTALLED_APPS += ["pgtrigger", "pghistory"]
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.db.models import Model  # noqa: E402
from django.test.runner import DiscoverRunner  # noqa: E402
from django.utils import timezone  # noqa: E402

from hatangso.organisations import access, rules  # noqa: E402
from hatangso.organisations.models import Organisation, OrganisationName, User  # noqa: E402
from hatangso.records import bulk, chain, context, queries  # noqa: E402
from hatangso.records.models import Entry, Proposal  # noqa: E402
from hatangso.territory.bulk import copy_rows  # noqa: E402
from hatangso.territory.models import AdminUnit  # noqa: E402
from hatangso.web import key_pages  # noqa: E402

LIST_ROWS = 1_000_000
EDITS = 7_000
COPIED = 100_000
PEER_COPIED = 40_000
UNITS = 600
NAMES = ("organisation", "name", "is_alias")


def seconds(act: Callable[[], object], times: int = 1) -> float:
    """Median time of something in seconds."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def told(stage: Callable[[], dict[str, float]]) -> dict[str, float]:
    """Figures of a stage; says on standard error which one runs, and how long it took."""
    sys.stderr.write(f"{stage.__name__} ...")
    sys.stderr.flush()
    started = time.perf_counter()
    found = stage()
    sys.stderr.write(f" {time.perf_counter() - started:.0f} s\n")
    return found


def run_sql(text: str) -> None:
    """Carry out one statement."""
    with connection.cursor() as cursor:
        cursor.execute(text)


def list_page() -> dict[str, float]:
    """A page of 50 of a million rows, with and without the filter of 300 of 600 units."""
    units = AdminUnit.objects.bulk_create(
        AdminUnit(code=f"U{n}", level="commune", name=f"xã {n}") for n in range(UNITS)
    )
    author = User.objects.create(username="benchmark")
    run_sql("ALTER TABLE records_proposal DISABLE TRIGGER USER")
    run_sql(
        "INSERT INTO records_proposal (id, model, record, changes, reason, state, author_id, "  # noqa: S608
        "remark, unit_id, created_at) SELECT gen_random_uuid(), 'plans.target', '1', '{}', 'x', "
        f"'draft', {author.pk}, '', {units[0].pk} + n % {UNITS}, now() - n * interval '1 second' "
        f"FROM generate_series(1, {LIST_ROWS}) AS n"
    )
    run_sql("ALTER TABLE records_proposal ENABLE TRIGGER USER")
    run_sql("ANALYZE records_proposal")
    held = frozenset(unit.pk for unit in units[: UNITS // 2])
    rights = rules.Rights(0, (rules.Holding(rules.Role.OFFICER, held, None),))
    filtered = access.allowed(Proposal, rights)

    def first(rows: object) -> Callable[[], object]:
        return lambda: list(rows.order_by("-created_at")[:50])  # type: ignore[attr-defined]

    def deep(rows: object) -> Callable[[], object]:
        order = rows.order_by("-created_at", "-id")  # type: ignore[attr-defined]
        last = order[19_999]
        given = {key_pages.AFTER: f"{last.created_at.isoformat()}~{last.pk}"}
        return lambda: key_pages.key_page(rows, ["created_at", "id"], given, 50)  # type: ignore[type-var, arg-type]

    def skipping(rows: object) -> Callable[[], object]:
        return lambda: list(rows.order_by("-created_at")[20_000:20_050])  # type: ignore[attr-defined]

    found = {}
    pages = (("first page", first), ("page 400 by key", deep), ("page 400 by OFFSET", skipping))
    for name, page in pages:
        all_rows, of_scope = page(Proposal.objects.all()), page(filtered)
        all_rows()
        of_scope()
        without, with_scope = seconds(all_rows, 31), seconds(of_scope, 31)
        found[f"{name}, all rows [ms]"] = without * 1000
        found[f"{name}, scope of 300 units [ms]"] = with_scope * 1000
        found[f"{name}, ratio"] = with_scope / without
    return found


def saves(rows: Sequence[Model]) -> Callable[[], object]:
    """Each row changed and saved by itself, all in one transaction under who and why."""

    def act() -> None:
        with context.acting(why="benchmark", through="job"), transaction.atomic():
            for row in rows:
                row.name += "o"  # type: ignore[attr-defined]
                row.save(update_fields=["name"])

    return act


def audited_edits() -> dict[str, float]:
    """7,000 names changed, each with an entry: in one bulk verb, and one by one."""
    body = Organisation.objects.create(code="benchmark", kind="other")
    table = OrganisationName._meta.db_table
    with context.acting(why="benchmark", through="job"):
        names = OrganisationName.objects.bulk_create(
            OrganisationName(organisation=body, name=f"N{n}") for n in range(EDITS)
        )

    def in_bulk() -> None:
        for name in names:
            name.name += "b"
        with context.acting(why="benchmark", through="job"), transaction.atomic():
            OrganisationName.objects.bulk_update(names, ["name"], batch_size=1000)

    before = Entry.objects.count()
    found = {
        "7,000 edits in bulk [s]": seconds(in_bulk, 3),
        "7,000 one by one [s]": seconds(saves(names), 3),
    }
    if Entry.objects.count() - before != 6 * EDITS:
        raise SystemExit("Not every edit has its entry.")
    run_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    found["7,000 one by one, no history [s]"] = seconds(saves(names), 3)
    run_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return found


def bulk_load() -> dict[str, float]:
    """COPY of rows: without triggers, with an entry each, as one entry, and by pghistory."""
    body = Organisation.objects.create(code="benchmark-load", kind="other")
    table = "organisations_organisationname"

    def load(count: int, batch: int) -> Callable[[], object]:
        def act() -> None:
            with context.acting(why="benchmark", through="file"), transaction.atomic():
                for start in range(0, count, batch):
                    rows = (
                        (body.pk, f"N{n}", False) for n in range(start, min(start + batch, count))
                    )
                    bulk.copy_rows(OrganisationName, NAMES, rows)

        return act

    run_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    plain = seconds(load(COPIED, COPIED), 3)
    run_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    each = seconds(load(COPIED, 10_000), 3)
    as_one = seconds(load(COPIED, COPIED), 3)
    return {
        "COPY of 100,000, no history [s]": plain,
        "COPY of 100,000, an entry a row [s]": each,
        "COPY of 100,000, one entry [s]": as_one,
        "ratio, an entry a row": each / plain,
        "ratio, one entry": as_one / plain,
    }


def peers_load() -> dict[str, float]:
    """The same for django-pghistory's triggers and context function, as its library writes them."""
    import pghistory.core
    from django.db import models

    class Row(models.Model):
        """Same columns."""

        organisation = models.BigIntegerField()
        name = models.CharField(max_length=300)

        class Meta:
            app_label = "records"
            db_table = "benchmark_row"

    event = pghistory.create_event_model(
        Row, pghistory.InsertEvent(), pghistory.UpdateEvent(), app_label="records", abstract=False
    )
    with connection.schema_editor() as editor:
        editor.create_model(Row)
        editor.create_model(event)
    for trigger in Row._meta.triggers:
        trigger.install(Row)
    rows = [(1, f"N{n}") for n in range(PEER_COPIED)]

    def load() -> None:
        with pghistory.context(why="benchmark"), transaction.atomic():
            Row.objects.create(organisation=0, name="sets the context")
            copy_rows(Row, ["organisation", "name"], rows)

    def peers_saves() -> None:
        with pghistory.context(why="benchmark"):
            saves(kept)()

    def plain() -> None:
        run_sql("ALTER TABLE benchmark_row DISABLE TRIGGER USER")
        copy_rows(Row, ["organisation", "name"], rows)
        run_sql("ALTER TABLE benchmark_row ENABLE TRIGGER USER")

    def ours() -> None:
        with context.acting(why="benchmark", through="file"), transaction.atomic():
            bulk.copy_rows(OrganisationName, NAMES, [(body.pk, n, False) for _, n in rows])

    body = Organisation.objects.create(code="benchmark-peer", kind="other")
    kept = Row.objects.bulk_create(Row(organisation=1, name=f"N{n}") for n in range(EDITS))
    return {
        f"7,000 one by one, {PEER} [s]": seconds(peers_saves, 3),
        f"COPY of {PEER_COPIED:,}, no history [s]": seconds(plain, 3),
        f"COPY of {PEER_COPIED:,} under a context, ours [s]": seconds(ours, 3),
        f"COPY of {PEER_COPIED:,} under a context, {PEER} [s]": seconds(load),
    }


def verifying() -> dict[str, float]:
    """Chain what was written, and verify at least 100,000 entries."""
    chained = seconds(chain.chain)
    started = time.perf_counter()
    verdict = chain.verify()
    taken = time.perf_counter() - started
    if verdict.faults:
        raise SystemExit(f"The log is not whole: {verdict.faults[0]}")
    return {
        "entries": verdict.entries,
        "chain them [s]": chained,
        "verify them [s]": taken,
        "verify 100,000 [s]": taken / verdict.entries * 100_000,
    }


def searching() -> dict[str, float]:
    """Pages of the history with a million entries more: by words, person, record, in a scope."""
    first = AdminUnit.objects.order_by("pk").first()
    unit = first.pk if first else 0
    run_sql(
        "INSERT INTO records_entry (at, transaction, action, model, record, who, why, through, "  # noqa: S608
        "place, database_role, unit) SELECT now() - n * interval '1 second', n, 'update', "
        "'plans.target', n::text, n % 97, CASE WHEN n % 50000 = 0 THEN 'điều chỉnh theo công văn ' "
        "|| n ELSE 'cập nhật số liệu đợt ' || n % 400 END, 'page', "
        f"'POST /ke-hoach/' || n % 900 || '/', 'x', {unit} + n % {UNITS} "
        f"FROM generate_series(1, {LIST_ROWS}) AS n"
    )
    run_sql("ANALYZE records_entry")
    everyone = rules.Rights(0, (rules.Holding(rules.Role.AUDITOR, None, None),))
    half = frozenset(range(unit, unit + UNITS // 2))
    of_scope = rules.Rights(0, (rules.Holding(rules.Role.OFFICER, half, None),))
    one = rules.Rights(0, (rules.Holding(rules.Role.OFFICER, frozenset({unit + 7}), None),))

    def page(rights: rules.Rights, **asked: Any) -> Callable[[], object]:
        return lambda: key_pages.key_page(queries.search(rights, **asked), ["id"], {}, 50)

    asked: dict[str, Callable[[], object]] = {
        "log, first page": page(everyone),
        "log, first page, scope of 300 units": page(of_scope),
        "log, first page, scope of one unit": page(one),
        "search, a rare word": page(everyone, text="cong van"),
        "search, a rare word, scope of 300 units": page(of_scope, text="cong van"),
        "search, a rare word, scope of one unit": page(one, text="cong van"),
        "search, a word of most": page(everyone, text="so lieu"),
        "search, a word of most, scope of one unit": page(one, text="so lieu"),
        "search, a word that nothing holds": page(everyone, text="khong-co-dau"),
        "search, of a person": page(everyone, who=13),
        "search, of a person and a kind, one unit": page(one, who=13, model="plans.target"),
        "search, of a record": page(everyone, model="plans.target", record="512345"),
        "search, of a kind with few": page(everyone, model="organisations.organisation"),
        "search, of a day long ago": page(
            everyone, since=timezone.now() - timedelta(days=9), until=timezone.now() - timedelta(8)
        ),
        "search, a way by which nothing came": page(everyone, through="api"),
    }
    return {f"{name} [ms]": seconds(act, 5) * 1000 for name, act in asked.items()}


def main() -> None:
    """Print a table and one line of JSON."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    settings.DATABASES["default"]["TEST"]["NAME"] = "benchmark_access"
    databases = runner.setup_databases()
    figures: dict[str, float] = {}
    try:
        stages = [list_page, audited_edits, bulk_load, verifying, searching]
        if PEER:
            stages.insert(3, peers_load)
        for stage in stages:
            figures |= told(stage)
    finally:
        runner.teardown_databases(databases)
    for name, value in figures.items():
        sys.stdout.write(f"{name:58} {value:12,.3f}\n")
    sys.stdout.write(f"peer for the history: {PEER or 'none here'}\n")
    sys.stdout.write(json.dumps({"benchmark": "access", "peer": PEER, **figures}) + "\n")


if __name__ == "__main__":
    main()
