"""How two tables of assets differ: hand cases, and that the difference leads to the filed one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from hatangso.inventory.tables import AssetTable, difference


def table(*records):
    return AssetTable.of_records("site", [{"status": "in_service", **each} for each in records])


def fields(found):
    return {name: mask.tolist() for name, mask in found.fields.items()}


def test_what_is_new_changed_and_gone():
    present = table(
        {"code": "A", "note": "1"}, {"code": "B", "note": "1"}, {"code": "C", "note": ""}
    )
    filed = table({"code": "D", "note": ""}, {"code": "B", "note": "2"}, {"code": "A", "note": "1"})
    found = difference(present, filed, whole=True)
    assert filed.codes[found.added].tolist() == ["D"]
    assert filed.codes[found.changed].tolist() == ["B"]
    assert present.codes[found.before].tolist() == ["B"]
    assert found.removed.tolist() == ["C"]
    assert fields(found) == {"note": [True]}


def test_a_filing_of_changes_removes_nothing():
    assert not len(difference(table({"code": "A"}), table(), whole=False).removed)


def test_what_a_filing_does_not_speak_of_stays():
    present = table({"code": "A", "note": "1", "geometry": Point(1, 2)})
    assert difference(present, table({"code": "A"}), whole=True).is_empty


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"backup_hours": None}, {"backup_hours": 0.0}),
        ({"on_building": None}, {"on_building": 0}),
        ({"built_on": None}, {"built_on": np.datetime64("2020-01-01")}),
        ({"geometry": None}, {"geometry": Point(1, 2)}),
        ({"geometry": Point(1, 2)}, {"geometry": Point(1.000001, 2)}),
    ],
)
def test_unknown_is_not_zero_and_a_metre_is_a_move(before, after):
    present, filed = table({"code": "A", **before}), table({"code": "A", **after})
    assert fields(difference(present, filed, whole=True)) == {next(iter(before)): [True]}


def test_a_place_off_by_rounding_is_the_same():
    present = table({"code": "A", "geometry": Point(107.59, 16.46)})
    filed = table({"code": "A", "geometry": Point(107.59 + 1e-9, 16.46)})
    assert difference(present, filed, whole=True).is_empty


def test_a_column_that_the_dictionary_does_not_know_is_refused():
    with pytest.raises(ValueError, match="colour"):
        AssetTable("site", np.array(["A"], object), {"colour": np.array(["red"], object)})


CODES = st.lists(st.sampled_from("ABCDEFGH"), unique=True)


@st.composite
def tables(draw):
    return table(
        *(
            {
                "code": code,
                "note": draw(st.sampled_from(["", "1", "2"])),
                "backup_hours": draw(st.sampled_from([None, 0.0, 4.0])),
                "geometry": draw(st.sampled_from([None, Point(0, 0), Point(1, 1)])),
            }
            for code in draw(CODES)
        )
    )


def as_records(of):
    found = {}
    for row, code in enumerate(of.codes):
        hours = of.column("backup_hours")[row]
        place = of.geometry[row] if of.geometry is not None else None
        found[code] = (of.column("note")[row], None if np.isnan(hours) else hours, place)
    return found


@given(tables(), tables())
def test_the_difference_leads_from_one_to_the_other(present, filed):
    found = difference(present, filed, whole=True)
    state, wanted = as_records(present), as_records(filed)
    for code in found.removed:
        del state[code]
    for code in filed.codes[np.concatenate([found.added, found.changed])]:
        state[code] = wanted[code]
    assert state == wanted
    assert difference(filed, filed, whole=True).is_empty
