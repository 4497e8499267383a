"""Every address of the program, and the records of province P that each is filled in with."""

import io
import uuid
import zipfile
from datetime import date
from decimal import Decimal

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.intake.record import make_submission
from tests.organisations import people

from hatangso.api.operation_rules import OPERATIONS
from hatangso.api.webhooks.models import Subscription
from hatangso.catalogue.services import load_catalogue
from hatangso.indicators import collection, dii_index
from hatangso.indicators.dii_procedure import Stage
from hatangso.indicators.models import CollectionForm, Observation, Submission
from hatangso.indicators.services import import_file
from hatangso.inventory.services import apply_changes, source_of
from hatangso.inventory.tables import AssetTable
from hatangso.organisations import services
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import Role
from hatangso.organisations.services import OWNER, Scope
from hatangso.plans.models import Plan, Target
from hatangso.records import context
from hatangso.records.models import Proposal
from hatangso.web.page_rules import PAGES

MARKER = "chỉ-của-tỉnh-P"
FILE = "tệp-của-tỉnh-P"
#: What the public sees of province P only as far as it is published: its plan and its figure.
SHOWN = ("Kế hoạch P", FILE, "7.319", "73.19")


def addresses(patterns=None, prefix="", names=""):
    """Every address: (its full name, its pattern)."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        place = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            inner = names + (f"{each.namespace}:" if each.namespace else "")
            yield from addresses(each.url_patterns, place, inner)
        elif isinstance(each, URLPattern):
            yield f"{names}{each.name}", place


ALL = sorted(dict(addresses()))


def door(name):
    plain = name.removeprefix("api:")
    return OPERATIONS.get(plain) if name.startswith("api:") else PAGES.get(name)


#: Those that are not open to everyone.
SHUT = [name for name in ALL if door(name) and not door(name).everyone]


class House:
    """Records of province P that nobody of province Q may see or change."""

    def __init__(self):
        load_catalogue()
        self.units = people.make_units()
        p = self.units["P"]
        self.body = services.create_organisation("SO-P", "department", "Sở P", unit=p)
        self.person = services.add_person(
            OWNER, "nguoi-cua-p", full_name=MARKER, organisation=self.body
        )
        self.role = services.give_role(OWNER, self.person, Role.INSPECTOR, Scope(unit=p))
        self.plan = Plan.objects.create(
            title="Kế hoạch P",
            in_force_from=date(2024, 1, 1),
            issuer="UBND tỉnh P",
            unit=p,
            level="province",
            text="Mục tiêu: 90%",
            file_name="p.txt",
            sha256="0" * 64,
        )
        self.target = Target.objects.create(
            plan=self.plan,
            quote="90%",
            start=10,
            end=13,
            comparator=">=",
            value=90,
            unit="%",
            confidence=0.5,
            year=2025,
        )
        collection.load_forms()
        form = CollectionForm.objects.get(code="hts-xa-quy")
        collection.assign(form, p, "province", date(2026, 9, 30))
        committee = form.assignments.get().body
        Submission.objects.create(form=form, body=committee, period="2026-Q3")
        import_file(
            b"unit_code,indicator,period,numerator,denominator,value,kind,note\n"
            b"P,village_fibre_share,2025-Q4,7319,10000,,,\n",
            f"{FILE}.csv",
        )
        scored = dii_index.score_self(p, 2026, date(2026, 6, 30), "Sở P")
        dii_index.enter(scored, "1.1", Stage.FIRST, Decimal(0), "Cục")
        objected = dii_index.enter(
            scored,
            "1.1",
            Stage.OBJECTION,
            Decimal(35),
            "Sở P",
            reason=MARKER,
            evidence=[dii_index.Evidence(f"{MARKER}.txt", MARKER.encode())],
        )
        self.evidence = objected.evidence.get()
        self.figure = Observation.objects.get(unit=p)
        with context.acting(who=self.person.pk, why=MARKER, through="page", place="/"):
            self.plan.title = "Kế hoạch P, sửa"
            self.plan.save()
        for code in ("NHA-MANG-P", "NHA-MANG-Q"):
            people.operator(code)
        self.site = apply_changes(
            Organisation.objects.get(code="NHA-MANG-P"),
            "site",
            AssetTable.of_records(
                "site", [{"code": "TRAM-P", "status": "in_service", "name": MARKER}]
            ),
            source=source_of(MARKER),
            why=MARKER,
        )
        operator = Organisation.objects.get(code="NHA-MANG-P")
        self.filing = make_submission(operator, p, self.person, MARKER)
        self.subscription = Subscription.objects.create(
            user=self.person, name=MARKER, target="https://192.0.2.1/", after_entry=0
        )
        self.ended = Subscription.objects.create(
            user=self.person, name=MARKER, target="https://192.0.2.1/", after_entry=0
        )
        self.proposal = Proposal.objects.create(
            id=uuid.UUID(int=7),
            model="plans.target",
            record=str(self.target.pk),
            changes={"value": ["90.000000", "95"]},
            reason=MARKER,
            state="submitted",
            author=self.person,
            unit=p,
        )

    def entry(self):
        from hatangso.records.models import Entry

        return Entry.objects.filter(model="plans.plan", action="update").first()

    def arguments(self, name):
        """What an address is filled in with: a record of province P wherever it takes one."""
        plan, target = self.plan.pk, self.target.pk
        return {
            "web:plan": [plan],
            "web:review": [plan],
            "web:add_target": [plan],
            "web:correct_head": [plan],
            "web:decide": [plan, "target", target],
            "web:plan_scan": [plan],
            "web:give_scan": [plan],
            "web:new_indicator": [plan],
            "web:plan_kinds": [plan],
            "web:dii_self": ["P"],
            "web:dii_enter": ["P", 2026],
            "web:dii_evidence": [self.evidence.pk],
            "web:correct": [self.figure.pk],
            "web:unit": ["P"],
            "web:unit_csv": ["P"],
            "web:unit_charts": ["P"],
            "web:unit_report": ["P"],
            "web:unit_report_page": ["P"],
            "web:unit_report_chart": ["P"],
            "web:unit_report_map": ["P"],
            "web:unit_report_refresh": ["P"],
            "web:unit_workbook": ["P"],
            "web:cascade": ["P"],
            "web:territory_unit": ["P"],
            "web:figure": ["P", "village_fibre_share"],
            "web:indicator": ["village_fibre_share"],
            "web:dii": ["P"],
            "web:compare": ["P", "village_fibre_share"],
            "web:lineage": ["P", "village_fibre_share"],
            "web:completeness": ["hts-xa-quy", "2026-Q3"],
            "web:form": ["hts-xa-quy", "2026-Q3", "P"],
            **{
                f"web:{page}": ["hts-xa-quy", "2026-Q3", "P"]
                for page in (
                    "form_template",
                    "form_template_csv",
                    "form_save",
                    "form_step",
                    "form_keep",
                )
            },
            "api:ogc_collection": ["pole"],
            "api:ogc_queryables": ["pole"],
            "api:ogc_sortables": ["pole"],
            "api:ogc_items": ["site"],
            "api:ogc_item": ["site", "NHA-MANG-P~TRAM-P"],
            "api:ogc_scheme": ["WebMercatorQuad"],
            "api:ogc_all_tileset": ["WebMercatorQuad"],
            "api:ogc_all_tile": ["WebMercatorQuad", 6, 28, 50],
            "api:ogc_tilesets": ["pole"],
            "api:ogc_tileset": ["pole", "WebMercatorQuad"],
            "api:ogc_tile": ["pole", "WebMercatorQuad", 6, 28, 50],
            "api:get_asset_tile": [6, 50, 28],
            "map:asset": ["site", "NHA-MANG-P", "TRAM-P"],
            "map:edit_subject": ["site", "NHA-MANG-P", "TRAM-P"],
            "map:export": ["geojson"],
            "api:stac_collection": ["coverage"],
            "api:stac_items": ["coverage"],
            "api:stac_item": ["coverage", uuid.UUID(int=3)],
            "api:stac_file": [uuid.UUID(int=3)],
            "sharing:step": [self.subscription.pk],
            "api:end_subscription": [self.ended.pk],
            **{
                f"api:{name}": [self.subscription.pk]
                for name in (
                    "stop_subscription",
                    "resume_subscription",
                    "list_attempts",
                )
            },
            "addresses:address": ["0000-0000-0000"],
            "api:get_address": ["0000-0000-0000"],
            "map:base": ["duong"],
            "account:reset": ["MQ", "a-b"],
            "account:revoke_key": ["0123456789"],
            "account:person": ["nguoi-cua-p"],
            "inventory:assets": ["site"],
            "inventory:asset": ["site", "NHA-MANG-P", "TRAM-P"],
            "inventory:add": ["site"],
            "inventory:edit": ["site", "NHA-MANG-P", "TRAM-P"],
            "inventory:remove": ["site", "NHA-MANG-P", "TRAM-P"],
            "inventory:undo": ["site", "NHA-MANG-P", "TRAM-P"],
            **{
                f"intake:{page}": [self.filing.pk]
                for page in (
                    "filing",
                    "progress",
                    "step",
                    "changes",
                    "changes_geojson",
                    "changes_csv",
                    "findings_csv",
                    "marked",
                )
            },
            "intake:finding": [self.filing.pk, 1],
            "intake:file": [self.filing.pk, 1],
            **{
                f"api:{name}": [self.filing.pk]
                for name in (
                    "get_submission",
                    "get_submission_findings",
                    "get_submission_changes",
                    "send_submission",
                )
            },
            "history:record": ["plans.plan", str(plan)],
            "history:undo": [self.entry().pk],
            "history:proposal": [self.proposal.pk],
            "api:get_scorecard": ["P"],
            "api:export_figures": ["P"],
            "api:get_completeness": ["hts-xa-quy", "2026-Q3"],
            "api:get_form_submission": ["hts-xa-quy", "2026-Q3", "P"],
            "api:put_form_draft": ["hts-xa-quy", "2026-Q3", "P"],
            "api:take_form_step": ["hts-xa-quy", "2026-Q3", "P"],
            "api:keep_form_warning": ["hts-xa-quy", "2026-Q3", "P"],
            "api:get_unit": ["P"],
            "api:get_indicator_map": ["village_fibre_share", "province"],
            "api:get_unit_tile": ["province", "2026-01-01", 6, 50, 28],
            "api:get_consistency_proof": [0],
        }.get(name, [])

    def url(self, name):
        return reverse(name, args=self.arguments(name))


def text_of(answer):
    """What an answer says, taken out of a document or a workbook."""
    content = answer.getvalue()
    if not content.startswith(b"PK"):
        return content.decode(errors="ignore")
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        return "\n".join(whole.read(part).decode(errors="ignore") for part in whole.namelist())
