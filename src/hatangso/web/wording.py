"""What the pages say: targets, gaps, conflicts and rules as sentences of an official.

Every function gives plain text in the reader's language.
"""

import re
from decimal import Decimal

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from hatangso.catalogue.models import Indicator
from hatangso.indicators import wording as shared
from hatangso.indicators.models import KindRule
from hatangso.indicators.rules import Conflict, ConflictKind, Gap, Goal, State, Value
from hatangso.indicators.wording import MILESTONE_UNIT
from hatangso.web import formats

#: A day inside a reference: "195/KH-UBND (2023-07-27)".
_DATE = re.compile(r"\b\d{4}(-\d{2}){1,2}\b")

STATES = {
    State.MET: gettext_lazy("Met"),
    State.ON_TRACK: gettext_lazy("On track"),
    State.AT_RISK: gettext_lazy("At risk"),
    State.BEHIND: gettext_lazy("Behind"),
    State.NO_DATA: gettext_lazy("No figure"),
}
GROUPS = {
    "mobile": gettext_lazy("Mobile network"),
    "fixed": gettext_lazy("Fixed network and Internet"),
    "passive": gettext_lazy("Passive infrastructure and sharing"),
    "cloud": gettext_lazy("Cloud computing"),
    "technology": gettext_lazy("Digital technology"),
    "platform": gettext_lazy("Digital platforms"),
}
LEVELS = {
    "country": gettext_lazy("country"),
    "province": gettext_lazy("province or city"),
    "district": gettext_lazy("district"),
    "commune": gettext_lazy("commune or ward"),
    "village": gettext_lazy("village"),
}


def quantity(value: Decimal, unit: str, places: int = 1) -> str:
    """Write a figure with its unit: "72,5%", "98 Mb/s", "đã hoàn thành" for a milestone."""
    return shared.quantity(value, unit, places, formats.language())


def difference(value: Decimal, unit: str, places: int = 2) -> str:
    """Write a difference of two figures: "6 điểm phần trăm"."""
    return shared.difference(value, unit, places, formats.language())


def kind(code: str) -> str:
    """Write a figure's kind: "kê khai"."""
    return shared.KINDS[formats.language()].get(code, code)


def figure_text(figure: Value, indicator: Indicator) -> str:
    """Write a figure with its unit; a published one with the decimals that it came with."""
    return quantity(figure.value, indicator.unit, 2 if figure.published else 1)


def confirming_rule(text: str) -> str:
    """Write by which rule a target was confirmed where no person did it."""
    sure = re.fullmatch(r"confidence >= (0?\.\d+|1)", text)
    if sure is None:
        return text
    return _("automatically, the reader being at least %s sure") % (
        formats.number(float(sure[1]) * 100, 0) + "%"
    )


def goal(target: Goal, indicator: Indicator) -> str:
    """Write what is to be reached: "từ 80% trở lên", judged by the indicator's direction."""
    if indicator.unit == MILESTONE_UNIT:
        return _("to be done")
    text = quantity(target.value, indicator.unit)
    if indicator.kind == Indicator.Kind.RATIO and target.value == 100:
        return text  # Nothing is above a whole.
    if indicator.direction == Indicator.Direction.DOWN:
        return (_("below %s") if target.comparator == "<" else _("at most %s")) % text
    return (_("above %s") if target.comparator == ">" else _("at least %s")) % text


def gap(missing: Gap | None, indicator: Indicator) -> str:
    """Write what is missing: "còn thiếu 12 thôn", or in points where the parts are unknown."""
    if missing is None or missing.points == 0:
        return ""
    return shared.gap(
        missing, indicator.unit, indicator.direction, indicator.counted, formats.language()
    )


def marks(figure: Value) -> list[str]:
    """Quiet marks beside a figure: its kind, and what else a reader must know of it."""
    found = shared.marks(figure, formats.language())
    if figure.reported is not None and figure.expected is not None:
        found.append(
            _("from %(reported)s of %(expected)s units")
            % {
                "reported": formats.number(figure.reported, 0),
                "expected": formats.number(figure.expected, 0),
            }
        )
    return found


def parts(figure: Value, indicator: Indicator) -> str:
    """Write numerator and denominator in words, or nothing where they are not known."""
    if figure.numerator is None or figure.denominator is None:
        return ""
    counted = indicator.counted
    text = _("%(numerator)s of %(denominator)s") % {
        "numerator": formats.number(figure.numerator),
        "denominator": formats.number(figure.denominator),
    }
    return f"{text} {counted}" if counted and indicator.kind == Indicator.Kind.RATIO else text


def summary(counts: dict[State, int]) -> str:
    """Write the one sentence of a scorecard: how many targets are in which state."""
    total = sum(counts.values())
    met = ngettext("%(met)s of %(total)s target met", "%(met)s of %(total)s targets met", total) % {
        "met": counts.get(State.MET, 0),
        "total": total,
    }
    on_the_way = [
        text % counts[state]
        for state, text in ((State.ON_TRACK, _("%s on track")), (State.AT_RISK, _("%s at risk")))
        if counts.get(state)
    ]
    rest = _("%(behind)s behind, %(no_data)s without figures.") % {
        "behind": counts.get(State.BEHIND, 0),
        "no_data": counts.get(State.NO_DATA, 0),
    }
    return ", ".join([met, *on_the_way, rest])


def conflict(found: Conflict, indicator: Indicator | None, other: Indicator | None = None) -> str:
    """Write a difference between two plans as a sentence that can be pasted into a letter.

    `other` is the indicator that the lower plan uses in the place of `indicator`.
    """
    words = {
        "child": found.child,
        "parent": found.parent,
        "reference": _DATE.sub(lambda date: formats.period(date[0]), found.reference),
        "indicator": indicator.name if indicator else found.indicator,
        "ours": quantity(found.child_value, found.unit) if found.child_value is not None else "",
        "theirs": quantity(found.parent_value, found.unit)
        if found.parent_value is not None
        else "",
        "other": other.name if other else found.other,
        "our_year": found.child_year or "",
        "their_year": found.parent_year or "",
        "counted": formats.number(found.counted, 0),
        "total": formats.number(found.total, 0),
        "share": formats.number(found.share * 100) + "%" if found.share is not None else "",
    }
    match found.kind:
        case ConflictKind.LOWER:
            text = _(
                "On “%(indicator)s”, %(child)s sets %(ours)s, which asks less than the "
                "%(theirs)s of %(parent)s."
            )
        case ConflictKind.HIGHER:
            text = _(
                "On “%(indicator)s”, %(child)s sets %(ours)s, which asks more than the "
                "%(theirs)s of %(parent)s."
            )
        case ConflictKind.MISSING:
            text = _(
                "%(child)s has no target on “%(indicator)s”, for which %(parent)s sets %(theirs)s."
            )
        case ConflictKind.OTHER_DEFINITION:
            text = _(
                "For “%(indicator)s”, for which %(parent)s sets %(theirs)s, %(child)s has a target "
                "by another definition: “%(other)s”, %(ours)s. The two are not the same figure."
            )
        case ConflictKind.OTHER_YEAR:
            text = _(
                "On “%(indicator)s”, %(child)s sets %(ours)s by the end of %(our_year)s and "
                "%(parent)s %(theirs)s by the end of %(their_year)s."
            )
        case ConflictKind.OTHER_UNIT:
            words["ours"] = f"{formats.number(found.child_value or 0)} {found.child_unit}"
            words["theirs"] = f"{formats.number(found.parent_value or 0)} {found.parent_unit}"
            text = _(
                "On “%(indicator)s”, %(child)s sets %(ours)s and %(parent)s %(theirs)s: the units "
                "differ."
            )
        case ConflictKind.ADDS_UP_LOWER:
            text = _(
                "On “%(indicator)s”, the targets below %(parent)s come to %(ours)s by their "
                "people, less than its %(theirs)s (%(counted)s of %(total)s units with a target, "
                "%(share)s of the people)."
            )
        case ConflictKind.PLAN_ABSENT:
            text = (
                _(
                    "Plan %(reference)s of %(parent)s, which the plan of %(child)s says it "
                    "carries out, is not in the system."
                )
                if found.parent
                else _(
                    "Plan %(reference)s, which the plan of %(child)s says it carries out, is not "
                    "in the system."
                )
            )
    sentence = text % words
    return sentence[:1].upper() + sentence[1:]


def rule(figure: Value, indicator: Indicator, way: str = "") -> str:
    """Write by which rule a figure was found; `way` as `Figures.made_of` tells it."""
    if way == "formula":
        return _("Computed by its formula from the unit's own figures of one kind.")
    if figure.published:
        return _(
            "The value was published without its numerator and denominator; it is shown and "
            "compared as it stands, and never added up."
        )
    if indicator.rollup == Indicator.Rollup.ALL:
        return (
            _("Done when every unit below has done it.")
            if figure.reported is not None
            else _("The unit itself says whether it is done.")
        )
    if indicator.rollup == Indicator.Rollup.TESTS:
        return _("Computed from the speed tests themselves; never from other published speeds.")
    formula = _("%(numerator)s divided by %(denominator)s") % {
        "numerator": _name_of(indicator, "numerator"),
        "denominator": _name_of(indicator, "denominator"),
    }
    if indicator.scale != 1:
        formula = _("%(formula)s, times %(scale)s") % {
            "formula": formula,
            "scale": formats.number(indicator.scale, 0),
        }
    if way == "carried":
        return _("Carried from the units that it was made of, by the share of each: %s.") % formula
    if figure.reported is not None:
        return _("Sum over the units below: %s.") % formula
    return formula[:1].upper() + formula[1:] + "."


def kind_rule(found: KindRule | None) -> str:
    """Write which kinds of figures count here, and who says so."""
    if found is None:
        return _(
            "Which kind counts: the latest; of one day measured before declared; predicted only "
            "where nothing else is known."
        )
    text = (
        _("Which kind counts, by the rule of plan %(plan)s since %(day)s: %(kinds)s (%(reason)s).")
        if found.plan
        else _("Which kind counts, by the rule of %(unit)s since %(day)s: %(kinds)s (%(reason)s).")
    )
    return text % {
        "plan": (found.plan.number or found.plan.title) if found.plan else "",
        "unit": found.unit.name,
        "day": formats.day(found.valid_from),
        "kinds": ", ".join(kind(each) for each in found.kinds),
        "reason": found.reason,
    }


def _name_of(indicator: Indicator, part: str) -> str:
    """Name of the numerator or the denominator in the reader's language."""
    language = "en" if get_language() == "en" else "vi"
    return str(getattr(indicator, f"{part}_{language}") or getattr(indicator, f"{part}_vi"))


def definition(indicator: Indicator) -> str:
    """Write what an indicator measures: numerator over denominator."""
    if not indicator.numerator_vi:
        return {
            Indicator.Kind.MILESTONE: _("A milestone: done or not done."),
            Indicator.Kind.SPEED: _("A speed, from tests."),
        }.get(Indicator.Kind(indicator.kind), "")
    text = _("%(numerator)s divided by %(denominator)s") % {
        "numerator": _name_of(indicator, "numerator"),
        "denominator": _name_of(indicator, "denominator"),
    }
    return text[:1].upper() + text[1:] + "."


def direction(indicator: Indicator) -> str:
    """Write which way is better."""
    if indicator.direction == Indicator.Direction.DOWN:
        return _("Lower is better.")
    return _("Higher is better.")
