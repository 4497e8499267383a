"""Which kind of figure counts on a day: the rule of the plan, else of the unit or one above it."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q

from hatangso.catalogue.models import Indicator
from hatangso.indicators.models import KindRule, Observation
from hatangso.indicators.tree import lines_on
from hatangso.organisations import access
from hatangso.plans.models import Plan
from hatangso.plans.queries import amended_line, counted_targets, later_copies, plans_on
from hatangso.territory.models import AdminUnit


class KindRuleError(ValueError):
    """A rule cannot be set; the text says why. Nothing was changed."""


class KindRules:
    """The rules that hold for some units on a day.

    The rule of the plan whose target holds for a unit comes first; then each unit's own before
    that of one above.

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
            .select_related("unit", "plan")
            .defer("plan__text")
        )
        self._rules: dict[tuple[int, int | None], KindRule] = {}
        self._of_plan: dict[tuple[int, int | None], KindRule] = {}
        for rule in held:
            if rule.plan is None:
                self._rules.setdefault((rule.unit_id, rule.indicator_id), rule)
            else:
                self._of_plan.setdefault((rule.plan.pk, rule.indicator_id), rule)
        if self._of_plan:
            self._follow_copies()
        self._lines = lines_on(dict.fromkeys(units, on)) if held else {}
        self._plans: dict[tuple[int, int], list[int]] = {}
        if self._of_plan:
            self._read_plans({*units, *(pk for line in self._lines.values() for pk in line)}, on)

    def _follow_copies(self) -> None:
        """Let a plan's rule hold for its corrected copies, up to one with a rule of its own."""
        said = dict(self._of_plan)
        copies = later_copies(plan for plan, _indicator in said)
        for (plan, indicator), rule in said.items():
            for copy in copies[plan]:
                if (copy, indicator) in said:
                    break
                self._of_plan[copy, indicator] = rule

    def _read_plans(self, units: Collection[int], on: date) -> None:
        """Plans that set a target, by the unit and the indicator of the target."""
        lines = {pk: amended_line(plan) for pk, plan in plans_on(units, on).items()}
        owner = {plan.pk: pk for pk, line in lines.items() for plan in line}
        for target in counted_targets([plan for line in lines.values() for plan in line]):
            unit = owner[target.plan_id]
            self._plans[unit, target.indicator_id or 0] = [plan.pk for plan in lines[unit]]

    def rule(self, unit_id: int, indicator_id: int) -> KindRule | None:
        """The rule for a figure: the plan's, else of the nearest unit the indicator's own first."""
        line = [unit_id, *self._lines.get(unit_id, [])]
        asked = [(unit, indicator_id) for unit in line]
        plans: list[int] = next((self._plans[each] for each in asked if each in self._plans), [])
        for rules, holders in ((self._of_plan, plans), (self._rules, line)):
            for holder in holders:
                for indicator in (indicator_id, None):
                    found = rules.get((holder, indicator))
                    if found is not None:
                        return found
        return None


@transaction.atomic
def set_rule(
    unit: AdminUnit,
    kinds: Sequence[str],
    *,
    indicator: Indicator | None = None,
    plan: Plan | None = None,
    valid_from: date,
    reason: str,
    by: str,
) -> KindRule:
    """Say which kinds of figures count for a unit and those below it, from a day on.

    With a plan it holds for what is judged against that plan's targets alone. The rule before it
    ends on that day, and stays: figures of earlier days go by it.

    Raises
    ------
    KindRuleError
        For no kind, an unknown or repeated one, without a reason, or for another unit's plan.
    """
    known = set(Observation.Kind.values)
    if not kinds or len(set(kinds)) != len(kinds) or set(kinds) - known:
        raise KindRuleError(
            f"Hãy ghi một hay nhiều loại, không lặp lại: {', '.join(sorted(known))}. "
            "/ Give one or more of these kinds, each once."
        )
    if not reason.strip() or not by.strip():
        raise KindRuleError("Hãy ghi căn cứ và người đặt quy tắc. / Say why, and who sets it.")
    if plan is not None and plan.unit_id != unit.pk:
        raise KindRuleError("Kế hoạch của đơn vị khác. / The plan is another unit's.")
    KindRule.objects.filter(
        unit=unit, plan=plan, indicator=indicator, valid_to__isnull=True, valid_from__lte=valid_from
    ).update(valid_to=valid_from)
    return KindRule.objects.create(
        unit=unit,
        plan=plan,
        indicator=indicator,
        kinds=list(kinds),
        reason=reason.strip(),
        by=by.strip()[:200],
        valid_from=valid_from,
    )
