"""Bodies keep their names by date, and are found by any of them."""

from datetime import date

import pytest
from click.testing import CliRunner

from hatangso.cli.users import users
from hatangso.organisations import bodies, services
from hatangso.organisations.models import Organisation

pytestmark = pytest.mark.django_db

MERGER = date(2025, 3, 1)
BEFORE, NOW = date(2023, 11, 1), date(2026, 1, 1)
OLD, NEW = "Sở Thông tin và Truyền thông", "Sở Khoa học và Công nghệ"


@pytest.fixture
def department():
    body = services.create_organisation("SO-46", Organisation.Kind.DEPARTMENT, OLD)
    services.rename_organisation(body, NEW, MERGER)
    services.add_body_alias(body, "Sở TTTT", valid_to=MERGER)
    return body


def test_a_body_is_called_by_the_name_of_the_day(department):
    assert bodies.names_on([department.pk], BEFORE) == {department.pk: OLD}
    assert bodies.names_on([department.pk], date(2025, 2, 28)) == {department.pk: OLD}
    assert bodies.names_on([department.pk], MERGER) == {department.pk: NEW}
    kept = set(department.names.values_list("name", "valid_from", "valid_to", "is_alias"))
    assert kept == {
        (OLD, None, MERGER, False),
        (NEW, MERGER, None, False),
        ("Sở TTTT", None, MERGER, True),
    }


@pytest.mark.parametrize(
    "text", ["SO-46", "so-46", OLD, "thong tin truyen thong", "Sở TTTT", "khoa hoc cong nghe"]
)
def test_a_body_is_found_by_its_code_and_any_name_old_or_new(department, text):
    services.create_organisation("SO-XD", Organisation.Kind.DEPARTMENT, "Sở Xây dựng")
    (match,) = bodies.find_bodies(text, NOW)
    assert (match.body, match.name_today) == (department, NEW)


def test_a_name_before_the_last_one_is_refused(department):
    with pytest.raises(services.PeopleError, match="01/03/2025"):
        services.rename_organisation(department, "Sở Khác", date(2024, 1, 1))
    assert bodies.names_on([department.pk], BEFORE)[department.pk] == OLD


def run(*arguments, code=0):
    result = CliRunner().invoke(users, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def test_bodies_are_renamed_and_listed_by_command():
    run("organisation", "SO-46", "department", OLD)
    run("rename-organisation", "SO-46", NEW, "--on", "2025-03-01")
    run("rename-organisation", "SO-46", "Sở KHCN", "--on", "2025-03-01", "--alias")
    listed = run("bodies", "thong tin")
    assert f"{NEW}\n" in listed
    assert f"{OLD} trước 01/03/2025" in listed
    assert "Sở KHCN từ 01/03/2025 (tên khác)" in listed
    assert OLD in run("bodies", "SO-46", "--on", "2025-02-28").splitlines()[0]
    refused = run("rename-organisation", "SO-46", "Sở Khác", "--on", "2025-03-01", code=1)
    assert "SO-46" in refused
