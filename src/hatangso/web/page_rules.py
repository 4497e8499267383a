"""Who may come in at each address of the site; an address that is not here is shut.

What is public stays public: units, the catalogue, plans as they were issued with what was read
in them, figures in force, and so every scorecard, map and report made of them. They are what the
law has a province publish, and the site's first readers have no account.
"""

from dataclasses import dataclass

from hatangso.organisations.rules import Action, Subject


@dataclass(frozen=True, slots=True)
class Door:
    """Who may come in: everyone, whoever is signed in, or whoever may do something somewhere."""

    subject: Subject | None = None
    action: Action | None = None
    everyone: bool = False
    #: The answer is about whoever asks even where everyone may ask (signing in).
    personal: bool = False
    #: Everybody gets the same rows, whoever asks: it may be kept for everybody.
    rows_for_all: bool = False


EVERYONE = Door(everyone=True)
SAME_FOR_ALL = Door(everyone=True, rows_for_all=True)
ENTRANCE = Door(everyone=True, personal=True)
SIGNED_IN = Door()


def of(subject: Subject, action: Action) -> Door:
    """Only who may do an action to something of a subject, somewhere."""
    return Door(subject, action)


PAGES: dict[str, Door] = {
    "web:home": EVERYONE,
    "web:units": EVERYONE,
    "web:unit": EVERYONE,
    "web:unit_csv": EVERYONE,
    "web:unit_report": EVERYONE,
    "web:unit_workbook": EVERYONE,
    "web:cascade": EVERYONE,
    "web:figure": EVERYONE,
    "web:cascades": EVERYONE,
    "web:indicators": EVERYONE,
    "web:indicator": EVERYONE,
    "web:plans": EVERYONE,
    "web:plan": EVERYONE,
    "web:search": EVERYONE,
    "web:compare": EVERYONE,
    "web:lineage": EVERYONE,
    "web:dii": EVERYONE,
    "web:completeness": EVERYONE,
    "web:forms": EVERYONE,
    "web:form": EVERYONE,
    "web:form_template": EVERYONE,
    "web:set_language": ENTRANCE,
    "web:review": of(Subject.PLAN, Action.CHANGE),
    "web:add_target": of(Subject.PLAN, Action.CHANGE),
    "web:decide": of(Subject.PLAN, Action.CHANGE),
    "web:give_plan": of(Subject.PLAN, Action.CHANGE),
    "web:territory": EVERYONE,
    "web:territory_findings": EVERYONE,
    "web:territory_load": of(Subject.TERRITORY, Action.CHANGE),
    "web:territory_unit": EVERYONE,
    "account:sign_in": ENTRANCE,
    "account:code": ENTRANCE,
    "account:reset": ENTRANCE,
    "account:sso": ENTRANCE,
    "account:sso_return": ENTRANCE,
    "account:sign_out": SIGNED_IN,
    "account:account": SIGNED_IN,
    "account:password": SIGNED_IN,
    "account:second_factor": SIGNED_IN,
    "account:own_data": SIGNED_IN,
    "account:make_key": SIGNED_IN,
    "account:revoke_key": SIGNED_IN,
    "account:people": of(Subject.PERSON, Action.VIEW),
    "account:give_role": of(Subject.PERSON, Action.CHANGE),
    "account:end_role": of(Subject.PERSON, Action.CHANGE),
    "history:log": of(Subject.HISTORY, Action.VIEW),
    "history:log_csv": of(Subject.HISTORY, Action.VIEW),
    "history:record": of(Subject.HISTORY, Action.VIEW),
    "history:undo": of(Subject.HISTORY, Action.VIEW),
    "history:proposals": SIGNED_IN,
    "history:proposal": SIGNED_IN,
    "history:head": SAME_FOR_ALL,
}
