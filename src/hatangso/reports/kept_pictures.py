"""Pictures of reports kept once drawn, so that a page asked for again does not draw them again.

The key is the scope and everything that the picture shows: another figure, another name, another
day is another key, so nothing stale is ever found. What is drawn is made of rows that everyone may
see (`access.public`), so the scope is always "public"; whoever draws from other rows names theirs.
"""

import hashlib
import pickle
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache

#: Scope of pictures that are made of public rows alone.
PUBLIC = "public"
#: How long a picture that nobody asks for stays. [s]
KEPT_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, and the tag that stands for all that it shows."""

    png: bytes
    tag: str


def kept(scope: str, kind: str, shown: object, draw: Callable[[], bytes]) -> Picture:
    """Picture of a kind that shows something: the kept one, else drawn now and kept.

    Parameters
    ----------
    scope
        Whose rows it is made of; part of the key.
    kind
        Such as "map".
    shown
        All that the picture is drawn from, as plain records.
    draw
        Draws it.
    """
    tag = hashlib.sha256(pickle.dumps((scope, kind, shown))).hexdigest()
    key = f"report-picture:{scope}:{kind}:{tag}"
    png = cache.get(key)
    if png is None:
        png = draw()
        cache.set(key, png, KEPT_S)
    return Picture(png, tag)
