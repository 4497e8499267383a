"""Numbers, days and periods in the language of the page's reader."""

from datetime import date
from decimal import Decimal

from django.utils.translation import get_language

from hatangso.runtime import formats
from hatangso.runtime.formats import Language


def language() -> Language:
    """Return the reader's language: Vietnamese unless English was chosen."""
    return "en" if get_language() == "en" else "vi"


def in_language(text: str) -> str:
    """The reader's half of a sentence in both languages; a longer text as it stands."""
    vietnamese, _, english = text.partition(" / ")
    if "\n" in text or not english:
        return text
    return english if language() == "en" else vietnamese


def number(value: Decimal | float | int, places: int = 1) -> str:
    """Write a number with at most `places` decimals, without useless zeros."""
    return formats.number(value, places, language())


def day(value: date) -> str:
    """Write a day: 31/07/2023 in Vietnamese, 31 July 2023 in English."""
    return formats.day(value, language())


def period(text: str) -> str:
    """Write a period as precise as its source: "2023-Q2" is "quý II/2023"."""
    return formats.period(text, language())
