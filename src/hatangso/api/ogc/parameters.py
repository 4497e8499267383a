"""Query parameters of OGC API Features, read and checked. Pure.

Reference: OGC 17-069r4 (Features, part 1: core), 18-058r1 (part 2: CRS), 19-079r2 (part 3:
filtering), 20-004 draft (sorting). An unknown parameter or value is answered 400 (core, 7.15.2).
"""

import base64
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
#: Reference systems offered: SRID, and whether the first axis is the northing (latitude).
CRS: dict[str, tuple[int, bool]] = {
    CRS84: (4326, False),
    f"{EPSG}4326": (4326, True),
    f"{EPSG}3857": (3857, False),
    # VN-2000 in the zones of 3 degrees is each province's own; these are the two national ones.
    f"{EPSG}3405": (3405, False),
    f"{EPSG}3406": (3406, False),
}
DEFAULT_LIMIT, MOST_LIMIT = 100, 10_000
#: Parameters of the items of any collection.
ITEMS = (
    "f",
    "limit",
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    "filter",
    "filter-lang",
    "filter-crs",
    "sortby",
    "properties",
    "skipGeometry",
    "after",
)


class ParameterError(ValueError):
    """A parameter cannot be read; the message is a sentence that says what may stand there."""


@dataclass(frozen=True, slots=True)
class Sorting:
    """A property to sort by, and the way."""

    name: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """What is asked of the items of a collection."""

    limit: int = DEFAULT_LIMIT
    bbox: tuple[float, float, float, float] | None = None
    bbox_crs: str = CRS84
    crs: str = CRS84
    begin: date | None = None
    end: date | None = None
    filter: str = ""
    filter_lang: str = "cql2-text"
    filter_crs: str = CRS84
    sortby: tuple[Sorting, ...] = ()
    properties: tuple[str, ...] | None = None
    skip_geometry: bool = False
    after: tuple[str, ...] = ()
    #: Equality of a queryable, as core allows: name and text of the value.
    equals: tuple[tuple[str, str], ...] = ()


def check_names(given: Collection[str], known: Collection[str]) -> None:
    """Go on only if every parameter is known.

    Raises
    ------
    ParameterError
        When one is not.
    """
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ParameterError(
            f"There is no parameter {unknown[0]!r} here: there are {', '.join(sorted(known))}."
        )


def read_items(given: Mapping[str, str], queryables: Collection[str]) -> Items:
    """Parameters of the items of a collection.

    Parameters
    ----------
    queryables
        Names of the properties that may be asked for.

    Raises
    ------
    ParameterError
        When one is unknown or cannot be read.
    """
    check_names(given.keys(), {*ITEMS, *queryables})
    begin, end = _period(given.get("datetime", ""))
    language = given.get("filter-lang", "cql2-text")
    if language not in {"cql2-text", "cql2-json"}:
        raise ParameterError("filter-lang is cql2-text or cql2-json.")
    return Items(
        limit=_limit(given.get("limit")),
        bbox=_bbox(given["bbox"]) if "bbox" in given else None,
        bbox_crs=_crs("bbox-crs", given.get("bbox-crs", CRS84)),
        crs=_crs("crs", given.get("crs", CRS84)),
        begin=begin,
        end=end,
        filter=given.get("filter", ""),
        filter_lang=language,
        filter_crs=_crs("filter-crs", given.get("filter-crs", CRS84)),
        sortby=_sorting(given.get("sortby", ""), queryables),
        properties=_properties(given["properties"], queryables) if "properties" in given else None,
        skip_geometry=_flag("skipGeometry", given.get("skipGeometry", "false")),
        after=read_key(given["after"]) if "after" in given else (),
        equals=tuple((name, given[name]) for name in given if name not in ITEMS),
    )


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not re.fullmatch(r"\d{1,9}", text) or int(text) < 1:
        raise ParameterError(f"limit is a whole number from 1; more than {MOST_LIMIT} gives that.")
    return min(int(text), MOST_LIMIT)


def _flag(name: str, text: str) -> bool:
    if text not in {"true", "false"}:
        raise ParameterError(f"{name} is true or false.")
    return text == "true"


def _bbox(text: str) -> tuple[float, float, float, float]:
    try:
        sides = [float(part) for part in text.split(",")]
    except ValueError:
        sides = []
    if len(sides) == 6:
        sides = [*sides[:2], *sides[3:5]]
    if len(sides) != 4 or any(side != side or abs(side) > 1e9 for side in sides):
        raise ParameterError("bbox holds four numbers, or six with heights, with commas between.")
    west, south, east, north = sides
    if south > north:
        raise ParameterError("The south side of bbox lies above its north side.")
    return west, south, east, north


def _crs(name: str, text: str) -> str:
    if text.strip("[]") not in CRS:
        raise ParameterError(f"{name} is one of {', '.join(CRS)}.")
    return text.strip("[]")


def _day(text: str) -> date | None:
    if text in {"", ".."}:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\d([Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d))?", text):
        raise ParameterError("datetime is a day, a moment, or two with / between (RFC 3339).")
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise ParameterError(f"datetime: there is no day {text[:10]}.") from error


def _period(text: str) -> tuple[date | None, date | None]:
    if not text:
        return None, None
    parts = text.split("/")
    if len(parts) == 1:
        day = _day(parts[0])
        if day is None:
            raise ParameterError("datetime names a day.")
        return day, day
    if len(parts) != 2:
        raise ParameterError("datetime has at most two ends.")
    begin, end = _day(parts[0]), _day(parts[1])
    if begin is not None and end is not None and begin > end:
        raise ParameterError("The period of datetime ends before it begins.")
    return begin, end


def _sorting(text: str, queryables: Collection[str]) -> tuple[Sorting, ...]:
    found = []
    for part in text.split(",") if text else ():
        name = part.strip().lstrip("+-")
        if name not in queryables or name == "geometry":
            raise ParameterError(f"There is no property {name!r} to sort by.")
        found.append(Sorting(name, part.strip().startswith("-")))
    return tuple(found)


def _properties(text: str, queryables: Collection[str]) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = sorted(set(names) - set(queryables))
    if unknown:
        raise ParameterError(f"There is no property {unknown[0]!r}.")
    return names


# --- keys of pages -------------------------------------------------------------------------------


def write_key(values: tuple[str, ...]) -> str:
    """Key of the last feature of a page, by which the next one goes on: no count of pages.

    Cost: a page deep in a collection is found by the index, like the first one.
    """
    packed = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_key(text: str) -> tuple[str, ...]:
    """Values of a key that `write_key` made.

    Raises
    ------
    ParameterError
        When it is none.
    """
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError as error:
        raise ParameterError("after comes from the link “next” of a page, unchanged.") from error
    if (
        not isinstance(values, list)
        or not values
        or not all(isinstance(value, str) for value in values)
    ):
        raise ParameterError("after comes from the link “next” of a page, unchanged.")
    return tuple(values)
