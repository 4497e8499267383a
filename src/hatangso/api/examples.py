"""An example request of every operation, on the made-up province; a test sends each.

They stand in the description (`/api/openapi.json`) beside the parameters and bodies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: Number of the filing, the subscription and the raster that the examples name.
NUMBER = "00000000-0000-4000-8000-000000000001"
UNIT, COMMUNE, ENDED, INDICATOR = "M0", "N01", "M101", "village_fibre_share"
FORM: Mapping[str, Any] = {"form": "hts-xa-quy", "period": "2026-Q3"}
#: A commune that has not handed in yet.
SILENT = "N06"
ADDRESS = "2BS6-GXSJ-W04M"
SITE, OWNER = "SMD-N01", "MH-SONGMAY"
TILE: Mapping[str, Any] = {"scheme": "WebMercatorQuad", "zoom": 6, "row": 31, "column": 31}
FIGURES = [
    {"code": "M101", "numerator": 3, "denominator": 4},
    {"code": "M102", "numerator": 2, "denominator": 5},
]


@dataclass(frozen=True, slots=True)
class Example:
    """A request: values of the path and the query, the body, and whose key it carries.

    ``role`` is the role of the key's person; empty where none is needed.
    """

    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    media_type: str = "application/json"
    role: str = ""


EXAMPLES: dict[str, Example] = {
    "geocode_address": Example(query={"q": "thôn 1, xã Suối Mây", "limit": 5}),
    "reverse_address": Example(query={"longitude": -0.142, "latitude": 0.1931}),
    "get_address": Example(path={"code": ADDRESS}),
    "list_changes": Example(query={"since": "begin", "kinds": "unit,service_point", "limit": 20}),
    "list_change_kinds": Example(),
    "list_forms": Example(query={"ngay": "2026-10-12"}),
    "list_due": Example(query={"ngay": "2026-10-12"}),
    "get_completeness": Example(path=FORM),
    "get_form_submission": Example(path={**FORM, "code": SILENT}, role="commune_officer"),
    "put_form_draft": Example(
        path={**FORM, "code": SILENT},
        body="unit_code,indicator,period,numerator,denominator,value,kind,note\n"
        f"{SILENT},{INDICATOR},2026-Q3,9,10,,,\n",
        media_type="text/csv",
        role="commune_officer",
    ),
    "take_form_step": Example(
        path={**FORM, "code": SILENT}, body={"action": "send"}, role="commune_officer"
    ),
    "keep_form_warning": Example(
        path={**FORM, "code": SILENT},
        body={"key": f"OUT-002/{SILENT}/{INDICATOR}", "comment": "đã kiểm tra lại"},
        role="commune_officer",
    ),
    "get_history": Example(query={"model": "plans.plan", "limit": 5}, role="officer"),
    "get_log_head": Example(),
    "get_consistency_proof": Example(path={"size": 1}),
    "get_own_rights": Example(role="officer"),
    "ogc_landing": Example(),
    "ogc_conformance": Example(),
    "ogc_openapi": Example(),
    "ogc_collections": Example(),
    "ogc_collection": Example(path={"layer": "service_point"}),
    "ogc_queryables": Example(path={"layer": "service_point"}),
    "ogc_sortables": Example(path={"layer": "service_point"}),
    "ogc_items": Example(path={"layer": "service_point"}),
    "ogc_item": Example(path={"layer": "service_point", "feature_id": f"{OWNER}~{SITE}"}),
    "ogc_schemes": Example(),
    "ogc_scheme": Example(path={"scheme": "WebMercatorQuad"}),
    "ogc_all_tilesets": Example(),
    "ogc_all_tileset": Example(path={"scheme": "WebMercatorQuad"}),
    "ogc_all_tile": Example(path=TILE),
    "ogc_tilesets": Example(path={"layer": "service_point"}),
    "ogc_tileset": Example(path={"layer": "service_point", "scheme": "WebMercatorQuad"}),
    "ogc_tile": Example(path={"layer": "service_point", **TILE}),
    "get_scorecard": Example(path={"code": UNIT}, query={"ngay": "2026-06-30"}),
    "export_figures": Example(path={"code": UNIT}, query={"dang": "csv", "period": "2026-Q3"}),
    "get_indicator_map": Example(path={"indicator": INDICATOR, "level": "commune"}),
    "list_submissions": Example(query={"period": "2026-Q3"}, role="officer"),
    "create_submission": Example(
        body={
            "operator": OWNER,
            "unit": UNIT,
            "period": "2026-Q3",
            "kind": "changes",
            "files": "code,status,pole_class,longitude,latitude\nC-1,in_service,C1,107.6,16.4\n",
        },
        media_type="multipart/form-data",
        role="operator_editor",
    ),
    "get_submission": Example(path={"number": NUMBER}, role="officer"),
    "get_submission_findings": Example(path={"number": NUMBER}, role="officer"),
    "get_submission_changes": Example(path={"number": NUMBER}, role="officer"),
    "send_submission": Example(path={"number": NUMBER}, role="operator_editor"),
    "get_webhook_key": Example(),
    "list_subscriptions": Example(role="administrator"),
    "create_subscription": Example(
        body={"name": "Nền tảng chia sẻ dữ liệu", "target": "https://203.0.113.10/nhan"},
        role="administrator",
    ),
    "stop_subscription": Example(path={"number": NUMBER}, role="administrator"),
    "resume_subscription": Example(path={"number": NUMBER}, role="administrator"),
    "end_subscription": Example(path={"number": NUMBER}, role="administrator"),
    "list_attempts": Example(path={"number": NUMBER}, role="administrator"),
    "stac_catalogue": Example(),
    "stac_collections": Example(),
    "stac_collection": Example(path={"kind": "coverage"}),
    "stac_items": Example(path={"kind": "coverage"}, query={"limit": 10}),
    "stac_item": Example(path={"kind": "coverage", "number": NUMBER}),
    "stac_file": Example(path={"number": NUMBER}),
    "list_units": Example(query={"on": "2026-01-01", "level": "commune", "under": UNIT}),
    "get_unit": Example(path={"code": ENDED}, query={"on": "2025-01-01"}),
    "find": Example(query={"q": "xa suoi may"}),
    "carry": Example(body={"start": "2025-01-01", "end": "2026-01-01", "figures": FIGURES}),
    "carry_table": Example(
        body={
            "start": "2025-01-01",
            "end": "2026-01-01",
            "codes": ["M101", "M102"],
            "series": [{"name": "households", "amounts": [1200, 800]}],
        }
    ),
    "findings": Example(query={"severity": "warning"}),
    "get_unit_tile": Example(
        path={"level": "commune", "on": "2026-01-01", "z": 8, "x": 127, "y": 127}
    ),
    "get_asset_tile": Example(path={"z": 6, "x": 31, "y": 31}, query={"lop": "service_point"}),
}
