"""Who may call each operation of the interface; one that is not here is shut."""

from hatangso.organisations.rules import Action, Subject
from hatangso.web.page_rules import EVERYONE, SAME_FOR_ALL, Door, of

OPERATIONS: dict[str, Door] = {
    "openapi-json": SAME_FOR_ALL,
    "api-root": SAME_FOR_ALL,
    "get_scorecard": EVERYONE,
    "get_indicator_map": EVERYONE,
    # Units are public, and everybody gets the same ones.
    "get_unit_tile": SAME_FOR_ALL,
    "list_units": EVERYONE,
    "get_unit": EVERYONE,
    "find": EVERYONE,
    "carry": EVERYONE,
    "findings": EVERYONE,
    "get_history": of(Subject.HISTORY, Action.VIEW),
    "get_log_head": SAME_FOR_ALL,
    "get_consistency_proof": SAME_FOR_ALL,
    "get_own_rights": Door(),
}
