"""Every operation's example is sent, and its answer held against the schema it is described by."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.http import urlencode
from jsonschema import Draft202012Validator
from tests.api.test_stac import write as write_raster
from tests.conftest import PROJECT
from tests.intake.record import make_submission
from tests.organisations import people

from hatangso.api import examples
from hatangso.api.examples import EXAMPLES
from hatangso.api.main import api
from hatangso.api.operation_rules import OPERATIONS
from hatangso.api.webhooks import targets
from hatangso.api.webhooks.models import Subscription
from hatangso.coverage import services as rasters
from hatangso.coverage.models import Raster
from hatangso.indicators.models import CollectionForm
from hatangso.indicators.models import Submission as FormSubmission
from hatangso.intake.models import Submission
from hatangso.inventory.models import OfficeAddress
from hatangso.organisations import tokens
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import Action, Role
from hatangso.organisations.services import Scope
from hatangso.records import chain
from hatangso.territory.models import AdminUnit

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def described(province):
    return api.get_openapi_schema(path_prefix="/api/")


def operations(schema):
    return {
        operation["operationId"]: (method, path, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }


@pytest.fixture(scope="module")
def keys(province, tmp_path_factory):
    """A key for each role that an example carries, and what the examples name."""
    signing = tmp_path_factory.mktemp("key") / "log-key.pem"
    patch = pytest.MonkeyPatch()
    patch.setenv("HATANGSO_LOG_KEY", str(signing))
    patch.setenv(targets.SETTING, "203.0.113.0/24")
    unit = AdminUnit.objects.get(code=examples.UNIT)
    silent = AdminUnit.objects.get(code=examples.SILENT)
    operator = Organisation.objects.get(code=examples.OWNER)
    scopes = {
        Role.OFFICER: Scope(unit=unit),
        Role.COMMUNE_OFFICER: Scope(unit=silent),
        Role.OPERATOR_EDITOR: Scope(operator=operator),
        Role.ADMINISTRATOR: Scope(everywhere=True),
    }
    made = {"": {}}
    for role, scope in scopes.items():
        user = people.person(f"mau-{role.value}", role, scope)
        user.totp_secret = "enrolled"  # noqa: S105
        user.save()
        day = timezone.localdate() + timedelta(days=1)
        _token, text = tokens.issue(user, "ví dụ", day, actions=tuple(Action))
        made[role.value] = {"Authorization": f"Bearer {text}"}
        if role is Role.ADMINISTRATOR:
            Subscription.objects.create(
                pk=examples.NUMBER, user=user, name="Ví dụ", target="https://203.0.113.10/",
                after_entry=0,
            )  # fmt: skip
        if role is Role.OPERATOR_EDITOR:
            filing = make_submission(operator, unit, user, "ví dụ", state="draft")
            files, findings = filing.files.all(), filing.findings.all()
            changes = filing.changes.all()
            old = filing.pk
            filing.pk = examples.NUMBER
            filing.number += "-VD"
            filing.save(force_insert=True)
            for rows in (files, findings, changes):
                rows.model.objects.filter(submission=old).update(submission=filing)
            Submission.objects.filter(pk=old).delete()
    picture, _fresh = rasters.register(
        write_raster(tmp_path_factory.mktemp("raster") / "a.tif"), "coverage", "Ví dụ", "CC-BY-4.0"
    )
    Raster.objects.filter(pk=picture.pk).update(id=examples.NUMBER, published=True)
    chain.chain()
    yield made
    patch.undo()


def ask(name, method, path, operation, keys, **changed):
    example = EXAMPLES[name]
    values = {**example.path, **changed}
    address = path.format(**values) if values else path
    if example.query:
        address += f"?{urlencode(example.query)}"
    client, headers = Client(), keys[example.role]
    if example.media_type == "multipart/form-data":
        given = dict(example.body)
        given["files"] = SimpleUploadedFile("cot.csv", given["files"].encode())
        return client.post(address, given, headers=headers)
    if method == "get":
        return client.get(address, headers=headers)
    body = example.body
    if body is not None and not isinstance(body, str):
        body = json.dumps(body)
    return client.generic("POST", address, body or "", example.media_type, headers=headers)


def test_every_operation_has_an_example_and_every_example_an_operation(described):
    named = set(operations(described))
    assert named == set(EXAMPLES)
    assert named == set(OPERATIONS) - {"openapi-json", "api-root"}


def test_the_example_of_a_commune_is_one_that_has_not_handed_in(province):
    form = CollectionForm.objects.get(code=examples.FORM["form"])
    sent = FormSubmission.objects.filter(form=form, period=examples.FORM["period"])
    waiting = form.assignments.exclude(body__in=sent.values("body"))
    assert examples.SILENT in set(waiting.values_list("unit__code", flat=True))


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_answered_as_described(name, described, keys):
    method, path, operation = operations(described)[name]
    changed = {}
    if name == "get_address":
        assert OfficeAddress.objects.filter(code=examples.ADDRESS.replace("-", "")).exists()
    if name in {"get_form_submission", "take_form_step", "keep_form_warning"}:
        draft = operations(described)["put_form_draft"]
        assert ask("put_form_draft", *draft, keys).status_code == 200
    if name == "keep_form_warning":
        _draft_with_a_warning(described, keys)
    if name == "take_form_step":
        _keep_all(described, keys)
    answer = ask(name, method, path, operation, keys, **changed)
    wanted = 201 if name == "create_submission" else 200
    assert answer.status_code in {wanted, 204}, answer.content[:500]
    said = operation["responses"][answer.status_code]
    if answer.status_code == 204:
        return
    types = {each.split(";")[0] for each in said["content"]}
    assert answer["Content-Type"].split(";")[0] in types
    [content] = said["content"].values()
    if "schema" in content:
        schema = {**content["schema"], "components": described["components"]}
        Draft202012Validator(schema).validate(answer.json())


def _draft_with_a_warning(described, keys):
    _method, path, _operation = operations(described)["put_form_draft"]
    example = EXAMPLES["put_form_draft"]
    few = example.body.replace(",9,10,", ",1,10,")
    answer = Client().generic(
        "POST", path.format(**example.path), few, "text/csv", headers=keys["commune_officer"]
    )
    found = {each["key"] for each in answer.json()["findings"]}
    assert EXAMPLES["keep_form_warning"].body["key"] in found


def _keep_all(described, keys):
    """Say of each warning of the draft why it stands."""
    form = operations(described)["get_form_submission"]
    found = ask("get_form_submission", *form, keys).json()["findings"]
    path = operations(described)["keep_form_warning"][1].format(
        **EXAMPLES["keep_form_warning"].path
    )
    for each in found:
        Client().post(
            path,
            {"key": each["key"], "comment": "đã kiểm tra lại"},
            content_type="application/json",
            headers=keys["commune_officer"],
        )


def test_the_description_is_open_api_3_1_and_holds_the_examples(described):
    assert described["openapi"].startswith("3.1")
    assert all(
        "example" in parameter
        for _method, _path, operation in operations(described).values()
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "path"
    )
    served = Client().get("/api/openapi.json").json()
    carried = served["paths"]["/api/territory/carry"]["post"]["requestBody"]["content"]
    assert carried["application/json"]["example"]["figures"] == examples.FIGURES


def test_no_two_schemas_share_a_name():
    """Of two classes of one name the description would show one for both."""
    folder = PROJECT / "src" / "hatangso" / "api"
    names = [
        name
        for file in folder.rglob("*.py")
        for name in re.findall(r"^class (\w+)\(Schema\)", file.read_text("utf-8"), re.MULTILINE)
    ]
    assert sorted(names) == sorted(set(names))
