"""Which kind of figure counts: the rule of a unit, or of the nearest one above it, on a day."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q

from hatangso.catalogue.models import Indicator
from hatangso.indicators.models import KindRule, Observation
from hatangso.indicators.tree import lines_on
from hatangso.organisations import access
from hatangso.territory.models import AdminUnit


class KindRuleError(ValueError):
    """A rule cannot be set; the text says why. Nothing was changed."""


class KindRules:
    """The rules that hold for some units on a day, each unit's own before that of one above.

    Parameters
    ----------
    units
        Ids of the units that will be asked for.
    on
        The day.
    """

    def __init__(self, units: Collection[int], on: date) -> None:
        held = list(
            access.public(KindRule)
            .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)
            .select_related("unit")
        )
        self._rules: dict[tuple[int, int | None], KindRule] = {}
        for rule in held:
            self._rules.setdefault((rule.unit_id, rule.indicator_id), rule)
        self._lines = lines_on(dict.fromkeys(units, on)) if held else {}

    def rule(self, unit_id: int, indicator_id: int) -> KindRule | None:
        """The rule for a figure: of the nearest unit, and of it the indicator's own first."""
        for unit in [unit_id, *self._lines.get(unit_id, [])]:
            for indicator in (indicator_id, None):
                found = self._rules.get((unit, indicator))
                if found is not None:
                    return found
        return None

    def kinds(self, unit_id: int, indicator_id: int) -> list[str] | None:
        """Kinds that count, in order; None where no unit says so."""
        found = self.rule(unit_id, indicator_id)
        return None if found is None else list(found.kinds)


@transaction.atomic
def set_rule(
    unit: AdminUnit,
    kinds: Sequence[str],
    *,
    indicator: Indicator | None = None,
    valid_from: date,
    reason: str,
    by: str,
) -> KindRule:
    """Say which kinds of figures count for a unit and those below it, from a day on.

    The rule before it ends on that day, and stays: figures of earlier days go by it.

    Raises
    ------
    KindRuleError
        For no kind, an unknown or repeated one, or without a reason.
    """
    known = set(Observation.Kind.values)
    if not kinds or len(set(kinds)) != len(kinds) or set(kinds) - known:
        raise KindRuleError(
            f"Hãy ghi một hay nhiều loại, không lặp lại: {', '.join(sorted(known))}. "
            "/ Give one or more of these kinds, each once."
        )
    if not reason.strip() or not by.strip():
        raise KindRuleError("Hãy ghi căn cứ và người đặt quy tắc. / Say why, and who sets it.")
    KindRule.objects.filter(
        unit=unit, indicator=indicator, valid_to__isnull=True, valid_from__lte=valid_from
    ).update(valid_to=valid_from)
    return KindRule.objects.create(
        unit=unit,
        indicator=indicator,
        kinds=list(kinds),
        reason=reason.strip(),
        by=by.strip()[:200],
        valid_from=valid_from,
    )
