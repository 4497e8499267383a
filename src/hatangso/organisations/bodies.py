"""Questions about bodies: what they were called on a day, and which body a name means."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from hatangso.organisations import access
from hatangso.organisations.models import Organisation, OrganisationName


def names_on(bodies: Iterable[int], on: date) -> dict[int, str]:
    """Official name of each body on a day, by its number; where none is dated to it, the nearest.

    That is the latest before the day, else the first after it.
    """
    names = access.public(OrganisationName).filter(organisation__in=list(bodies), is_alias=False)
    found: dict[int, str] = {}
    for name in names.order_by(F("valid_from").asc(nulls_first=True), "pk"):
        started = name.valid_from is None or name.valid_from <= on
        if started or name.organisation_id not in found:
            found[name.organisation_id] = name.name
    return found


@dataclass(frozen=True, slots=True)
class BodyMatch:
    """A body that answers to a text: the name that answered, and the name of the day."""

    body: Organisation
    name: OrganisationName
    name_today: str


def find_bodies(text: str, on: date, limit: int = 20) -> list[BodyMatch]:
    """Bodies that answer to a code or to any name they bore, with or without tone marks.

    Each comes once, by the name that is nearest to what was typed; an empty text finds all.
    """
    words = text.split()[:8]
    wanted = Q()
    for word in words:
        wanted &= Q(name__unaccent__icontains=word)
    rows = access.public(OrganisationName).filter(wanted | Q(organisation__code__iexact=text))
    best: dict[int, OrganisationName] = {}
    for name in rows.select_related("organisation"):
        known = best.get(name.organisation_id)
        if known is None or _rank(name) < _rank(known):
            best[name.organisation_id] = name
    chosen = sorted(best.values(), key=lambda name: (len(name.name), name.organisation.code))
    names = names_on([name.organisation_id for name in chosen[:limit]], on)
    return [
        BodyMatch(name.organisation, name, names.get(name.organisation_id, name.name))
        for name in chosen[:limit]
    ]


def _rank(name: OrganisationName) -> tuple[int, bool, int]:
    """Shorter names are nearer to the text; of alike ones the one that is still borne."""
    return (len(name.name), name.valid_to is not None, name.pk)
