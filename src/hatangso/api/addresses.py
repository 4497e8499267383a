"""Digital addresses for programs: from words to places, from a place to words, one by its code."""

from datetime import date

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from hatangso.api.access import rights_in
from hatangso.inventory.addresses import codes, geocoding, reverse
from hatangso.inventory.addresses.geocoding import Found
from hatangso.web import dates

router = Router(tags=["addresses"])


class BecameOut(Schema):
    """A unit that was named and is called otherwise today."""

    old: str
    new: list[str]


class PlaceOut(Schema):
    """A place that answers."""

    kind: str = Field(description="office, home, or the level of a unit.")
    code: str = Field(description="Of the address, else of the unit; empty for a village by name.")
    national_code: str
    label: str
    parents: list[str] = Field(description="Names of the units above, the lowest first.")
    longitude: float | None = Field(description="Degrees, WGS 84.")
    latitude: float | None = Field(description="Degrees, WGS 84.")
    precision: str = Field(description="address, street (number not found), village or unit.")
    distance_m: float | None = Field(description="From the place asked about, in metres.")
    ended_on: date | None = Field(description="First day on which the address no longer held.")
    became: list[BecameOut]
    formerly: str = Field(description="Unit that held it before, where several are of one name.")
    made_up: bool


class GeocodeOut(Schema):
    """Places, the best first."""

    ambiguous: bool = Field(description="Others fit as well as the first: ask the person.")
    places: list[PlaceOut]


class GeocodeQuery(Schema):
    """What is looked for."""

    q: str = Field(max_length=200, description="Words, with or without tone marks, or a code.")
    on: str = Field("", description="Day on which it holds, 2026-01-31; today without it.")
    limit: int = Field(10, ge=1, le=geocoding.MOST)


class ReverseQuery(Schema):
    """A place, in degrees."""

    longitude: float = Field(ge=-180, le=180)
    latitude: float = Field(ge=-90, le=90)
    within_m: float = Field(
        reverse.NEAR_ADDRESS_M, ge=0, le=10_000, description="How far an address may be, in metres."
    )
    on: str = ""


def _out(found: Found) -> PlaceOut:
    longitude, latitude = found.place or (None, None)
    return PlaceOut(
        kind=found.kind,
        code=found.code_shown,
        national_code=found.national_code,
        label=found.label,
        parents=list(found.parents),
        longitude=longitude,
        latitude=latitude,
        precision=found.precision,
        distance_m=found.distance_m,
        ended_on=found.ended_on,
        became=[BecameOut(old=old, new=list(new)) for old, new in found.became],
        formerly=found.formerly,
        made_up=found.made_up,
    )


def _day(text: str) -> date | None:
    return dates.parse(text) if text else None


@router.get("/geocode", response=GeocodeOut, summary="From words or a code to places")
def geocode_address(request: HttpRequest, wanted: Query[GeocodeQuery]) -> GeocodeOut:
    """Places by street, village and unit, old or new; homes within the key's rights alone."""
    if "\0" in wanted.q:
        raise BadRequest(_("The text holds a sign that no text has."))
    answer = geocoding.geocode(wanted.q, rights_in(request), _day(wanted.on), wanted.limit)
    return GeocodeOut(ambiguous=answer.ambiguous, places=[_out(each) for each in answer.found])


@router.get("/reverse", response=list[PlaceOut], summary="From a place to words")
def reverse_address(request: HttpRequest, wanted: Query[ReverseQuery]) -> list[PlaceOut]:
    """Nearest address with its distance, then the village, then the commune."""
    found = reverse.reverse(
        wanted.longitude,
        wanted.latitude,
        rights_in(request),
        _day(wanted.on),
        within_m=wanted.within_m,
    )
    return [_out(each) for each in found]


@router.get("/{code}", response=PlaceOut, summary="The address of a code")
def get_address(request: HttpRequest, code: str) -> PlaceOut:
    """One address, also one that no longer holds; strokes and case do not matter."""
    plain = codes.read(code)
    found = geocoding.by_code(plain, rights_in(request)) if plain else []
    if not found:
        raise Http404(_("There is no such address."))
    return _out(found[0])
