"""Local accounts: passwords, lock-out, the second factor, recovery; keys of programs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from django.contrib.auth.hashers import identify_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from tests.organisations import people

from hatangso.organisations import services, sign_in, tokens
from hatangso.organisations.models import ApiToken, SignInAttempt, User
from hatangso.organisations.rules import Action, Role, Subject, may
from hatangso.organisations.services import OWNER, Scope
from hatangso.organisations.sign_in import Outcome
from hatangso.records import context
from hatangso.records.models import Entry

pytestmark = pytest.mark.django_db
HERE = "10.1.2.3"


@pytest.fixture
def user():
    return people.person("an")


# --- passwords -------------------------------------------------------------------------------


def test_passwords_are_kept_as_argon2(user):
    assert identify_hasher(user.password).algorithm == "argon2"


@pytest.mark.parametrize(
    "password",
    [
        "ngan-qua",
        "123456789012",
        "matkhau123456",
        "Mật Khẩu@2026",
        "anhyeuem1234!",
        "Vietnam@123456",
        "hatangso@2026",
        "P@ssword1234",
        "qwertyuiop123",
        "nguyenvanbinh",
        "1111111111111",
    ],
)
def test_a_password_that_is_tried_first_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(username="nguyenvanbinh", full_name="Nguyễn Văn Bình"))


@pytest.mark.parametrize("password", [people.PASSWORD, "correct horse battery", "Kz7#qpLw92!vRt"])
def test_a_long_one_of_ones_own_is_taken(password):
    validate_password(password, User(username="an"))


# --- lock-out --------------------------------------------------------------------------------


def test_the_right_password_opens_and_a_wrong_one_does_not(user):
    assert sign_in.check_password("an", people.PASSWORD, HERE).outcome is Outcome.SIGNED_IN
    assert sign_in.check_password("AN", people.PASSWORD, HERE).user == user
    assert sign_in.check_password("an", "sai", HERE).outcome is Outcome.WRONG
    assert sign_in.check_password("khongco", "sai", HERE).outcome is Outcome.WRONG


def test_five_failures_lock_a_name_even_for_the_right_password(user):
    for _ in range(sign_in.FAILURES_OF_A_NAME):
        sign_in.check_password("an", "sai", HERE)
    assert sign_in.check_password("an", people.PASSWORD, HERE).outcome is Outcome.LOCKED
    assert sign_in.check_password("AN ", people.PASSWORD, "10.9.9.9").outcome is Outcome.LOCKED
    SignInAttempt.objects.update(at=timezone.now() - sign_in.LOCKED_FOR)
    assert sign_in.check_password("an", people.PASSWORD, HERE).outcome is Outcome.SIGNED_IN


def test_a_name_that_nobody_has_is_locked_alike():
    for _ in range(sign_in.FAILURES_OF_A_NAME):
        sign_in.check_password("khongco", "sai", HERE)
    assert sign_in.check_password("khongco", "sai", HERE).outcome is Outcome.LOCKED


def test_an_address_that_tries_many_names_is_locked(user):
    for number in range(sign_in.FAILURES_OF_AN_ADDRESS):
        SignInAttempt.objects.create(username=f"n{number}", address=HERE, succeeded=False)
    assert sign_in.check_password("an", people.PASSWORD, HERE).outcome is Outcome.LOCKED
    assert sign_in.check_password("an", people.PASSWORD, "10.9.9.9").outcome is Outcome.SIGNED_IN


def test_a_success_and_an_administrator_forget_the_failures(user):
    for _ in range(sign_in.FAILURES_OF_A_NAME - 1):
        sign_in.check_password("an", "sai", HERE)
    sign_in.check_password("an", people.PASSWORD, HERE)
    sign_in.check_password("an", "sai", HERE)
    assert sign_in.check_password("an", people.PASSWORD, HERE).outcome is Outcome.SIGNED_IN
    for _ in range(sign_in.FAILURES_OF_A_NAME):
        sign_in.check_password("an", "sai", HERE)
    sign_in.unlock(user)
    assert sign_in.check_password("an", people.PASSWORD, HERE).outcome is Outcome.SIGNED_IN


@pytest.mark.django_db(transaction=True)
def test_twenty_tries_at_once_do_not_slip_under_the_lock():
    people.person("an")

    def attempt(_):
        try:
            return sign_in.check_password("an", "sai", HERE).outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(20)))
    assert outcomes.count(Outcome.WRONG) == sign_in.FAILURES_OF_A_NAME


def test_a_removed_person_and_one_of_the_sign_on_do_not_enter_here(user):
    services.remove_person(OWNER, user)
    assert sign_in.check_password("an", people.PASSWORD, HERE).outcome is Outcome.WRONG
    outside = services.add_person(OWNER, "cua-tinh", by_sso=True)
    outside.set_password(people.PASSWORD)
    outside.save()
    assert sign_in.check_password("cua-tinh", people.PASSWORD, HERE).outcome is Outcome.WRONG


def test_old_attempts_are_forgotten(user):
    sign_in.check_password("an", "sai", HERE)
    SignInAttempt.objects.update(at=timezone.now() - sign_in.ATTEMPTS_KEPT - timedelta(days=1))
    sign_in.check_password("an", "sai", HERE)
    assert sign_in.forget_old_attempts() == 1
    assert SignInAttempt.objects.count() == 1


# --- second factor ---------------------------------------------------------------------------


def enrol(user):
    secret = sign_in.new_secret()
    codes = sign_in.enrol(user, secret, pyotp.TOTP(secret).now())
    user.refresh_from_db()
    return pyotp.TOTP(secret), codes


def later(totp, steps=1):
    return totp.at(timezone.now() + timedelta(seconds=30 * steps))


def test_with_a_second_factor_the_password_is_not_enough(user):
    totp, _ = enrol(user)
    attempt = sign_in.check_password("an", people.PASSWORD, HERE)
    assert (attempt.outcome, attempt.user) == (Outcome.CODE_NEEDED, user)
    assert sign_in.check_code(user, "000000", HERE).outcome is Outcome.WRONG
    assert sign_in.check_code(user, later(totp), HERE).outcome is Outcome.SIGNED_IN


def test_a_code_is_taken_once_and_not_long_after(user):
    totp, _ = enrol(user)
    code = later(totp)
    assert sign_in.check_code(user, code, HERE).outcome is Outcome.SIGNED_IN
    assert sign_in.check_code(user, code, HERE).outcome is Outcome.WRONG
    assert sign_in.check_code(user, later(totp, -5), HERE).outcome is Outcome.WRONG


def test_a_wrong_code_does_not_enrol(user):
    assert sign_in.enrol(user, sign_in.new_secret(), "123456") is None
    assert not User.objects.get(pk=user.pk).has_second_factor


def test_a_recovery_code_works_once(user):
    _, codes = enrol(user)
    assert len(set(codes)) == sign_in.RECOVERY_CODES
    assert sign_in.check_code(user, codes[0].upper(), HERE).outcome is Outcome.SIGNED_IN
    assert sign_in.check_code(user, codes[0], HERE).outcome is Outcome.WRONG
    assert sign_in.check_code(user, codes[1], HERE).outcome is Outcome.SIGNED_IN


def test_guessing_codes_locks_too(user):
    totp, _ = enrol(user)
    for _ in range(sign_in.FAILURES_OF_A_NAME):
        sign_in.check_code(user, "000000", HERE)
    assert sign_in.check_code(user, later(totp), HERE).outcome is Outcome.LOCKED


def test_the_secret_is_not_readable_in_the_database(user):
    totp, _ = enrol(user)
    assert totp.secret not in user.totp_secret


def test_who_holds_a_strong_role_must_enrol(user):
    assert not sign_in.must_enrol(user)
    services.give_role(OWNER, user, Role.ADMINISTRATOR, Scope(everywhere=True))
    assert sign_in.must_enrol(user)
    enrol(user)
    assert not sign_in.must_enrol(user)
    sign_in.drop_second_factor(user)
    assert sign_in.must_enrol(user)


# --- sessions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "how", ["given", "ended", "by sql", "password", "second factor", "expired"]
)
def test_a_session_no_longer_fits_once_a_role_changes(user, how):
    today = timezone.localdate()
    scope = Scope(unit=people.make_units()["P"])
    held = services.give_role(
        OWNER, user, Role.OFFICER, scope, start=today - timedelta(days=9), end=today + timedelta(1)
    )
    before = user.get_session_auth_hash()
    assert before == User.objects.get(pk=user.pk).get_session_auth_hash()
    if how == "given":
        services.give_role(OWNER, user, Role.INSPECTOR, scope)
    elif how == "ended":
        services.end_role(OWNER, held)
    elif how == "by sql":
        with connection.cursor() as cursor:
            cursor.execute("UPDATE organisations_roleheld SET role = 'leader'")
    elif how == "password":
        services.set_password(user, "một câu dài khác hẳn")
    elif how == "second factor":
        enrol(user)
    else:
        held.valid_to = today
        held.save()
    assert User.objects.get(pk=user.pk).get_session_auth_hash() != before


# --- recovery --------------------------------------------------------------------------------


def test_a_reset_link_works_once(user):
    name, token = sign_in.reset_parts(user)
    assert sign_in.person_of_reset(name, token) == user
    services.set_password(user, "một câu dài khác hẳn")
    assert sign_in.person_of_reset(name, token) is None


@pytest.mark.parametrize(("name", "token"), [("", ""), ("OTk5OQ", "a-b"), ("é", "x"), ("MQ", "0")])
def test_a_forged_reset_link_opens_nothing(name, token):
    assert sign_in.person_of_reset(name, token) is None


# --- keys of programs --------------------------------------------------------------------------


def key(user, **changed):
    values = {"end": timezone.localdate() + timedelta(days=30)} | changed
    return tokens.issue(user, "đồng bộ số liệu", values.pop("end"), **values)


def test_a_key_lets_its_program_do_what_its_person_may_and_no_more():
    units = people.make_units()
    user = people.person("so", Role.OFFICER, Scope(unit=units["P"]))
    _, text = key(user, unit=units["C"])
    _, rights = tokens.open_with(text)
    place = services.Place(units["C"].pk)
    assert may(rights, Subject.PROPOSAL, Action.VIEW, place)
    assert not may(rights, Subject.FIGURE, Action.CHANGE, place)
    assert not may(rights, Subject.PROPOSAL, Action.VIEW, services.Place(units["D"].pk))


def test_a_key_is_kept_only_as_a_hash(user):
    token, text = key(user)
    secret = text.split("_", 2)[2]
    assert secret not in str(ApiToken.objects.values().get())
    logged = Entry.objects.filter(model="organisations.apitoken")
    assert logged.exists()
    assert not any(
        secret in str(entry.after) or token.secret_sha256 in str(entry.after) for entry in logged
    )


@pytest.mark.parametrize("how", ["revoked", "expired", "removed", "forged", "prefix only", "empty"])
def test_a_key_that_should_not_work_does_not(user, how):
    token, text = key(user)
    if how == "revoked":
        tokens.revoke(token)
    elif how == "expired":
        ApiToken.objects.update(valid_to=timezone.localdate())
    elif how == "removed":
        services.remove_person(OWNER, user)
    elif how == "forged":
        text = text[:-3] + ("AAA" if not text.endswith("AAA") else "BBB")
    elif how == "prefix only":
        text = "_".join(text.split("_")[:2])
    else:
        text = ""
    with pytest.raises(tokens.TokenError):
        tokens.open_with(text)


def test_a_key_ends_within_a_year_and_says_what_it_is_for(user):
    today = timezone.localdate()
    for values in ({"end": today}, {"end": today + timedelta(days=400)}, {"actions": []}):
        with pytest.raises(services.PeopleError):
            key(user, **values)


def test_using_a_key_is_noted_without_filling_the_log(user):
    token, text = key(user)
    with context.acting(through="api"):
        tokens.open_with(text)
    token.refresh_from_db()
    assert token.last_used_at is not None
    assert not Entry.objects.filter(model="organisations.apitoken", action="update").exists()
