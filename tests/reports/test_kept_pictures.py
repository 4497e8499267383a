"""Pictures are drawn once for what they show, in the scope of whoever may see it."""

import pytest
from django.core.cache import cache

from hatangso.reports.kept_pictures import kept


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


def drawing(times):
    def draw():
        times.append(1)
        return b"PNG %d" % len(times)

    return draw


def test_the_same_is_drawn_once_and_anything_else_anew():
    times = []
    first = kept("public", "map", ("Huế", 12), drawing(times))
    again = kept("public", "map", ("Huế", 12), drawing(times))
    assert (first, len(times)) == (again, 1)
    other = kept("public", "map", ("Huế", 13), drawing(times))
    assert (other.png, len(times)) == (b"PNG 2", 2)
    assert other.tag != first.tag


def test_a_picture_of_one_scope_is_never_shown_in_another():
    times = []
    own = kept("unit-46", "map", ("Huế", 12), drawing(times))
    public = kept("public", "map", ("Huế", 12), drawing(times))
    assert own.png != public.png
    assert own.tag != public.tag
