"""docs/territory.md names every check, field, command and model of the room."""

from pathlib import Path

import pytest
from django.apps import apps

from hatangso.cli.territory import territory
from hatangso.territory.checks import CHECKS, SEVERITIES
from hatangso.territory.files import FIELDS

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "territory.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.id)
def test_every_check_has_its_line(check):
    assert check.severity in SEVERITIES
    assert f"| {check.id} | {check.severity} | {check.en}" in TEXT


def test_every_field_command_and_model_is_named():
    assert [field for field in FIELDS if f"| `{field}` |" not in TEXT] == []
    assert [name for name in territory.commands if f"hatangso territory {name}" not in TEXT] == []
    models = {model.__name__ for model in apps.get_app_config("territory").get_models()}
    # Where things come from is said of each of them.
    assert {name for name in models - {"Source"} if f"`{name}`" not in TEXT} == set()
