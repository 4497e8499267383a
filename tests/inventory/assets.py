"""Hand-made assets for the tests of what stands."""

from datetime import date

import numpy as np
from shapely import LineString, Point

from hatangso.inventory import services
from hatangso.inventory.tables import AssetTable
from hatangso.organisations import services as organisations
from hatangso.territory import services as territory

SQUARE = "MULTIPOLYGON((({w} {s},{e} {s},{e} {n},{w} {n},{w} {s})))"


def communes():
    """Two neighbouring communes of a province on the equator, 0.1 degree wide each."""
    from django.contrib.gis.geos import GEOSGeometry

    source = territory.create_source("hand-made")
    p = territory.create_unit("P", "province", "tỉnh P", source=source)
    made = {"P": p}
    for code, west in (("C1", 0.0), ("C2", 0.1)):
        land = SQUARE.format(w=west, e=west + 0.1, s=0, n=0.1)
        made[code] = territory.create_unit(
            code,
            "commune",
            f"xã {code}",
            parent=p,
            source=source,
            geometry=GEOSGeometry(land, srid=4326),
        )
    return made


def operators(*codes):
    return [
        organisations.create_organisation(code, "operator", f"Nhà mạng {code}") for code in codes
    ]


def site(code, x=0.05, y=0.05, **values):
    return {
        "code": code,
        "status": "in_service",
        "on_building": 0,
        "backup_hours": 4.0,
        "in_service_on": np.datetime64("2020-01-01"),
        "geometry": Point(x, y),
        **values,
    }


def span(code, *places, **values):
    return {
        "code": code,
        "status": "in_service",
        "cable": "CQ",
        "laying": "aerial",
        "fibres": 24,
        "geometry": LineString(places or [(0.01, 0.05), (0.09, 0.05)]),
        **values,
    }


def load(owner, entity, *records, **given):
    """Let records in; returns what was applied."""
    source = services.source_of("tệp thử")
    return services.apply_changes(
        owner,
        entity,
        added=AssetTable.of_records(entity, list(records)),
        source=source,
        why="thử",
        **given,
    )


DAY = date(2026, 6, 1)
