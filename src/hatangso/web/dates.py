"""The date of a page, from its address: ``?ngay=2025-09-30``; today where none is given."""

import re
from datetime import date

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

PARAMETER = "ngay"


class DateError(BadRequest):
    """The date in an address cannot be read; the message is a sentence for the reader."""


def parse(text: str) -> date:
    """Read a date written 2025-09-30 or 30/09/2025.

    Raises
    ------
    DateError
        When it is neither, or no day of the calendar.
    """
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    vietnamese = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    parts = iso.groups() if iso else vietnamese.groups()[::-1] if vietnamese else ("0", "0", "0")
    try:
        return date(*(int(part) for part in parts))
    except ValueError as error:
        message = _(
            "The date “%(text)s” cannot be read. Write it like 2025-09-30 or 30/09/2025."
        ) % {"text": text[:40]}
        raise DateError(message) from error


def today() -> date:
    """The day it is now in Vietnam."""
    return timezone.localdate()


def asked(request: HttpRequest) -> date:
    """The date that a page was asked for, or today.

    Raises
    ------
    DateError
        When the address holds a date that cannot be read.
    """
    text = request.GET.get(PARAMETER, "").strip()
    return parse(text) if text else today()
