"""The card of a plan's head on the page of its review, and what is typed into its form."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from hatangso.plans.facts import ReviewError, head_as_read, head_of, issued_said
from hatangso.plans.models import Plan
from hatangso.web import formats
from hatangso.web.review_forms import said_in

#: A longer quote is cut on the card; its link leads to the whole. [characters]
_QUOTE_LENGTH = 160


def _year(text: str) -> int | None:
    said = text.strip()
    if not said:
        return None
    if not (said.isascii() and said.isdecimal() and len(said) == 4):
        raise ReviewError(_("“%s” is no year.") % said[:80])
    return int(said)


def head_in(form: Any) -> dict[str, Any]:
    """What a form says of a plan's head, as the verb takes it; a field it lacks is left alone.

    Raises
    ------
    ReviewError
        When a year or the date of issue is none.
    """
    read: dict[str, Callable[[str], Any]] = {
        "number": str,
        "issued_on": issued_said,
        "title": str,
        "period_start": _year,
        "period_end": _year,
        "signer": str,
    }
    return {name: made(said_in(form, name)) for name, made in read.items() if name in form}


def _issued_typed(iso: str) -> str:
    """A date of issue as the form's field takes it again: "05/11/2023", "11/2023"."""
    return "/".join(reversed(iso.split("-")))


def _typed(plan: Plan) -> dict[str, str]:
    head = head_of(plan)
    words = {name: str(value if value is not None else "") for name, value in head.items()}
    return words | {"issued_on": _issued_typed(plan.issued_on)}


def _shown(name: str, value: Any) -> str:
    """A field of the head as people read it; empty where the plan does not say."""
    if value in ("", None):
        return ""
    return formats.period(value) if name == "issued_on" else str(value)


def head_card(
    plan: Plan, places: Mapping[str, tuple[int, int]], refused: Any = None
) -> dict[str, Any]:
    """What the page shows of a plan's head, and what its form holds.

    Parameters
    ----------
    places
        Where the text says each field (`plans.heads.head_places`).
    refused
        The form as it was typed, where it was refused: it is shown again, open.
    """
    now, read = head_of(plan), head_as_read(plan)
    typed = _typed(plan)
    if refused is not None:
        typed |= {name: said_in(refused, name) for name in typed if name in refused}
    labels = {
        "number": _("Number and symbol"),
        "issued_on": _("Date of issue"),
        "title": _("Title"),
        "period_start": _("First year of the period"),
        "period_end": _("Last year of the period"),
        "signer": _("Signer"),
    }
    fields = []
    for name, label in labels.items():
        place = places.get(name)
        quote = " ".join(plan.text[slice(*place)].split()) if place else ""
        cut = quote if len(quote) <= _QUOTE_LENGTH else f"{quote[: _QUOTE_LENGTH - 1]}…"
        fields.append(
            {
                "name": name,
                "label": label,
                "value": _shown(name, now[name]),
                "quote": cut,
                "was_corrected": name in plan.read_as,
                "read": _shown(name, read[name]),
                "typed": typed[name],
            }
        )
    return {
        "fields": fields,
        "is_open": refused is not None,
        "reason": said_in(refused, "reason") if refused is not None else "",
        "version": said_in(refused, "version") if refused is not None else plan.version,
    }
