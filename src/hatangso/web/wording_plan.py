"""What the pages of a plan say of its tasks, its doubts and its other versions."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hatangso.organisations import access
from hatangso.organisations.rules import Rights
from hatangso.plans.models import Plan, Recurrence, Responsibility
from hatangso.web import formats


def due(iso: str) -> str:
    """Write a task's time limit: "quý II/2025"; "--10-30" is "30/10 of every year"."""
    of_year = re.fullmatch(r"--(\d{2})-(\d{2})", iso)
    if of_year:
        return _("%s, of no stated year") % f"{int(of_year[2])}/{int(of_year[1])}"
    return formats.period(iso)


def task_facts(bodies: Iterable[Sequence[str]], until: str, recurrence: str) -> str:
    """Who does a task with whom, by when and how often, in one line."""
    by_role: dict[str, list[str]] = defaultdict(list)
    for body, role in bodies:
        by_role[role].append(body)
    said = [
        _("%(role)s: %(bodies)s") % {"role": role.label, "bodies": ", ".join(by_role[role.value])}
        for role in Responsibility.Role
        if by_role[role.value]
    ]
    if until:
        said.append(_("due: %s") % due(until))
    if recurrence:
        named = dict(Recurrence.choices).get(recurrence, recurrence)
        said.append(str(named))
    return " · ".join(said) or _("no body and no time named")


def warnings_of(plan: Plan) -> list[dict[str, Any]]:
    """What the reader was unsure of, in the language of the page's reader, with its place."""
    shown: list[dict[str, Any]] = []
    for number, found in enumerate(plan.warnings):
        if isinstance(found, str):
            shown.append({"text": found, "number": number, "start": None})
            continue
        text = found["message_en" if get_language() == "en" else "message_vi"]
        shown.append({"text": text, "number": number, "start": found.get("start")})
    return shown


def versions_of(plan: Plan, rights: Rights) -> list[dict[str, object]]:
    """Other versions of a plan, each with what it is to this one; `plan` None is not here."""
    visible = access.allowed(Plan, rights).defer("text")
    found: list[dict[str, object]] = []
    if plan.amends:
        words = _("Replaces:") if plan.replaces_whole else _("Amends:")
        found.append({"words": words, "plan": plan.amends})
    else:
        found += [
            {"words": _("It says it amends or replaces:"), "plan": None, "number": said["number"]}
            for said in plan.amends_said
            if said.get("number")
        ]
    if plan.corrects:
        found.append({"words": _("Corrected copy of:"), "plan": plan.corrects})
    for other in visible.filter(Q(amends=plan) | Q(corrects=plan)):
        if other.corrects_id == plan.pk:
            words = _("A corrected copy is here:")
        elif other.replaces_whole:
            words = _("Replaced by:")
        else:
            words = _("Amended by:")
        found.append({"words": words, "plan": other})
    return found
