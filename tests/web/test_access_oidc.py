"""The province's own sign-on, against a real OpenID provider on loopback."""

import re
import socket
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client
from django.urls import reverse
from tests.conftest import PROJECT
from tests.organisations import people

from hatangso.organisations import services
from hatangso.organisations.models import User
from hatangso.organisations.rules import Role
from hatangso.organisations.services import OWNER
from hatangso.records.models import Entry

pytestmark = pytest.mark.django_db
PROVIDER = PROJECT / "tests" / "web" / "oidc_provider"


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    """Address of a provider that runs while the tests of this module do."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("provider")
    command = [sys.executable, "provider.py", str(port), str(folder)]
    with subprocess.Popen(
        [*command, "http://testserver/tai-khoan/sso/ve/"],
        cwd=PROVIDER,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture(autouse=True)
def _set_up(provider, monkeypatch):
    monkeypatch.setenv("HATANGSO_OIDC_ISSUER", f"{provider}/o")
    monkeypatch.setenv("HATANGSO_OIDC_CLIENT_ID", "site")
    monkeypatch.setenv("HATANGSO_OIDC_CLIENT_SECRET", "client-secret-of-the-tests")
    # The provider speaks plain http on loopback.
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


def at_the_provider(provider, address, name):
    """What a browser does at the provider: sign in, and be sent back; returns where to."""
    with requests.Session() as browser:
        browser.trust_env = False
        page = browser.get(address, timeout=20)
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page.text).group(1)
        following = re.search(r'name="next" value="([^"]*)', page.text).group(1)
        answer = browser.post(
            page.url,
            {
                "csrfmiddlewaretoken": token,
                "username": name,
                "password": "provider-password",
                "next": following.replace("&amp;", "&"),
            },
            allow_redirects=False,
            timeout=20,
        )
        while "testserver" not in answer.headers["Location"].split("?")[0]:
            where = answer.headers["Location"]
            where = where if where.startswith("http") else provider + where
            answer = browser.get(where, allow_redirects=False, timeout=20)
        return answer.headers["Location"]


def come_in(client, provider, name, **given):
    start = client.get(reverse("account:sso"), given)
    assert start.status_code == 302
    back = urlsplit(at_the_provider(provider, start["Location"], name))
    return client.get(back.path, {k: v[0] for k, v in parse_qs(back.query).items()})


def account(name="an", **changed):
    values = {"email": f"{name}@tinh.example", "by_sso": True} | changed
    return services.add_person(OWNER, f"tinh-{name}", **values)


def test_who_the_province_vouches_for_comes_in_and_keeps_the_account(client, provider):
    user = account()
    answer = come_in(client, provider, "an", next="/ke-hoach/")
    assert answer["Location"] == "/ke-hoach/"
    assert client.get(reverse("account:account")).status_code == 200
    user.refresh_from_db()
    assert user.sso_subject.startswith(f"{provider}/o ")
    assert Entry.objects.filter(action="sign_in", who=user.pk).count() == 1
    # From now on the subject counts, not the address.
    User.objects.filter(pk=user.pk).update(email="khac@tinh.example")
    again = Client()
    assert come_in(again, provider, "an").status_code == 302
    assert again.get(reverse("account:account")).status_code == 200


def test_who_has_no_account_here_does_not_come_in(client, provider):
    answer = come_in(client, provider, "la")
    assert answer.status_code == 403
    assert client.get(reverse("account:account")).status_code == 302
    assert not User.objects.exists()


@pytest.mark.parametrize("how", ["local account", "removed", "another's subject"])
def test_an_account_that_is_not_of_the_sign_on_is_not_taken_over(client, provider, how):
    if how == "local account":
        people.person("an")
        User.objects.update(email="an@tinh.example")
    else:
        user = account()
        if how == "removed":
            services.remove_person(OWNER, user)
        else:
            User.objects.update(sso_subject="https://other.example 1")
    assert come_in(client, provider, "an").status_code == 403
    assert client.get(reverse("account:account")).status_code == 302


def test_an_answer_that_was_not_asked_for_or_was_changed_is_refused(client, provider):
    account()
    back = reverse("account:sso_return")
    assert client.get(back, {"code": "forged", "state": "forged"}).status_code == 403
    start = client.get(reverse("account:sso"))
    where = urlsplit(at_the_provider(provider, start["Location"], "an"))
    query = {k: v[0] for k, v in parse_qs(where.query).items()}
    # Another browser, which did not begin it.
    assert Client().get(back, query).status_code == 403
    assert client.get(back, query | {"code": query["code"][:-2] + "xx"}).status_code == 403
    assert client.get(reverse("account:account")).status_code == 302


def test_the_request_carries_state_nonce_and_a_pkce_challenge(client):
    address = client.get(reverse("account:sso"))["Location"]
    query = parse_qs(urlsplit(address).query)
    assert query["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= query.keys()


def test_roles_are_given_here_not_by_the_sign_on(client, provider):
    user = account()
    come_in(client, provider, "an")
    assert client.get(reverse("history:log")).status_code == 403
    services.give_role(OWNER, user, Role.INSPECTOR, services.Scope(everywhere=True))
    assert client.get(reverse("history:log")).status_code == 302
    come_in(client, provider, "an")
    assert client.get(reverse("history:log")).status_code == 200


def test_without_a_sign_on_the_page_is_not_there(client, monkeypatch):
    monkeypatch.delenv("HATANGSO_OIDC_ISSUER")
    assert client.get(reverse("account:sso")).status_code == 404
    page = client.get(reverse("account:sign_in")).content.decode()
    assert reverse("account:sso") not in page
