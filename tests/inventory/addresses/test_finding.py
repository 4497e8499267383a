"""Places by words, old and new, and words by a place; homes only for whom the rule lets see."""

import pytest
from tests.inventory.addresses import land
from tests.organisations import people

from hatangso.inventory.addresses.geocoding import geocode
from hatangso.inventory.addresses.reverse import reverse
from hatangso.inventory.models import HomeAddress
from hatangso.organisations import access
from hatangso.organisations.rules import ANYONE, Role
from hatangso.organisations.services import Scope
from hatangso.records import queries
from hatangso.records.models import Entry
from hatangso.territory import services as territory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(database_of_module):
    return land.make()


@pytest.fixture
def keeper(world):
    scope = Scope(unit=world["units"]["19753"])
    return access.rights_of(people.person("giu-dia-chi", Role.COMMUNE_OFFICER, scope))


def labels(answer):
    return [each.label for each in answer.found]


def test_an_address_by_number_street_and_unit(world):
    answer = geocode("12 Lê Lợi, phường An Cựu", ANYONE)
    assert [each.code for each in answer.found] == [world["post"].code]
    assert answer.found[0].in_words == "Bưu điện, 12 Lê Lợi, phường An Cựu, thành phố Huế"
    assert answer.found[0].place == (107.3, 16.05)
    assert not answer.ambiguous


@pytest.mark.parametrize("text", ["12 le loi phuong an cuu", "BUU DIEN", "12 Lê Lợi", "le loi 12"])
def test_tone_marks_commas_and_order_do_not_matter(world, text):
    assert geocode(text, ANYONE).found[0].code == world["post"].code


def test_a_village_of_an_old_commune_is_found_on_its_own_ground(world):
    answer = geocode("thôn Dỗi, xã Thượng Lộ", ANYONE)
    village = answer.found[0]
    assert (village.kind, village.label) == ("village", "thôn Dỗi")
    assert village.parents == ("xã Khe Tre", "thành phố Huế")
    assert village.place == pytest.approx((107.051, 16.05))
    assert village.became == (("xã Thượng Lộ", ("xã Khe Tre",)),)
    # The other thôn Dỗi of today's Khe Tre lies on the ground of Hương Phú.
    assert "Trạm y tế, thôn Dỗi" not in labels(answer)


def test_the_old_district_is_understood(world):
    answer = geocode("thôn Dỗi, x. Thượng Lộ, h. Nam Đông", ANYONE)
    assert answer.found[0].parents[0] == "xã Khe Tre"


def test_what_fits_several_times_is_offered_with_the_units_above(world):
    territory.create_unit("11111", "commune", "phường An Cựu", parent=world["units"]["46"])
    answer = geocode("phường An Cựu", ANYONE)
    assert answer.ambiguous
    assert {each.code for each in answer.found} == {"19753", "11111"}
    assert all(each.parents == ("thành phố Huế",) for each in answer.found)


def test_an_unknown_number_gives_the_street(world):
    answer = geocode("99 Lê Lợi, An Cựu", ANYONE)
    assert [(each.code, each.precision) for each in answer.found] == [
        (world["post"].code, "street")
    ]


def test_an_unknown_street_gives_the_unit(world):
    answer = geocode("đường Không Có, xã Khe Tre", ANYONE)
    assert [(each.kind, each.code, each.precision) for each in answer.found] == [
        ("commune", "20161", "unit")
    ]


@pytest.mark.parametrize("text", ["", "  ", ",,,", "zzzz qqqq", "xã Zzzz", "%", "'; --"])
def test_nothing_is_no_error(world, text):
    assert geocode(text, ANYONE).found == ()


def test_by_code_as_printed_also_when_it_no_longer_holds(world):
    post = world["post"]
    shown = geocode(post.code, ANYONE).found[0].code_shown
    assert geocode(shown.lower(), ANYONE).found[0].code == post.code
    post.ended_on = land.REFORM
    post.save()
    assert geocode(shown, ANYONE).found[0].ended_on == land.REFORM
    assert geocode("bưu điện 12 Lê Lợi", ANYONE).found == ()


def test_homes_are_shown_to_who_keeps_them_and_the_log_is_told(world, keeper):
    text = "14 Lê Lợi, phường An Cựu"
    assert all(each.kind != "home" for each in geocode(text, ANYONE).found)
    other = access.rights_of(
        people.person("xa-khac", Role.COMMUNE_OFFICER, Scope(unit=world["units"]["20161"]))
    )
    assert all(each.kind != "home" for each in geocode(text, other).found)
    assert geocode(world["home"].code, ANYONE).found == ()
    before = Entry.objects.filter(record="home_address").count()
    assert geocode(text, keeper).found[0].code == world["home"].code
    noted = Entry.objects.filter(model="layer", record="home_address")
    assert noted.count() == before + 1
    assert noted.first().after == {"rows": 1}


def test_the_log_does_not_hold_what_a_home_s_address_was(world):
    home = HomeAddress.objects.get(pk=world["home"].pk)
    home.house_number = "16"
    home.save()
    home.delete()
    entries = Entry.objects.filter(model="inventory.homeaddress", record=str(world["home"].pk))
    assert [each.action for each in entries.order_by("pk")] == ["insert", "update", "delete"]
    update = entries.get(action="update")
    assert [each.column for each in queries.changes(update)] == ["house_number"]
    assert update.before == update.after == {"house_number": {"kept": None}}
    told = str([(each.before, each.after) for each in entries])
    assert "Lê Lợi" not in told
    assert "107.301" not in told


def test_a_place_gives_the_nearest_address_with_its_distance(world):
    found = reverse(107.3005, 16.05, ANYONE)
    assert found[0].code == world["post"].code
    # Half a thousandth of a degree of longitude at 16.05 degrees north is 53.5 m.
    assert found[0].distance_m == pytest.approx(53.5, abs=0.1)
    assert [each.kind for each in found] == ["office", "commune"]


def test_a_place_far_from_addresses_gives_village_and_unit(world):
    source = territory.create_source("villages")
    from django.contrib.gis.geos import Point

    territory.create_unit(
        "20161-1", "village", "thôn Cha Măng", parent=world["units"]["20161"], source=source,
        geometry=Point(107.02, 16.02, srid=4326),
    )  # fmt: skip
    found = reverse(107.021, 16.02, ANYONE)
    assert [each.label for each in found] == ["thôn Cha Măng", "xã Khe Tre"]
    assert found[0].distance_m == pytest.approx(107, abs=1)
    assert geocode("thôn Cha Măng, xã Thượng Lộ", ANYONE).found[0].code == "20161-1"


def test_a_place_outside_every_unit_gives_nothing(world):
    assert reverse(0.0, 0.0, ANYONE) == []


def test_a_home_is_the_nearest_only_for_its_keeper(world, keeper):
    assert reverse(107.301, 16.05, ANYONE)[0].code == world["post"].code
    nearest = reverse(107.301, 16.05, keeper)[0]
    assert (nearest.kind, nearest.distance_m) == ("home", 0.0)


def test_where_a_unit_of_today_bears_the_name_its_whole_ground_is_meant(world):
    units = world["units"]
    territory.rename(units["20161"], "xã Thượng Lộ", land.REFORM)
    answer = geocode("thôn Dỗi, xã Thượng Lộ", ANYONE)
    villages = [each for each in answer.found if each.kind == "village"]
    assert {each.formerly for each in villages} == {"xã Thượng Lộ", "xã Hương Phú"}
    assert answer.ambiguous
    assert all(each.became == () for each in answer.found)
