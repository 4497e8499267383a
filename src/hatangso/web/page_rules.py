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
    #: Another action that opens it, too: one page for who changes and who approves.
    also: Action | None = None


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
    "web:unit_charts": EVERYONE,
    "web:unit_csv": EVERYONE,
    "web:unit_report": EVERYONE,
    "web:unit_report_page": EVERYONE,
    "web:unit_report_chart": EVERYONE,
    "web:unit_report_map": EVERYONE,
    "web:unit_report_refresh": SIGNED_IN,
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
    "web:form_template_csv": EVERYONE,
    "web:dii_self": of(Subject.FIGURE, Action.SUBMIT),
    "web:dii_enter": of(Subject.FIGURE, Action.SUBMIT),
    "web:dii_evidence": of(Subject.FIGURE, Action.SUBMIT),
    "web:plan_kinds": of(Subject.PLAN, Action.CHANGE),
    "web:notices": SIGNED_IN,
    "web:correct": of(Subject.FIGURE, Action.APPROVE),
    "web:form_save": of(Subject.SUBMISSION, Action.SUBMIT),
    "web:form_step": Door(Subject.SUBMISSION, Action.SUBMIT, also=Action.APPROVE),
    "web:form_keep": of(Subject.SUBMISSION, Action.SUBMIT),
    "web:set_language": ENTRANCE,
    "web:review": Door(Subject.PLAN, Action.CHANGE, also=Action.APPROVE),
    "web:add_target": of(Subject.PLAN, Action.CHANGE),
    "web:correct_head": of(Subject.PLAN, Action.CHANGE),
    "web:decide": Door(Subject.PLAN, Action.CHANGE, also=Action.APPROVE),
    "web:give_plan": of(Subject.PLAN, Action.CHANGE),
    "web:plan_scan": EVERYONE,
    "web:give_scan": of(Subject.PLAN, Action.CHANGE),
    "web:new_indicator": of(Subject.CATALOGUE, Action.SUBMIT),
    "web:territory": EVERYONE,
    "web:territory_findings": EVERYONE,
    "web:territory_carry": EVERYONE,
    "web:territory_load": of(Subject.TERRITORY, Action.CHANGE),
    "web:territory_unit": EVERYONE,
    # Addresses of homes go by the rights of whoever asks.
    "addresses:search": EVERYONE,
    "addresses:address": EVERYONE,
    "map:map": EVERYONE,
    "map:asset": EVERYONE,
    "map:find": EVERYONE,
    "map:export": EVERYONE,
    "map:base": SAME_FOR_ALL,
    "map:near": EVERYONE,
    "map:edit": of(Subject.ASSET, Action.SUBMIT),
    "map:edit_subject": of(Subject.ASSET, Action.SUBMIT),
    "map:send": of(Subject.ASSET, Action.SUBMIT),
    "map:field": SIGNED_IN,
    "map:field_note": SIGNED_IN,
    "map:field_token": SIGNED_IN,
    "map:worker": ENTRANCE,
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
    "account:person": of(Subject.PERSON, Action.VIEW),
    "sharing:subscriptions": of(Subject.PERSON, Action.VIEW),
    "sharing:step": of(Subject.PERSON, Action.CHANGE),
    "history:log": of(Subject.HISTORY, Action.VIEW),
    "history:log_csv": of(Subject.HISTORY, Action.VIEW),
    "history:record": of(Subject.HISTORY, Action.VIEW),
    "history:undo": of(Subject.HISTORY, Action.VIEW),
    "history:proposals": SIGNED_IN,
    "history:proposal": SIGNED_IN,
    "history:head": SAME_FOR_ALL,
    # What is published is everyone's to see; the rows are filtered behind the door.
    "inventory:kinds": EVERYONE,
    "inventory:assets": EVERYONE,
    "inventory:asset": EVERYONE,
    "inventory:add": of(Subject.ASSET, Action.SUBMIT),
    "inventory:edit": of(Subject.ASSET, Action.SUBMIT),
    "inventory:remove": of(Subject.ASSET, Action.SUBMIT),
    "inventory:undo": of(Subject.ASSET, Action.SUBMIT),
    "intake:filings": of(Subject.FILING, Action.VIEW),
    "intake:template": of(Subject.FILING, Action.VIEW),
    "intake:filing": of(Subject.FILING, Action.VIEW),
    "intake:progress": of(Subject.FILING, Action.VIEW),
    "intake:step": of(Subject.FILING, Action.VIEW),
    "intake:changes": of(Subject.FILING, Action.VIEW),
    "intake:changes_geojson": of(Subject.FILING, Action.VIEW),
    "intake:changes_csv": of(Subject.FILING, Action.VIEW),
    "intake:finding": of(Subject.FILING, Action.VIEW),
    "intake:findings_csv": of(Subject.FILING, Action.VIEW),
    "intake:marked": of(Subject.FILING, Action.VIEW),
    "intake:file": of(Subject.FILING, Action.VIEW),
    "intake:receive": of(Subject.FILING, Action.SUBMIT),
    "intake:own_data": of(Subject.FILING, Action.SUBMIT),
}
