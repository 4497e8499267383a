"""Time and memory to load a million assets, to compare and to change them with history.

Run in a database of its own, which is dropped at the end: ./run bench inventory. The peer is
PostgreSQL itself on the same table in the same run: the same rows by COPY, and the same UPDATE,
with the history's triggers switched off and nothing checked or located.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import date

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hatangso.runtime.settings")
from hatangso.runtime import cluster

if not os.environ.get("DATABASE_URL"):
    cluster.ensure_running()
import django

django.setup()

import numpy as np  # noqa: E402
import shapely  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.gis.geos import GEOSGeometry  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.runner import DiscoverRunner  # noqa: E402

from hatangso.demo.province import make_province  # noqa: E402
from hatangso.inventory import queries, services  # noqa: E402
from hatangso.inventory.models import Pole  # noqa: E402
from hatangso.inventory.tables import AssetTable, difference  # noqa: E402
from hatangso.organisations.models import Organisation  # noqa: E402
from hatangso.records.models import Entry  # noqa: E402
from hatangso.territory import services as territory  # noqa: E402
from hatangso.territory.models import AdminUnit  # noqa: E402

ASSETS = int(os.environ.get("HATANGSO_BENCHMARK_ASSETS", "1000000"))
CHANGES = ASSETS // 10
ON = date(2026, 6, 1)
WHY = "benchmark"


def seconds(act: Callable[[], object]) -> float:
    """Time that something takes in seconds."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def run_sql(text: str) -> None:
    """Carry out one statement."""
    with connection.cursor() as cursor:
        cursor.execute(text)


def ground() -> None:
    """Make the made-up province's communes, so that every pole is located."""
    source = territory.create_source("benchmark")
    units = {}
    for made in make_province().units:
        if made.level == "province" or (made.level == "commune" and made.valid_to is None):
            units[made.code] = territory.create_unit(
                made.code,
                made.level,
                made.name,
                parent=units.get(made.parent or ""),
                valid_from=made.valid_from,
                geometry=GEOSGeometry(made.land.wkt, srid=4326),
                source=source,
            )


def poles(prefix: str, count: int) -> AssetTable:
    """Poles spread over the island."""
    random = np.random.default_rng(7)
    places = np.round(random.uniform((-0.35, -0.28), (0.35, 0.28), (count, 2)), 6)
    whole = np.full(count, "in_service", dtype=object)
    return AssetTable(
        "pole",
        np.array([f"{prefix}{number:07d}" for number in range(count)], dtype=object),
        {
            "status": whole,
            "pole_class": np.where(np.arange(count) % 2, "C1", "C2").astype(object),
            "holder_kind": np.full(count, "telecom", dtype=object),
            "material": np.full(count, "concrete", dtype=object),
            "height_m": np.full(count, 8.5),
            "cables": random.integers(0, 6, count).astype(float),
            "in_service_on": np.datetime64("2015-01-01")
            + random.integers(0, 3000, count).astype("timedelta64[D]"),
        },
        np.asarray(shapely.points(places)),
    )


def measure() -> dict[str, float]:
    """Load, read, compare, change; each beside the peer."""
    ground()
    owner = Organisation.objects.create(code="BM", kind="operator")
    other = Organisation.objects.create(code="BM-PEER", kind="operator")
    source = services.source_of("benchmark")
    table = poles("C-", ASSETS)
    given = {"source": source, "why": WHY, "on": ON}
    figures = {
        f"load {ASSETS:,} poles, located, with history [s]": seconds(
            lambda: services.apply_changes(owner, "pole", added=table, **given)
        )
    }
    _peer_load(owner, other, figures)
    present: list[AssetTable] = []
    figures["read them back as columns [s]"] = seconds(
        lambda: present.append(queries.present_assets(owner, "pole"))
    )
    cables = table.values["cables"].copy()
    cables[:CHANGES] += 1
    filed = AssetTable("pole", table.codes, {**table.values, "cables": cables}, table.geometry)
    found = []
    figures["compare all with a new filing [s]"] = seconds(
        lambda: found.append(difference(present[0], filed, whole=True))
    )
    if len(found[0].changed) != CHANGES or len(found[0].added) or len(found[0].removed):
        raise SystemExit("The difference is not the one that was made.")
    changed = filed.take(found[0].changed)
    figures[f"apply {CHANGES:,} changes with history [s]"] = seconds(
        lambda: services.apply_changes(owner, "pole", changed=changed, **given)
    )
    logged = Entry.objects.filter(model="inventory.pole", action="update", operator=owner.pk)
    if logged.count() != CHANGES:
        raise SystemExit(f"{logged.count()} changes are in the history, not {CHANGES}.")
    figures["the same UPDATE without history, peer [s]"] = _peer_change(other)
    names = list(figures)
    figures["ratio of changing"] = figures[names[-2]] / figures[names[-1]]
    province = AdminUnit.objects.get(level="province")
    figures["count them in the province [s]"] = seconds(
        lambda: queries.count("pole", {"pole_class": "C1"}, [province], ON)
    )
    figures["peak memory [MB]"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures


def _peer_load(owner: Organisation, other: Organisation, figures: dict[str, float]) -> None:
    """The same rows by COPY from a file of them, with the triggers of the history off."""
    names = [
        field.column
        for field in Pole._meta.concrete_fields
        if field.name not in {"id", "drawn", "owner"}
    ]
    columns = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        with cursor.copy(
            f"COPY (SELECT {other.pk}, {columns} FROM inventory_pole "  # noqa: S608
            f"WHERE owner_id = {owner.pk}) TO STDOUT"
        ) as copy:
            rows = b"".join(bytes(part) for part in copy)
        cursor.execute("ALTER TABLE inventory_pole DISABLE TRIGGER USER")

        def load() -> None:
            with cursor.copy(f"COPY inventory_pole (owner_id, {columns}) FROM STDIN") as copy:
                copy.write(rows)

        figures["the same rows by COPY alone, peer [s]"] = seconds(load)
        cursor.execute("ALTER TABLE inventory_pole ENABLE TRIGGER USER")
    names_of = list(figures)
    figures["ratio of loading"] = figures[names_of[0]] / figures[names_of[1]]


def _peer_change(other: Organisation) -> float:
    """The same UPDATE of as many rows, with the triggers of the history off."""
    run_sql("ALTER TABLE inventory_pole DISABLE TRIGGER USER")
    try:
        with transaction.atomic():
            return seconds(
                lambda: run_sql(
                    "UPDATE inventory_pole SET cables = cables + 1 "  # noqa: S608
                    f"WHERE owner_id = {other.pk} AND code < 'C-{CHANGES:07d}'"
                )
            )
    finally:
        run_sql("ALTER TABLE inventory_pole ENABLE TRIGGER USER")


def main() -> None:
    """Print a table and one line of JSON."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    settings.DATABASES["default"]["TEST"]["NAME"] = "benchmark_inventory"
    databases = runner.setup_databases()
    try:
        figures = measure()
    finally:
        runner.teardown_databases(databases)
    for name, value in figures.items():
        sys.stdout.write(f"{name:72} {value:12,.3f}\n")
    sys.stdout.write("peer: PostgreSQL alone\n")
    sys.stdout.write(json.dumps({"benchmark": "inventory", "peer": "PostgreSQL", **figures}) + "\n")


if __name__ == "__main__":
    main()
