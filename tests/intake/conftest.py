"""A province with four square communes, two operators and their people, for filings."""

from io import BytesIO
from types import SimpleNamespace

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from tests.intake import planted
from tests.organisations import people

from hatangso.intake import services
from hatangso.organisations import access
from hatangso.organisations import services as organisations
from hatangso.organisations.rules import Role
from hatangso.organisations.services import Scope
from hatangso.runtime import jobs
from hatangso.territory import services as territory


def square(west, south, east, north):
    return MultiPolygon(Polygon.from_bbox((west, south, east, north)), srid=4326)


def make_house():
    """Province 46 with its communes, operators NM1 and NM2, and who works where."""
    source = territory.create_source("hand-made")
    whole = square(planted.WEST, planted.SOUTH, planted.EAST, planted.NORTH)
    province = territory.create_unit("46", "province", "tỉnh Thử", geometry=whole, source=source)
    neighbour = territory.create_unit(
        "45", "province", "tỉnh Bên", geometry=square(106.2, 15.0, 107.1, 17.5), source=source
    )
    for number, code in enumerate(planted.COMMUNES):
        west = planted.WEST if number % 2 == 0 else planted.MIDDLE_X
        south = planted.SOUTH if number < 2 else planted.MIDDLE_Y
        territory.create_unit(
            code,
            "commune",
            f"xã {number}",
            parent=province,
            geometry=square(west, south, west + 0.4, south + 0.4),
            source=source,
        )
    first, second = people.operator("NM1"), people.operator("NM2")
    for code in ("EVN", "CSHT"):
        organisations.create_organisation(code, "other", code)
    editor = people.person("nguoi-nop", Role.OPERATOR_EDITOR, Scope(operator=first))
    rival = people.person("doi-thu", Role.OPERATOR_EDITOR, Scope(operator=second))
    officer = people.person("can-bo", Role.OFFICER, Scope(unit=province))
    return SimpleNamespace(
        province=province,
        neighbour=neighbour,
        first=first,
        second=second,
        editor=editor,
        rival=rival,
        officer=officer,
    )


@pytest.fixture
def files_folder(settings, tmp_path):
    """Folder of the files that are kept, for one test."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def house(db, files_folder):
    """The province and its people."""
    return make_house()


def rights(user):
    return access.rights_of(user)


def content_of(filing, tmp_path, name="nop.xlsx"):
    path = tmp_path / name
    planted.write_xlsx(filing, path)
    return services.Given(name, BytesIO(path.read_bytes()))


def carry_out(submission):
    """Do what waits for a filing, as the worker would."""
    submission.refresh_from_db()
    jobs.carry_out(str(submission.job_id))
    submission.refresh_from_db()
    return submission


def receive(house, given, kind="full", period="2026-Q3", by=None, operator=None, **more):
    person = by or house.editor
    return services.receive(
        rights(person),
        person,
        operator or house.first,
        house.province,
        period,
        kind,
        given if isinstance(given, list) else [given],
        **more,
    )


def file_and_check(house, filing, tmp_path, **more):
    """File a made-up filing and have it checked."""
    return carry_out(receive(house, content_of(filing, tmp_path), **more))


def approve(house, submission):
    """Send, approve and apply."""
    services.send(rights(house.editor), submission)
    services.ask_approval(rights(house.officer), house.officer, submission)
    return carry_out(submission)
