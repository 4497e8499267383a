"""The made-up province into the territory, by the same verbs that real units go through."""

from datetime import date

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction

from hatangso.demo.province import REFORM, MadeProvince, MadeUnit
from hatangso.territory import services
from hatangso.territory.models import AdminUnit, People, Source

#: What of a made-up unit's counts is kept as its people.
COUNTED = (
    People.Kind.POPULATION,
    People.Kind.HOUSEHOLDS,
    People.Kind.ADULTS,
    People.Kind.VILLAGES,
)
YEAR = 2024


@transaction.atomic
def load_made_up(province: MadeProvince) -> int:
    """Make the units, their shapes, people and successions; once.

    Returns
    -------
    int
        Number of made-up units that are there.
    """
    there = AdminUnit.objects.filter(made_up=True).count()
    if there:
        return there
    source = services.create_source(
        "Tỉnh Minh Họa: số liệu minh họa, không có thật", as_of=REFORM, made_up=True
    )
    units: dict[str, AdminUnit] = {}
    for made in province.units:
        units[made.code] = _create(made, units, source)
    shares = {(passed.old, passed.new): passed.share for passed in province.successions}
    old_codes = list(dict.fromkeys(passed.old for passed in province.successions))
    new_codes = list(dict.fromkeys(passed.new for passed in province.successions))
    services.succeed(
        [units[code] for code in old_codes],
        [units[code] for code in new_codes],
        REFORM,
        shares=shares,
        source=source,
    )
    for made in province.units:
        if made.level == "district":
            services.end(units[made.code], REFORM)
    return len(units)


def _create(made: MadeUnit, units: dict[str, AdminUnit], source: Source) -> AdminUnit:
    unit = services.create_unit(
        made.code,
        made.level,
        made.name,
        parent=units[made.parent] if made.parent else None,
        valid_from=made.valid_from,
        attested_on=made.valid_from or date(2023, 1, 1),
        geometry=GEOSGeometry(made.land.wkt, srid=4326),
        source=source,
        made_up=True,
    )
    for kind in COUNTED:
        if kind.value in made.counts:
            services.count_people(unit, kind.value, YEAR, made.counts[kind.value], source=source)
    return unit
