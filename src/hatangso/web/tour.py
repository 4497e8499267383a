"""The tour of a first visit: five pages of the made-up province, each with a word of what it shows.

No script: the address says which step one is at and of which unit and indicator, as in
``?gioi-thieu=3.M0.village_fibre_share``; the home begins it by itself until it is dismissed, which
a cookie keeps.
"""

import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

PARAMETER = "gioi-thieu"
COOKIE = "hatangso-da-gioi-thieu"
COOKIE_SECONDS = 400 * 24 * 3600
DISMISSED = "0"
LAST = 5
_STEP = re.compile(r"([1-5])\.([\w-]{1,40})\.([\w-]{1,80})")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its number, what it says, and the ways on, back and out."""

    number: int
    title: str
    text: str
    next_url: str
    next_label: str
    back_url: str
    end_url: str
    of: int = LAST


def _texts(number: int) -> tuple[str, str]:
    """Title and words of a step."""
    return {
        1: (
            _("Welcome. This province is made up"),
            _(
                "Units, people and figures are invented, so try everything. The large number "
                "counts the targets met; below stands what is furthest behind."
            ),
        ),
        2: (
            _("The scorecard"),
            _(
                "One row a target: what the plan asks, the latest figure, what is missing and "
                "whether it will be reached in time. Every figure is a link."
            ),
        ),
        3: (
            _("The map, and two dates on it"),
            _(
                "Darker is more, hatched is unknown. Move the line to compare the two dates; the "
                "table beside the map holds the same figures."
            ),
        ),
        4: (
            _("Where a figure comes from"),
            _(
                "The value, the rule in words, and every row of every file that it was made of. "
                "Nothing on this site is without a source."
            ),
        ),
        5: (
            _("The official report"),
            _(
                "Written by decree 30/2020 from the same figures. Take the Word file, write your "
                "parts and sign; what you wrote is kept when the figures are renewed."
            ),
        ),
    }[number]


def address(number: int, unit: str, indicator: str) -> str:
    """Address of a step's page."""
    places = {
        1: (reverse("web:home"), {}),
        2: (reverse("web:unit", args=[unit]), {}),
        3: (reverse("web:indicator", args=[indicator]), {"so-voi": "2025-01-01"}),
        4: (reverse("web:figure", args=[unit, indicator]), {}),
        5: (reverse("web:unit_report_page", args=[unit]), {}),
    }
    path, query = places[number]
    return f"{path}?{urlencode(query | {PARAMETER: f'{number}.{unit}.{indicator}'})}"


def step(number: int, unit: str, indicator: str) -> Step:
    """One step of the tour of a unit and an indicator."""
    title, text = _texts(number)
    end = f"{reverse('web:home')}?{urlencode({PARAMETER: DISMISSED})}"
    return Step(
        number=number,
        title=title,
        text=text,
        next_url=address(number + 1, unit, indicator) if number < LAST else end,
        next_label=_texts(number + 1)[0] if number < LAST else _("End of the tour"),
        back_url=address(number - 1, unit, indicator) if number > 1 else "",
        end_url=end,
    )


def asked(request: HttpRequest) -> Step | None:
    """The step that an address names, or None."""
    found = _STEP.fullmatch(request.GET.get(PARAMETER, ""))
    return step(int(found[1]), found[2], found[3]) if found else None


def first(request: HttpRequest, unit: str, indicator: str) -> Step | None:
    """Step of the home: the one asked for, else the first until the tour was dismissed."""
    if PARAMETER in request.GET:
        return asked(request)
    return None if COOKIE in request.COOKIES else step(1, unit, indicator)


def remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep in a cookie that the tour was dismissed."""
    if request.GET.get(PARAMETER) == DISMISSED:
        response.set_cookie(
            COOKIE, "1", max_age=COOKIE_SECONDS, httponly=True, samesite="Lax",
            secure=request.is_secure(),
        )  # fmt: skip
    return response
