"""Webhooks to a real receiver on this machine: signed, tried again, bounded, and nowhere else."""

import http.server
import ipaddress
import json
import re
import threading
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.conftest import PROJECT
from tests.inventory import assets as made
from tests.organisations import people

from hatangso.api import tasks
from hatangso.api.webhooks import sending, services, signing, targets
from hatangso.api.webhooks.models import Attempt, Subscription
from hatangso.api.webhooks.services import SubscriptionError
from hatangso.api.webhooks.targets import TargetError
from hatangso.inventory.models import Site
from hatangso.organisations import tokens
from hatangso.organisations.rules import Action, Role
from hatangso.organisations.services import Scope

pytestmark = pytest.mark.django_db


class Receiver(http.server.ThreadingHTTPServer):
    """Another system: keeps what it is sent, and answers as it is told."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got, self.answers = [], []

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}/nhan?tu=hts"


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers.items()), body))
        status = self.server.answers.pop(0) if self.server.answers else 204
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/khac")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *given):
        pass


@pytest.fixture
def receiver(monkeypatch):
    monkeypatch.setenv(targets.SETTING, "127.0.0.0/8")
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def land(database_of_module):
    made.communes()
    return dict(zip("ab", made.operators("AAA", "BBB"), strict=True))


@pytest.fixture
def subscribed(land, receiver):
    user = people.person("editor-a", Role.OPERATOR_EDITOR, Scope(operator=land["a"]))
    return services.subscribe(user, "Nền tảng chia sẻ dữ liệu", receiver.address, ["site"])


def sent(receiver):
    return [json.loads(body) for _path, _headers, body in receiver.got]


def test_a_change_is_sent_once_signed_and_within_the_person_s_rights(land, subscribed, receiver):
    made.load(land["a"], "site", made.site("S1"))
    made.load(land["b"], "site", made.site("KHAC"))
    assert [one.pk for one in services.due()] == [subscribed.pk]
    assert services.deliver(str(subscribed.pk)) == 1
    [(path, headers, body)] = receiver.got
    assert path == "/nhan?tu=hts"
    said = json.loads(body)
    assert said["type"] == "changes"
    assert [(each["id"], each["change"]) for each in said["data"]["changes"]] == [
        ("AAA~S1", "upsert")
    ]
    given = {name.lower(): value for name, value in headers.items()}
    assert signing.is_signed(signing.public_key(), given, body)
    assert not signing.is_signed(signing.public_key(), given, body + b" ")
    services.deliver(str(subscribed.pk))
    assert len(receiver.got) == 1
    attempt = Attempt.objects.get()
    assert (attempt.status, attempt.changes, attempt.error) == (204, 1, "")
    assert services.due() == []


def test_the_sample_of_the_documentation_checks_it(land, subscribed, receiver):
    page = (PROJECT / "docs" / "standards.md").read_text(encoding="utf-8")
    sample = re.search(r"```python\n(.*?)```", page, re.DOTALL).group(1)
    room = {}
    exec(sample, room)  # noqa: S102 - our own page
    made.load(land["a"], "site", made.site("S1"))
    services.deliver(str(subscribed.pk))
    [(_path, headers, body)] = receiver.got
    given = {name.lower(): value for name, value in headers.items()}
    key = Client().get("/api/webhooks/key").json()
    assert (key["algorithm"], key["version"]) == ("Ed25519", "v1a")
    assert room["is_genuine"](key["key"], given, body)
    assert not room["is_genuine"](key["key"], given, body.replace(b"S1", b"S2"))
    old = given | {"webhook-timestamp": str(int(given["webhook-timestamp"]) - 600)}
    assert not room["is_genuine"](key["key"], old, body)


def test_what_is_not_taken_comes_again_with_the_same_id_and_content(land, subscribed, receiver):
    receiver.answers += [500, 302]
    made.load(land["a"], "site", made.site("S1"))
    assert services.deliver(str(subscribed.pk)) == 0
    subscribed.refresh_from_db()
    assert subscribed.failures == 1
    assert re.fullmatch(
        r"127\.0\.0\.1 trả lời 500\. / 127\.0\.0\.1 answered 500\.", subscribed.last_error
    )
    assert subscribed.next_try_at > timezone.now()
    assert services.due() == []
    made.load(land["a"], "site", made.site("S2"))
    later = timezone.now() + timedelta(minutes=10)
    assert [one.pk for one in services.due(later)] == [subscribed.pk]
    services.deliver(str(subscribed.pk))
    services.deliver(str(subscribed.pk))
    ids = [headers["webhook-id"] for _path, headers, _body in receiver.got]
    assert len(ids) == 4
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert [[each["id"] for each in said["data"]["changes"]] for said in sent(receiver)] == [
        ["AAA~S1"], ["AAA~S1"], ["AAA~S1"], ["AAA~S2"],
    ]  # fmt: skip
    assert "/khac" not in [path for path, _headers, _body in receiver.got]
    subscribed.refresh_from_db()
    assert (subscribed.failures, subscribed.last_error) == (0, "")


def test_after_three_days_it_stops_and_goes_on_when_resumed(land, subscribed, receiver):
    receiver.answers += [503] * (len(services.WAITS) + 1)
    made.load(land["a"], "site", made.site("S1"))
    waits = []
    for _try in range(len(services.WAITS)):
        services.deliver(str(subscribed.pk))
        subscribed.refresh_from_db()
        waits.append(subscribed.next_try_at)
    assert waits == sorted(waits)
    assert sum(services.WAITS, timedelta()) > timedelta(days=2)
    services.deliver(str(subscribed.pk))
    subscribed.refresh_from_db()
    assert subscribed.state == Subscription.State.STOPPED
    assert "503" in subscribed.why_stopped
    assert services.due(timezone.now() + timedelta(days=9)) == []
    services.resume(subscribed)
    services.deliver(str(subscribed.pk))
    assert [each["id"] for each in sent(receiver)[-1]["data"]["changes"]] == ["AAA~S1"]


def test_a_receiver_that_is_gone_is_left_alone(land, subscribed, receiver):
    receiver.answers.append(410)
    made.load(land["a"], "site", made.site("S1"))
    services.deliver(str(subscribed.pk))
    subscribed.refresh_from_db()
    assert subscribed.state == Subscription.State.STOPPED


def test_a_person_who_left_is_sent_nothing(land, subscribed, receiver):
    made.load(land["a"], "site", made.site("S1"))
    subscribed.user.is_active = False
    subscribed.user.save()
    services.deliver(str(subscribed.pk))
    subscribed.refresh_from_db()
    assert (receiver.got, subscribed.state) == ([], Subscription.State.STOPPED)


def test_many_changes_are_several_messages(land, subscribed, receiver, monkeypatch):
    monkeypatch.setattr(services, "MOST_CHANGES", 4)
    made.load(land["a"], "site", *(made.site(f"S{number}") for number in range(10)))
    assert services.deliver(str(subscribed.pk)) == 3
    assert [len(said["data"]["changes"]) for said in sent(receiver)] == [4, 4, 2]
    Site.objects.all().delete()
    services.deliver(str(subscribed.pk))
    assert {each["change"] for each in sent(receiver)[-1]["data"]["changes"]} == {"removed"}


def test_the_worker_asks_for_what_is_due(land, subscribed, receiver):
    made.load(land["a"], "site", made.site("S1"))
    tasks.deliver_due(timestamp=0)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'hatangso.deliver'")
        [(arguments,)] = cursor.fetchall()
    given = arguments if isinstance(arguments, dict) else json.loads(arguments)
    assert given == {"number": str(subscribed.pk)}
    tasks.deliver(**given)
    assert len(receiver.got) == 1
    Attempt.objects.update(at=timezone.now() - timedelta(days=31))
    tasks.forget_sendings(timestamp=0)
    assert not Attempt.objects.exists()


def test_a_receiver_that_does_not_answer_is_a_sentence(monkeypatch):
    monkeypatch.setenv(targets.SETTING, "127.0.0.0/8")
    server = http.server.HTTPServer(("127.0.0.1", 0), _Handler)
    port = server.server_port
    server.server_close()
    outcome = sending.post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert outcome.status is None
    vietnamese, english = outcome.error.split(" / ")
    assert vietnamese.startswith("Không có trả lời từ 127.0.0.1")
    assert english.startswith("No answer came from 127.0.0.1")
    # A receiver without a certificate that holds for its name.
    silent = Receiver()
    thread = threading.Thread(target=silent.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setattr(sending, "ANSWER_S", 1.0)
    monkeypatch.setattr(sending, "CONNECT_S", 1.0)
    outcome = sending.post(f"https://127.0.0.1:{silent.server_port}/", b"{}", {})
    silent.shutdown()
    thread.join()
    silent.server_close()
    assert outcome.status is None
    assert silent.got == []


# --- where may be sent to -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "127.0.0.1", "169.254.169.254", "172.16.3.4", "192.168.1.1", "0.0.0.1",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1",
        "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "198.18.0.1",
    ],
)  # fmt: skip
def test_machines_within_are_not_sent_to(address):
    with pytest.raises(TargetError, match="not on the public network"):
        targets.place_of(targets.read("https://ten.example/"), (), lambda *_: [address])


def test_a_name_with_one_bad_address_among_good_ones_is_refused():
    target = targets.read("https://ten.example/")
    assert targets.place_of(target, (), lambda *_: ["8.8.8.8"]) == "8.8.8.8"
    with pytest.raises(TargetError):
        targets.place_of(target, (), lambda *_: ["8.8.8.8", "127.0.0.1"])


def test_networks_of_the_setting_are_allowed_and_plain_http_to_them_alone():
    inside = (ipaddress.ip_network("10.1.2.0/24"),)
    plain = targets.read("http://ten.example/")
    assert targets.place_of(plain, inside, lambda *_: ["10.1.2.9"]) == "10.1.2.9"
    with pytest.raises(TargetError, match="use https"):
        targets.place_of(plain, inside, lambda *_: ["8.8.8.8"])
    with pytest.raises(TargetError):
        targets.place_of(plain, inside, lambda *_: ["10.1.3.9"])


@pytest.mark.parametrize(
    "address",
    [
        "", "ftp://ten.example/", "https://", "https://a:b@ten.example/", "https://ten.example/#x",
        "https://ten.example:22/", "https://ten.example:99999/", "https://ten .example/",
        "https://ten.example/" + "x" * 500, "file:///etc/passwd", "https://ten.example/\r\nX: y",
    ],
)  # fmt: skip
def test_other_forms_of_addresses_are_refused(address):
    with pytest.raises(TargetError):
        targets.read(address)


def test_a_setting_that_cannot_be_read_is_said(monkeypatch):
    monkeypatch.setenv(targets.SETTING, "mạng nhà")
    with pytest.raises(TargetError, match="holds no networks"):
        targets.networks()


# --- over the interface ---------------------------------------------------------------------------


def key_of(user):
    _token, text = tokens.issue(
        user, "thử", timezone.localdate() + timedelta(days=1), actions=tuple(Action)
    )
    return {"Authorization": f"Bearer {text}"}


def test_an_administrator_makes_stops_and_ends_one(land, receiver):
    admin = people.person("quan-tri", Role.ADMINISTRATOR)
    admin.totp_secret = "enrolled"  # noqa: S105
    admin.save()
    client, headers = Client(), key_of(admin)
    given = {"name": "NDOP", "target": receiver.address, "kinds": ["unit"], "person": "quan-tri"}

    def ask(method, address, data=None):
        return getattr(client, method)(
            address, json.dumps(data or {}), content_type="application/json", headers=headers
        )

    answer = ask("post", "/api/webhooks/new", given)
    assert answer.status_code == 200, answer.content
    number = answer.json()["id"]
    assert ask("post", "/api/webhooks/new", given | {"kinds": ["khong"]}).status_code == 400
    bad = ask("post", "/api/webhooks/new", given | {"target": "https://10.0.0.1/"})
    assert bad.status_code == 400
    assert "not on the public network" in bad.json()["detail"]
    here = f"/api/webhooks/{number}"
    assert ask("post", f"{here}/stop").json()["state"] == "stopped"
    assert ask("post", f"{here}/resume").json()["state"] == "active"
    assert client.get(f"{here}/attempts", headers=headers).json() == []
    other = people.person("khong-vai-tro")
    assert client.get("/api/webhooks/", headers=key_of(other)).json() == []
    assert client.post(f"{here}/end", headers=key_of(other)).status_code == 403
    assert client.post(f"{here}/end", headers=headers).status_code == 200
    assert client.get("/api/webhooks/", headers=headers).json() == []


def test_what_cannot_be_subscribed_is_said(land, receiver):
    user = people.person("ai-do")
    with pytest.raises(SubscriptionError, match="tên"):
        services.subscribe(user, " ", receiver.address)
    for number in range(services.MOST_OF_PERSON):
        services.subscribe(user, f"s{number}", receiver.address)
    with pytest.raises(SubscriptionError, match="20"):
        services.subscribe(user, "một nữa", receiver.address)


def test_the_page_makes_stops_and_ends_one(land, receiver):
    admin = people.person("quan-tri", Role.ADMINISTRATOR)
    admin.totp_secret = "enrolled"  # noqa: S105
    admin.save()
    client = Client()
    client.force_login(admin)
    assert "Chưa gửi dữ liệu" in client.get("/chia-se/").content.decode()
    form = {"name": "NDOP", "target": "https://10.0.0.1/", "person": "quan-tri"}
    client.post("/chia-se/", form)
    assert "10.0.0.1" in client.get("/chia-se/").content.decode()
    client.post("/chia-se/", form | {"target": receiver.address, "kinds": ["unit"]})
    one = Subscription.objects.get()
    page = client.get("/chia-se/").content.decode()
    assert "NDOP" in page
    assert signing.public_key() in page
    receiver.answers += [500]
    error = sending.post(receiver.address, b"{}", {}).error
    Subscription.objects.update(last_error=error, failures=1)
    Attempt.objects.create(subscription=one, message="msg_1", changes=1, status=500, error=error)
    failed = client.get("/chia-se/").content.decode()
    assert failed.count("trả lời 500.") == 2  # beside the subscription, and of its last sending
    assert "answered 500" not in failed
    client.cookies["django_language"] = "en"
    failed = client.get("/chia-se/").content.decode()
    assert failed.count("answered 500.") == 2
    assert "trả lời 500" not in failed
    for step, state in (("stop", "stopped"), ("resume", "active")):
        client.post(f"/chia-se/{one.pk}/", {"step": step})
        one.refresh_from_db()
        assert one.state == state
    client.post(f"/chia-se/{one.pk}/", {"step": "end"})
    assert not Subscription.objects.exists()
