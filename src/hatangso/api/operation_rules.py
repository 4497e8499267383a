"""Who may call each operation of the interface; one that is not here is shut."""

from hatangso.organisations.rules import Action, Subject
from hatangso.web.page_rules import EVERYONE, SAME_FOR_ALL, Door, of

OPERATIONS: dict[str, Door] = {
    "openapi-json": SAME_FOR_ALL,
    "api-root": SAME_FOR_ALL,
    "get_scorecard": EVERYONE,
    "get_indicator_map": EVERYONE,
    "export_figures": EVERYONE,
    # Units are public, and everybody gets the same ones.
    "get_unit_tile": SAME_FOR_ALL,
    # Rows go by the rights of whoever asks.
    "get_asset_tile": EVERYONE,
    "ogc_landing": EVERYONE,
    "ogc_conformance": EVERYONE,
    "ogc_openapi": EVERYONE,
    "ogc_collections": EVERYONE,
    "ogc_collection": EVERYONE,
    "ogc_queryables": EVERYONE,
    "ogc_sortables": EVERYONE,
    "ogc_items": EVERYONE,
    "ogc_item": EVERYONE,
    "ogc_schemes": EVERYONE,
    "ogc_scheme": EVERYONE,
    "ogc_all_tilesets": EVERYONE,
    "ogc_all_tileset": EVERYONE,
    "ogc_all_tile": EVERYONE,
    "ogc_tilesets": EVERYONE,
    "ogc_tileset": EVERYONE,
    "ogc_tile": EVERYONE,
    # Addresses of homes go by the rights of whoever asks.
    "geocode_address": EVERYONE,
    "reverse_address": EVERYONE,
    "get_address": EVERYONE,
    # What changed of the rows that whoever asks may see.
    "list_changes": EVERYONE,
    "list_change_kinds": SAME_FOR_ALL,
    "get_webhook_key": SAME_FOR_ALL,
    "list_subscriptions": Door(),
    "list_attempts": of(Subject.PERSON, Action.VIEW),
    "create_subscription": of(Subject.PERSON, Action.CHANGE),
    "stop_subscription": of(Subject.PERSON, Action.CHANGE),
    "resume_subscription": of(Subject.PERSON, Action.CHANGE),
    "end_subscription": of(Subject.PERSON, Action.CHANGE),
    **{
        f"stac_{part}": EVERYONE
        for part in ("catalogue", "collections", "collection", "items", "item", "file")
    },
    "list_units": EVERYONE,
    "get_unit": EVERYONE,
    "find": EVERYONE,
    "carry": EVERYONE,
    "carry_table": EVERYONE,
    "findings": EVERYONE,
    "list_forms": EVERYONE,
    "list_due": EVERYONE,
    "get_completeness": EVERYONE,
    "get_form_submission": Door(Subject.SUBMISSION, Action.SUBMIT, also=Action.APPROVE),
    "put_form_draft": of(Subject.SUBMISSION, Action.SUBMIT),
    "take_form_step": Door(Subject.SUBMISSION, Action.SUBMIT, also=Action.APPROVE),
    "keep_form_warning": of(Subject.SUBMISSION, Action.SUBMIT),
    "get_history": of(Subject.HISTORY, Action.VIEW),
    "get_log_head": SAME_FOR_ALL,
    "get_consistency_proof": SAME_FOR_ALL,
    "get_own_rights": Door(),
    "list_submissions": of(Subject.FILING, Action.VIEW),
    "get_submission": of(Subject.FILING, Action.VIEW),
    "get_submission_findings": of(Subject.FILING, Action.VIEW),
    "get_submission_changes": of(Subject.FILING, Action.VIEW),
    "create_submission": of(Subject.FILING, Action.SUBMIT),
    "send_submission": of(Subject.FILING, Action.SUBMIT),
}
