"""docs/addresses.md has a line for every check of a list of addresses."""

from tests.conftest import PROJECT

from hatangso.inventory.addresses.checks import CHECKS


def test_every_check_has_its_line():
    page = (PROJECT / "docs" / "addresses.md").read_text(encoding="utf-8")
    rows = {row.split("|")[1].strip(): row for row in page.splitlines() if row.startswith("| ADR")}
    assert set(rows) == set(CHECKS)
    for check in CHECKS.values():
        assert check.severity in rows[check.id]
        assert {check.vi, check.en, check.do_vi, check.do_en} - {""}
