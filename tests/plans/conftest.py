"""The made-up province and its people, for the tests of plans."""

import pytest
from tests.organisations.people import person

from hatangso.catalogue.services import load_catalogue
from hatangso.demo.province import make_province
from hatangso.demo.territory import load_made_up
from hatangso.organisations.rules import Role


@pytest.fixture(scope="module")
def made_up(database_of_module):
    load_catalogue()
    load_made_up(make_province())


@pytest.fixture
def officer():
    return person("can-bo", Role.OFFICER)


@pytest.fixture
def leader():
    return person("lanh-dao", Role.LEADER)
