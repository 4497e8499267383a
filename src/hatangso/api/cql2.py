"""Filters in CQL2 (text and JSON) as conditions of Django's queries.

pygeofilter reads the text; what it read is put into expressions here, with SQL's three-valued
logic (``NOT height_m > 20`` does not find what has no height), and only for the names given.

Reference: OGC 21-065r2 (Common Query Language 2).
"""

# pygeofilter carries no types.
# mypy: disable-error-code="misc,untyped-decorator,override"

import datetime
import json
from collections.abc import Mapping
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSException, GEOSGeometry, Polygon
from django.db.models import BooleanField, CharField, F, Func, Q, Value
from django.db.models.functions import Lower
from pygeofilter import ast, values
from pygeofilter.backends.evaluator import Evaluator, handle
from pygeofilter.parsers.cql2_json import parse as parse_json
from pygeofilter.parsers.cql2_text import parse as parse_text

#: Longest filter. [characters]
MOST_TEXT = 20_000
#: Most corners of one geometry in a filter.
MOST_CORNERS = 10_000


class FilterTextError(ValueError):
    """A filter cannot be read or answered; the message is a sentence."""


def condition(text: str, language: str, fields: Mapping[str, str], srid: int, swap: bool) -> Q:
    """Condition that a filter says.

    Parameters
    ----------
    language
        ``cql2-text`` or ``cql2-json``.
    fields
        Path of each name that may be used; every other name is refused.
    srid, swap
        Reference system of the filter's geometries, and whether its northing comes first.

    Raises
    ------
    FilterTextError
        When the filter cannot be read, is too long, or names what is not there.
    """
    if len(text) > MOST_TEXT:
        raise FilterTextError(f"The filter is longer than {MOST_TEXT} characters.")
    try:
        tree = parse_json(json.loads(text)) if language == "cql2-json" else parse_text(text)
    except RecursionError as error:
        raise FilterTextError("The filter is nested too deep.") from error
    except Exception as error:  # the parser's own errors are of many kinds
        said = str(error).strip().splitlines()
        raise FilterTextError(f"The filter cannot be read: {said[0] if said else ''}") from error
    try:
        found = _ToDjango(fields, srid, swap).evaluate(tree)
    except FilterTextError:
        raise
    except (NotImplementedError, RecursionError, TypeError, ValueError, GEOSException) as error:
        raise FilterTextError(f"The filter cannot be answered: {error}.") from error
    if not isinstance(found, Q):
        raise FilterTextError("The filter does not say what is to be true.")
    return found


class _Operator(Func):
    """Two expressions with an operator between them."""

    output_field = BooleanField()

    def __init__(self, left: Any, sign: str, right: Any) -> None:
        super().__init__(left, right, template="(%(expressions)s)", arg_joiner=f" {sign} ")


class _Test(Func):
    """A test that is true, false or unknown."""

    output_field = BooleanField()


_SPATIAL = {
    "INTERSECTS": "ST_Intersects",
    "DISJOINT": "ST_Disjoint",
    "CONTAINS": "ST_Contains",
    "WITHIN": "ST_Within",
    "TOUCHES": "ST_Touches",
    "CROSSES": "ST_Crosses",
    "OVERLAPS": "ST_Overlaps",
    "EQUALS": "ST_Equals",
}


class _ToDjango(Evaluator):
    def __init__(self, fields: Mapping[str, str], srid: int, swap: bool) -> None:
        self._fields, self._srid, self._swap = fields, srid, swap

    @handle(ast.Not)
    def not_(self, node: Any, sub: Q) -> Q:
        return Q(_Test(sub, template="(NOT %(expressions)s)"))

    @handle(ast.And)
    def and_(self, node: Any, left: Q, right: Q) -> Q:
        return _truth(left) & _truth(right)

    @handle(ast.Or)
    def or_(self, node: Any, left: Q, right: Q) -> Q:
        return _truth(left) | _truth(right)

    @handle(ast.Comparison, subclasses=True)
    def comparison(self, node: Any, left: Any, right: Any) -> Q:
        return Q(_Operator(_typed(left, right), node.op.value, _typed(right, left)))

    @handle(ast.Between)
    def between(self, node: Any, one: Any, low: Any, high: Any) -> Q:
        template = "(%(expressions)s)" if not node.not_ else "(NOT %(expressions)s)"
        inside = _Operator(one, ">=", _typed(low, one))
        return Q(
            _Test(
                Q(inside) & Q(_Operator(one, "<=", _typed(high, one))),
                template=template,
            )
        )

    @handle(ast.Like)
    def like(self, node: Any, one: Any) -> Q:
        sign = "LIKE" if not node.not_ else "NOT LIKE"
        pattern = node.pattern
        return Q(
            _Operator(
                one, sign, Value(pattern) if isinstance(pattern, str) else self.evaluate(pattern)
            )
        )

    @handle(ast.In)
    def in_(self, node: Any, one: Any, *options: Any) -> Q:
        template = "(%(expressions)s)" if not node.not_ else "(NOT %(expressions)s)"
        wanted = Q()
        for option in options:
            wanted |= Q(_Operator(one, "=", _typed(option, one)))
        return Q(_Test(wanted, template=template))

    @handle(ast.IsNull)
    def null(self, node: Any, one: Any) -> Q:
        # An empty text of the tables is a value that is not known.
        sign = "IS NOT NULL" if node.not_ else "IS NULL"
        return Q(_Test(one, template=f"((%(expressions)s) {sign})"))

    @handle(ast.SpatialComparisonPredicate, subclasses=True)
    def spatial(self, node: Any, left: Any, right: Any) -> Q:
        name = _SPATIAL.get(node.op.name)
        if name is None:
            raise FilterTextError(f"There is no spatial operator {node.op.name}.")
        return Q(_Test(left, right, function=name))

    @handle(ast.Attribute)
    def attribute(self, node: Any) -> Any:
        path = self._fields.get(node.name)
        if path is None:
            known = ", ".join(sorted(self._fields))
            raise FilterTextError(f"There is no property {node.name!r}: there are {known}")
        if node.name == "geometry":
            return F(path)
        # An empty text is not known, as a missing number is.
        return _Known(F(path))

    @handle(ast.Function)
    def function(self, node: Any, *arguments: Any) -> Any:
        name = node.name.lower()
        if name in {"lower", "casei"} and len(arguments) == 1:
            return Lower(_text(arguments[0]))
        if name in {"accenti", "unaccent"} and len(arguments) == 1:
            return Func(_text(arguments[0]), function="unaccent", output_field=CharField())
        if name in {"s_intersects", "s_within", "s_contains", "s_disjoint"}:
            return Q(_Test(*arguments, function=_SPATIAL[name[2:].upper()]))
        if name == "bbox" and len(arguments) in {4, 6}:
            sides = [one.value for one in arguments]
            west, south, east, north = sides if len(sides) == 4 else (*sides[:2], *sides[3:5])
            return self._shape(Polygon.from_bbox((west, south, east, north)))
        raise FilterTextError(f"There is no function {node.name}.")

    @handle(*values.LITERALS)
    def literal(self, node: Any) -> Any:
        return Value(node)

    @handle(values.Geometry)
    def geometry(self, node: Any) -> Any:
        return self._shape(GEOSGeometry(json.dumps(node.__geo_interface__)))

    @handle(values.Envelope)
    def envelope(self, node: Any) -> Any:
        return self._shape(Polygon.from_bbox((node.x1, node.y1, node.x2, node.y2)))

    def _shape(self, shape: GEOSGeometry) -> Value:
        if shape.num_coords > MOST_CORNERS:
            raise FilterTextError(f"A geometry of a filter has at most {MOST_CORNERS} corners.")
        return Value(placed(shape, self._srid, self._swap), output_field=GeometryField(srid=4326))


class _Known(Func):
    """A property, with an empty text as nothing."""

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        query, parameters = compiler.compile(self.source_expressions[0])
        field = self.source_expressions[0].output_field
        if isinstance(field, CharField):
            return f"nullif({query}, '')", parameters
        return query, parameters

    def _resolve_output_field(self) -> Any:
        return self.source_expressions[0].output_field


def placed(shape: GEOSGeometry, srid: int, swap: bool) -> GEOSGeometry:
    """A geometry in EPSG:4326, longitude first.

    Raises
    ------
    FilterTextError
        When it crosses itself or leaves the earth.
    """
    if swap:
        shape = _swapped(shape)
    shape.srid = srid
    if srid != 4326:
        shape.transform(4326)
    if not shape.valid:
        raise FilterTextError(f"A geometry of the filter is not valid: {shape.valid_reason}")
    west, south, east, north = shape.extent
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise FilterTextError("A geometry of the filter leaves the earth.")
    return shape


def _swapped(shape: GEOSGeometry) -> GEOSGeometry:
    import shapely

    turned = shapely.transform(shapely.from_wkb(bytes(shape.wkb)), lambda at: at[:, ::-1])
    return GEOSGeometry(memoryview(shapely.to_wkb(turned)))


def _truth(one: Any) -> Q:
    if not isinstance(one, Q):
        raise FilterTextError("AND and OR stand between conditions")
    return one


def _text(one: Any) -> Any:
    return one


def _typed(one: Any, _other: Any) -> Any:
    """A literal as the database compares it with a property."""
    if isinstance(one, Q):
        raise FilterTextError("A condition is not a value")
    if isinstance(one, Value) and isinstance(one.value, datetime.datetime):
        return Value(one.value.date())
    return one
