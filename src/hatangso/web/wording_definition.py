"""How an indicator is defined, in the reader's words: all of it, and each of its versions."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hatangso.catalogue.models import Indicator, IndicatorVersion
from hatangso.indicators.wording import unit_name
from hatangso.web import formats, wording


def facts(indicator: Indicator, on: date) -> list[tuple[str, str]]:
    """Name and content of each part of a definition; what is not said stands as not said."""
    language = "en" if get_language() == "en" else "vi"
    unknown = _("not said")

    def part(name: str) -> str:
        return str(
            getattr(indicator, f"{name}_{language}") or getattr(indicator, f"{name}_vi") or "—"
        )

    return [
        (_("Code"), indicator.code),
        (_("Definition"), indicator.definition or unknown),
        (_("Numerator"), part("numerator")),
        (_("Denominator"), part("denominator")),
        (_("Unit"), unit_name(indicator.unit, formats.language())),
        (_("Direction"), str(wording.direction(indicator))),
        (_("Roll-up"), indicator.get_rollup_display()),
        (_("Collected"), indicator.get_collected_display()),
        (_("Who reports"), indicator.get_reporter_display()),
        (_("Formula"), indicator.formula or _("none: it is reported")),
        (_("Criterion of the index (DII)"), _criterion(indicator)),
        (_("Legal source"), indicator.source or unknown),
        (_("Valid"), _period(indicator.valid_from, indicator.valid_to)),
    ]


def _criterion(indicator: Indicator) -> str:
    if not indicator.dii_criterion:
        return "—"
    doubt = _("not yet checked against the appendix of decision 885")
    return f"{indicator.dii_criterion} ({doubt})"


def _period(start: date | None, end: date | None) -> str:
    return lasting(start, end) or _("as far back as figures go, until it is changed")


def lasting(start: date | None, end: date | None) -> str:
    """Write a period [start, end): "since 01/07/2025"; nothing where neither is known."""
    since = _("since %s") % formats.day(start) if start else ""
    until = _("until %s") % formats.day(end) if end else ""
    return " ".join(filter(None, [since, until]))


def versions(found: Iterable[IndicatorVersion]) -> list[dict[str, object]]:
    """Each version of a definition with its period and why it came about, the latest first."""
    return [
        {
            "version": each.version,
            "period": _period(each.valid_from, each.valid_to),
            "reason": each.reason,
            "definition": each.definition.get("definition_vi", ""),
        }
        for each in sorted(found, key=lambda each: each.version, reverse=True)
    ]
