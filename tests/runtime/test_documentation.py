"""docs/administrator.md has a line for every command, setting and check."""

import re
from pathlib import Path

from hatangso.cli.main import ROOMS
from hatangso.runtime import health

PROJECT = Path(__file__).resolve().parents[2]
PAGE = (PROJECT / "docs" / "administrator.md").read_text()
ROWS = {row.split("`")[1] for row in PAGE.splitlines() if row.startswith("| `")}


def test_every_command_has_a_row():
    assert {row for row in ROWS if row.startswith("hatangso ")} == {
        f"hatangso {name}" for name in ROOMS
    }


def test_every_check_of_doctor_has_a_row():
    assert {check.identity for check in health.CHECKS} <= ROWS


def test_every_setting_of_the_ground_floor_has_a_row():
    sources = [PROJECT / "run", *(PROJECT / "src" / "hatangso" / "runtime").glob("*.py")]
    named = {
        name for file in sources for name in re.findall(r"HATANGSO_[A-Z_]+\b", file.read_text())
    }
    assert named - ROWS == set()
    assert "DATABASE_URL" in ROWS


def test_every_command_of_the_script_is_in_the_page_or_in_its_own_help():
    usage = (PROJECT / "run").read_text().split("TEXT\n")[0]
    cases = re.findall(r"^    ([a-z]+)\)", (PROJECT / "run").read_text(), flags=re.MULTILINE)
    assert {"setup", "demo", "test", "bench", "exec", "lock"} <= set(cases)
    assert all(f"./run {name}" in usage for name in cases if "run-" not in name)
