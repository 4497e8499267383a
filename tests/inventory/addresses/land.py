"""Two old communes that became one, a neighbour, and two lists of addresses on them."""

from datetime import date

from django.contrib.gis.geos import GEOSGeometry, Point

from hatangso.inventory.addresses import services
from hatangso.organisations import services as organisations
from hatangso.territory import services as territory

REFORM = date(2025, 7, 1)
SQUARE = "MULTIPOLYGON((({w} {s},{e} {s},{e} {n},{w} {n},{w} {s})))"


def square(west, east):
    return GEOSGeometry(SQUARE.format(w=west, e=east, s=16.0, n=16.1), srid=4326)


def make():
    """Thượng Lộ and Hương Phú became Khe Tre; An Cựu stands beside them."""
    source = territory.create_source("hand-made", made_up=True)

    def unit(code, level, name, parent=None, **more):
        return territory.create_unit(code, level, name, parent=parent, source=source, **more)

    hue = unit("46", "province", "thành phố Huế", geometry=square(107.0, 107.4))
    dong = unit("483", "district", "huyện Nam Đông", hue)
    lo = unit("20185", "commune", "xã Thượng Lộ", dong, geometry=square(107.0, 107.1))
    phu = unit("20167", "commune", "xã Hương Phú", dong, geometry=square(107.1, 107.2))
    tre = unit(
        "20161", "commune", "xã Khe Tre", hue, valid_from=REFORM, geometry=square(107.0, 107.2)
    )
    cuu = unit("19753", "commune", "phường An Cựu", hue, geometry=square(107.2, 107.4))
    territory.succeed([lo, phu], [tre], REFORM, source=source)
    territory.end(dong, REFORM)
    body = organisations.create_organisation("SO-H", "department", "Sở H", unit=hue)

    def office(own_code, name, x, y, **values):
        return services.give("office", body, own_code, Point(x, y, srid=4326), source,
                             name=name, **values)  # fmt: skip

    def home(own_code, x, y, **values):
        return services.give("home", body, own_code, Point(x, y, srid=4326), source, **values)

    return {
        "units": {"46": hue, "20185": lo, "20167": phu, "20161": tre, "19753": cuu},
        "body": body,
        "ubnd": office("O1", "UBND xã Khe Tre", 107.05, 16.05, house_number="1",
                       street="đường Khe Tre", village="thôn Dỗi"),
        "school": office("O2", "Trường Tiểu học", 107.052, 16.05, village="thôn Dỗi"),
        "namesake": office("O3", "Trạm y tế", 107.15, 16.05, village="thôn Dỗi"),
        "post": office("O4", "Bưu điện", 107.3, 16.05, house_number="12", street="Lê Lợi"),
        "home": home("H1", 107.301, 16.05, house_number="14", street="Lê Lợi"),
    }  # fmt: skip
