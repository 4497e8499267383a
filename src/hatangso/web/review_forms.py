"""What is typed into the forms of a plan's review, read as the verbs of the review take it."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import normalize

from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hatangso.catalogue.models import Indicator
from hatangso.engines.plantext.spans import fold
from hatangso.indicators.wording import unit_name
from hatangso.plans.facts import ReviewError, time_said
from hatangso.plans.models import Baseline, Decided, Plan, Responsibility, Target, Task
from hatangso.web import formats

KINDS: dict[str, type[Decided]] = {"target": Target, "baseline": Baseline, "task": Task}
#: Units of the catalogue that a figure may be given in.
UNITS = ("%", "per 100 people", "Mbps", "accounts per person", "accounts per adult", "yes/no")

_MARKS = "[\u0300-\u036f]*"
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
"""A whole number with thousand points: "1.250"."""


def said_in(form: Any, name: str, default: str = "") -> str:
    """A field of a form, without the characters that no database keeps."""
    return str(form.get(name, default)).replace("\x00", "")


def version_in(form: Any) -> int:
    """The version that a form was made from; junk is none, and so out of date."""
    said = said_in(form, "version", "0")
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def written(value: Decimal) -> str:
    """A value as a field of a form takes it again: no thousand points, no useless zeros."""
    plain = f"{value:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return plain if get_language() == "en" else plain.replace(".", ",")


def time_written(iso: str) -> str:
    """A point of time as a field of a form takes it again: "30/6/2025", "6/2025", "30/10"."""
    quarter = re.fullmatch(r"(\d{4})-Q([1-4])", iso)
    if quarter:
        return f"Q{quarter[2]}/{quarter[1]}"
    parts = iso.removeprefix("--").split("-")
    return "/".join(part.lstrip("0") for part in reversed(parts)) if iso else ""


def _number(text: str) -> Decimal:
    """Return a number as people here write it: "85,5", "1.250", "1.250,5", "85.5"."""
    said = re.sub(r"\s", "", text)
    if "," in said and "." in said:
        mark = max(said.rfind(","), said.rfind("."))
        said = re.sub(r"[.,]", "", said[:mark]) + "." + said[mark + 1 :]
    elif _GROUPED.fullmatch(said):
        said = said.replace(".", "")
    try:
        return Decimal(said.replace(",", "."))
    except InvalidOperation:
        raise ReviewError(
            _("“%s” is no number: write it with a comma, such as 85,5.") % text
        ) from None


def _year(text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdecimal() or not 1990 <= int(text) <= 2100:
        raise ReviewError(_("“%s” is no year.") % text)
    return int(text)


def _unit(text: str) -> str:
    """Unit of the catalogue by its name in either language; else the noun that is counted."""
    said = " ".join(text.split())
    if not said:
        raise ReviewError(_("Choose the unit of the value."))
    known = {
        fold(name): code
        for code in UNITS
        for name in (code, unit_name(code, "vi"), unit_name(code, "en"))
    }
    return known.get(fold(said), said)[:40]


def _bodies(form: Any) -> list[list[str]]:
    """Bodies of a task, one a line, under their parts."""
    return [
        [" ".join(line.split())[:300], role]
        for role in Responsibility.Role.values
        for line in said_in(form, f"bodies_{role}").splitlines()
        if line.strip()
    ]


def changes_in(form: Any, kind: str) -> dict[str, Any]:
    """What a form says of a record, as the verbs of the review take it.

    Raises
    ------
    ReviewError
        When a number, a year or a point of time is none, or the unit is missing.
    """
    if kind == "task":
        return {
            "text": said_in(form, "text"),
            "due": time_said(said_in(form, "due")),
            "recurrence": said_in(form, "recurrence"),
            "bodies": _bodies(form),
        }
    code = said_in(form, "indicator")
    changes: dict[str, Any] = {
        "indicator": get_object_or_404(Indicator, code=code) if code else None,
        "comparator": said_in(form, "comparator", "="),
        "value": _number(said_in(form, "value")),
        "unit": _unit(said_in(form, "unit")),
    }
    if kind == "target":
        changes["year"] = _year(said_in(form, "year"))
    else:
        changes["as_of"] = time_said(said_in(form, "as_of"))
    return changes


def typed(record: Decided) -> Mapping[str, str]:
    """What the fields of a record's form hold before anything is changed."""
    if isinstance(record, Task):
        return {
            "text": record.text,
            "due": time_written(record.due),
            "recurrence": record.recurrence,
            **{
                f"bodies_{role}": "\n".join(body for body, part in record.bodies if part == role)
                for role in Responsibility.Role.values
            },
        }
    figure: Any = record
    fields = {
        "indicator": figure.indicator.code if figure.indicator else "",
        "comparator": figure.comparator,
        "value": written(figure.value),
        "unit": unit_name(figure.unit, formats.language()),
    }
    if isinstance(record, Target):
        return {**fields, "year": str(record.year or "")}
    return {**fields, "as_of": time_written(figure.as_of)}


def place_of(plan: Plan, words: str, near: str = "") -> tuple[int, int]:
    """Where the words of a form stand in the plan's text, the nearest to a place if several.

    The words as they are, else with other spaces (a browser gives selected words with its own),
    else without tone marks and in any case, as they are typed in haste.

    Raises
    ------
    ReviewError
        When they do not stand in the text.
    """
    wanted = words.strip()[:2000].split()
    about = int(near) if near.isdecimal() and len(near) < 9 else 0
    if wanted:
        exact = r"\s+".join(re.escape(word) for word in wanted)
        # A tone mark may stand in the text as a character of its own.
        bare = r"\s+".join(
            "".join(f"{re.escape(sign)}{_MARKS}" for sign in fold(normalize("NFC", word)))
            for word in wanted
        )
        for text, pattern in ((plan.text, exact), (fold(plan.text), bare)):
            found = [each.span() for each in re.finditer(pattern, text)]
            if found:
                return min(found, key=lambda span: abs(span[0] - about))
    raise ReviewError(_("These words do not stand in the text: select them there."))
