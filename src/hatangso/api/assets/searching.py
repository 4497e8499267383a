"""Search by code, name and words of a place, without tone marks, and by coordinates.

The words that are looked through are `api_asset_words` of the row (migration 0001), for which
each layer has a trigram index: a part of a word is found among a million assets in milliseconds.
"""

import re
from typing import Any

from django.db.models import CharField, F, Func, Lookup, Q, Value

from hatangso.api.assets import layers

#: 16.4637, 107.5909 as people paste it: latitude and longitude, or the other way round.
_COORDINATES = re.compile(r"\s*(-?\d{1,3}[.,]\d+)\s*[,; ]\s*(-?\d{1,3}[.,]\d+)\s*")


class HasWords(Lookup):
    """Whether the words of a row hold every word that was typed."""

    lookup_name = "haswords"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Ask for each word with LIKE, which the trigram index answers."""
        left, parameters = self.process_lhs(compiler, connection)
        words = [word for word in str(self.rhs).split() if word]
        if not words:
            return "true", []
        asked = " AND ".join(
            [f"{left} LIKE '%%' || replace(trim(records_plain(%s)), ' ', '%%') || '%%'"]
            * len(words)
        )
        return f"({asked})", [part for word in words for part in (*parameters, word)]


def words_of(layer: str) -> Func:
    """Expression of the words of a layer's row, exactly as its index has them."""
    address = layers.address_names(layer)
    place = F(address[0]) if address else Value("")
    return Func(F("code"), F("name"), place, function="api_asset_words", output_field=CharField())


def condition(layer: str, text: str) -> Q:
    """Condition that a row's code, name or place holds every word."""
    return Q(HasWords(words_of(layer), text))


def coordinates(text: str) -> tuple[float, float] | None:
    """Longitude and latitude that somebody typed, in degrees; None where they typed something else.

    Vietnam lies between 102 and 118 degrees east and between 6 and 24 degrees north, so the order
    of the two numbers does not matter there; elsewhere latitude comes first, as maps print it.
    """
    found = _COORDINATES.fullmatch(text)
    if found is None:
        return None
    first, second = (float(part.replace(",", ".")) for part in found.groups())
    latitude, longitude = (second, first) if abs(first) > 90 else (first, second)
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return longitude, latitude
