"""Questions asked of the catalogue: what held on a day."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from hatangso.catalogue import dii
from hatangso.catalogue.models import DiiRuleSet, Indicator, IndicatorVersion


def held_on(on: date) -> Q:
    """Condition that a version held on a day."""
    return (Q(valid_from__isnull=True) | Q(valid_from__lte=on)) & (
        Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    )


def versions_on(indicators: Iterable[Indicator], on: date) -> dict[int, IndicatorVersion]:
    """The version of each indicator on a day, by indicator id, in one query."""
    found = IndicatorVersion.objects.filter(held_on(on), indicator__in=list(indicators))
    return {version.indicator_id: version for version in found.order_by("version")}


def versions_among(versions: Iterable[IndicatorVersion], on: date) -> dict[int, IndicatorVersion]:
    """The version of each indicator on a day out of all its versions, by indicator id."""
    return {
        version.indicator_id: version
        for version in sorted(versions, key=lambda each: each.version)
        if (version.valid_from is None or version.valid_from <= on)
        and (version.valid_to is None or version.valid_to > on)
    }


def rule_set_on(on: date, code: str = "885") -> tuple[DiiRuleSet, dii.RuleSet] | None:
    """The latest version of the index's rules that holds on a day, or None before the first."""
    held = DiiRuleSet.objects.filter(held_on(on), code=code).order_by("-version").first()
    return (held, rule_set(held)) if held is not None else None


def rule_set(held: DiiRuleSet) -> dii.RuleSet:
    """A kept version of the index's rules, read."""
    names = {
        code: (name_vi, name_en)
        for code, name_vi, name_en in Indicator.objects.values_list("code", "name_vi", "name_en")
    }
    return dii.read_rule_set(held.content.encode(), names)
