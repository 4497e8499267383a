"""The made-up province, loaded once per module inside a transaction that is rolled back."""

import copy

import pytest
from django.conf import settings as django_settings
from django.test import Client

from hatangso.demo import job
from hatangso.plans.models import Plan
from hatangso.runtime.preparation import compile_translations


@pytest.fixture(scope="session", autouse=True)
def translations():
    """Make the translation that pages are read in."""
    compile_translations()


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    """Name static files without the manifest, which only collectstatic makes."""
    settings.STATIC_ROOT = tmp_path
    storages = copy.deepcopy(settings.STORAGES)
    storages["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = storages


@pytest.fixture(scope="module")
def province(database_of_module):
    """Load the made-up province; its plans by their numbers."""
    assert django_settings.LANGUAGE_CODE == "vi"
    job.load_demo(lambda text: None)
    return {plan.number: plan for plan in Plan.objects.all()}


@pytest.fixture
def client():
    """Browse without signing in."""
    return Client()
