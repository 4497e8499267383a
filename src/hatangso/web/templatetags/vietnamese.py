"""Filters that write numbers, dates and periods as the reader's language does."""

from datetime import date
from decimal import Decimal

from django import template

from hatangso.web import dates, formats, places

register = template.Library()


@register.filter
def number(value: Decimal | float | int, decimals: int = 1) -> str:
    """Write a number: 1.234,5 in Vietnamese, 1,234.5 in English."""
    return formats.number(value, decimals)


@register.filter
def day(value: date | None) -> str:
    """Write a day: 31/07/2023 in Vietnamese; nothing where there is none."""
    return formats.day(value) if value else ""


@register.filter
def iso(value: date | None) -> str:
    """Write a day for an address or a date field."""
    return value.isoformat() if value else ""


@register.filter
def slashed(value: date | None) -> str:
    """Write a day as a field takes it: 31/07/2023."""
    return f"{value:%d/%m/%Y}" if value else ""


@register.filter
def period(value: str) -> str:
    """Write a period as precise as its source."""
    return formats.period(value)


@register.filter
def at(url: str, on: date) -> str:
    """Add a date to an address; today needs none."""
    return places.with_date(url, on)


@register.filter
def in_language(text: str) -> str:
    """Return the reader's half of a sentence in both languages: "Có. / Yes." is "Có."."""
    return formats.in_language(text)


@register.filter
def is_today(value: date) -> bool:
    """Tell whether a date is today's."""
    return value == dates.today()
