"""Making, renaming, moving, merging and splitting made-up units, and asking about them."""

from datetime import date

import pytest
from django.contrib.gis.geos import Polygon

from hatangso.territory import carrying, queries, services, successions
from hatangso.territory.models import Succession
from hatangso.territory.services import UnitChangeError

pytestmark = pytest.mark.django_db

START, CHANGE, NOW = date(2020, 1, 1), date(2025, 7, 1), date(2026, 1, 1)


def square(x, y, side=1.0):
    return Polygon.from_bbox((x, y, x + side, y + side))


@pytest.fixture
def source():
    return services.create_source("Tỉnh giả định", made_up=True)


@pytest.fixture
def province(source):
    return services.create_unit(
        "90", "province", "Tỉnh Mẫu", valid_from=START, source=source, made_up=True
    )


def commune(code, name, parent, source, people=0, **more):
    more.setdefault("valid_from", START)
    counted = {2024: people} if people else None
    return services.create_unit(
        code, "commune", name, parent=parent, source=source, population=counted, **more
    )


def test_a_merge_ends_the_old_and_answers_what_became_and_what_made(province, source):
    first = commune("90001", "Xã An", province, source)
    second = commune("90002", "Xã Bình", province, source)
    new = commune("90001", "Xã An Bình", province, source, valid_from=CHANGE)
    services.succeed([first, second], [new], CHANGE, source=source)
    assert queries.get_unit("90001", date(2025, 6, 30)) == first
    assert queries.get_unit("90001", CHANGE) == new
    assert [link.new for link in successions.successors(second)] == [new]
    assert [step.link.old for step in successions.what_made(new)] == [first, second]
    assert successions.heirs(first, NOW) == [new]
    assert list(queries.children_on(province, NOW)) == [new]


def test_a_split_with_shares_carries_by_them(province, source):
    old = commune("90003", "Xã Cả", province, source, people=1000)
    east = commune("90004", "Xã Đông", province, source, valid_from=CHANGE)
    west = commune("90005", "Xã Tây", province, source, valid_from=CHANGE)
    services.succeed(
        [old], [east, west], CHANGE, shares={("90003", "90004"): 0.4, ("90003", "90005"): 0.6}
    )
    ways = successions.passages_between("commune", date(2024, 12, 31), NOW)
    done = carrying.carry({old.pk: carrying.Figure(500)}, ways)
    assert done.figures[east.pk].numerator == 200
    assert done.figures[west.pk].estimated


def test_a_split_without_shares_is_equal_and_says_so(province, source):
    old = commune("90003", "Xã Cả", province, source)
    news = [commune(f"9001{i}", f"Xã {i}", province, source, valid_from=CHANGE) for i in range(3)]
    links = services.succeed([old], news, CHANGE)
    assert {link.method for link in links} == {Succession.Method.EQUAL}


def test_a_renamed_unit_stays_the_same_and_keeps_both_names(province):
    services.rename(province, "Thành phố Mẫu", CHANGE)
    province.refresh_from_db()
    assert queries.name_on(province, date(2025, 6, 30)) == "tỉnh Mẫu"
    assert queries.name_on(province, CHANGE) == "thành phố Mẫu"
    assert [match.unit for match in queries.find_units("tinh mau")] == [province]


def test_a_unit_moves_to_another_parent_on_a_day(province, source):
    first = services.create_unit("901", "district", "Huyện Một", parent=province, valid_from=START)
    second = services.create_unit("902", "district", "Huyện Hai", parent=province, valid_from=START)
    unit = commune("90001", "Xã An", first, source)
    services.move(unit, second, CHANGE)
    assert queries.parent_on(unit, date(2025, 6, 30)) == first
    assert queries.parent_on(unit, CHANGE) == second
    assert [u.code for u in queries.ancestors_on(unit, CHANGE)] == ["902", "90"]
    assert queries.descendants_on(province, CHANGE, "commune") == [unit]


def test_a_transfer_leaves_both_standing(province, source):
    giver = commune("90001", "Xã An", province, source, people=100)
    taker = commune("90002", "Xã Bình", province, source, people=100)
    services.transfer(giver, taker, CHANGE, 0.25, source=source)
    ways = successions.passages_between("commune", date(2025, 1, 1), NOW)
    done = carrying.carry({giver.pk: carrying.Figure(100), taker.pk: carrying.Figure(100)}, ways)
    assert {unit: f.numerator for unit, f in done.figures.items()} == {giver.pk: 75, taker.pk: 125}


def test_villages_are_units_with_a_point(province, source):
    unit = commune("90001", "Xã An", province, source)
    village = services.create_unit("90001-01", "village", "Thôn Thượng", parent=unit)
    services.count_people(village, "households", 2025, 48, source=source)
    assert village.name == "thôn Thượng"
    assert queries.people_of([village], "households")[village.pk].value == 48
    assert [u.level for u in queries.ancestors_on(village, NOW)] == ["commune", "province"]


def test_the_shape_of_a_day_is_chosen(province, source):
    services.add_shape(province, square(105, 20), source=source, valid_to=CHANGE)
    services.add_shape(province, square(105, 20, 2), source=source, valid_from=CHANGE)
    before = queries.shapes_on([province], date(2024, 1, 1))[province.pk]
    after = queries.shapes_on([province], NOW)[province.pk]
    assert (before.geometry.area, after.geometry.area) == (1.0, 4.0)


def test_a_code_of_another_day_is_refused_with_who_bore_it(province, source):
    commune("90001", "Xã An", province, source, valid_to=CHANGE)
    with pytest.raises(queries.UnitNotFoundError, match=r"xã An \[2020-01-01, 2025-07-01\)"):
        queries.get_unit("90001", NOW)


def test_ambiguous_names_show_their_parents(source):
    for code in ("91", "92"):
        top = services.create_unit(code, "province", f"Tỉnh {code}", valid_from=START)
        commune(f"{code}001", "Xã Cao Lộc", top, source)
    matches = queries.find_units("cao loc", NOW)
    assert [(m.unit.code, m.parents[0].code) for m in matches] == [("91001", "91"), ("92001", "92")]
    assert [m.unit.code for m in queries.find_units("x. Cao Lộc, t. 92")] == ["92001"]


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (lambda p, u, s: services.move(p, u, NOW), "level is not higher"),
        (lambda p, u, s: services.rename(u, "Xã Khác", date(2019, 1, 1)), "did not stand"),
        (lambda p, u, s: services.transfer(u, p, NOW, 1.5), "between 0 and 1"),
        (lambda p, u, s: services.create_unit("1", "commune", "Xã X", parent=u), "higher level"),
        (lambda p, u, s: services.count_people(u, "population", 2025, 3, source=None), "source"),
        (
            lambda p, u, s: services.succeed([u], [p], NOW, shares={(u.code, p.code): 1.2}),
            "above 1",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(province, source, action, words):
    unit = commune("90001", "Xã An", province, source)
    with pytest.raises(UnitChangeError, match=words):
        action(province, unit, source)
