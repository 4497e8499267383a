"""The data dictionary, and that the models hold what it says."""

import pytest
from django.contrib.gis.db import models
from tests.conftest import PROJECT

from hatangso.inventory.dictionary import ENTITIES, UnknownEntityError, entity, page
from hatangso.inventory.models import base
from hatangso.inventory.queries import model_of

#: Field of a model for each type of attribute.
FIELDS = {
    "text": models.CharField,
    "code": models.CharField,
    "reference": models.CharField,
    "integer": models.IntegerField,
    "decimal": models.FloatField,
    "date": models.DateField,
    "boolean": models.BooleanField,
}
SHAPES = {"point": models.PointField, "line": models.LineStringField}
#: Columns of every model that no file fills in.
OWN = {"id", "owner", "unit", "source", "published", "geometry", "drawn"}

EACH = [pytest.param(each, id=each.code) for each in ENTITIES.values()]


@pytest.mark.parametrize("kind", EACH)
def test_a_model_has_the_attributes_of_its_entity_and_no_other(kind):
    fields = {field.name: field for field in model_of(kind.code)._meta.concrete_fields}
    assert set(fields) - OWN == set(kind.names)
    for attribute in kind.attributes:
        field = fields[attribute.name]
        assert type(field) is FIELDS[attribute.type], attribute.name
        if attribute.codes:
            longest = max(len(code.value) for code in attribute.codes)
            assert field.max_length >= longest, attribute.name
    if kind.geometry == "none":
        assert "geometry" not in fields
    else:
        assert type(fields["geometry"]) is SHAPES[kind.geometry]
        assert fields["geometry"].srid == 4326
        assert fields["drawn"].output_field.srid == 3857


@pytest.mark.parametrize("kind", EACH)
def test_an_attribute_is_whole(kind):
    assert kind.attributes[0].name == "code"
    assert kind.attributes[0].required
    assert len(set(kind.names)) == len(kind.names)
    for attribute in kind.attributes:
        where = f"{kind.code}.{attribute.name}"
        assert attribute.vi, where
        assert attribute.en, where
        assert bool(attribute.codes) == (attribute.type == "code"), where
        assert bool(attribute.refers_to) == (attribute.type == "reference"), where
        if attribute.minimum is not None:
            assert attribute.minimum < attribute.maximum, where
            assert attribute.type in {"integer", "decimal"}, where
        if attribute.owner_in:
            assert kind.attribute(attribute.owner_in).refers_to == ("organisation",), where
        values = [code.value for code in attribute.codes]
        assert len(set(values)) == len(values), where
        if attribute.codes and attribute.example:
            assert attribute.example in values, where


def test_what_is_referred_to_is_filed_first():
    order = list(ENTITIES)
    for kind in ENTITIES.values():
        for attribute in kind.references:
            for target in attribute.refers_to:
                earlier = order.index(target) < order.index(kind.code)
                assert earlier or (kind.code, target) in LATER, f"{kind.code} names {target}"


#: A span ends at things of which some are rarer and stand later in the list.
LATER = {("span", "service_point"), ("span", "data_centre")}


def test_the_classes_of_the_law_are_there():
    def values(kind, attribute):
        return [code.value for code in entity(kind).attribute(attribute).codes]

    assert values("mast", "mast_class") == ["A1", "A2a", "A2b"]
    assert values("pole", "pole_class") == ["C1", "C2"]
    assert values("duct", "work_class") == ["N1", "N2"]
    assert values("service_point", "point_class") == ["D1", "D2"]
    assert values("site", "status") == [
        "planned",
        "under_construction",
        "in_service",
        "out_of_service",
        "removed",
    ]
    assert values("station", "technology") == ["2G", "3G", "4G", "5G"]


def test_an_unknown_entity_is_named():
    with pytest.raises(UnknownEntityError, match="there are site, mast"):
        entity("tower")


def test_text_fits_its_column():
    for kind in ENTITIES.values():
        for attribute in kind.attributes:
            if attribute.type == "text":
                assert len(attribute.example) <= base.TEXT_LENGTH


def test_the_page_of_the_documentation_says_the_same():
    written = (PROJECT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert written == page.markdown(), "Run: hatangso inventory dictionary docs/data-dictionary.md"
    for kind in ENTITIES.values():
        assert f"(`{kind.code}`)" in written
