"""Signing in with a local account: password, lock-out, second factor, recovery.

Whether a name exists, has been locked or has a second factor is not told to somebody who does
not know its password: the answer and the time it takes are the same.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import default_token_generator
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from hatangso.organisations import rules
from hatangso.organisations.models import RecoveryCode, SignInAttempt, User, in_force
from hatangso.organisations.rules import Role

#: So many failures of one name, or from one address, within the time lock it for the time.
FAILURES_OF_A_NAME = 5
FAILURES_OF_AN_ADDRESS = 50
LOCKED_FOR = timedelta(minutes=15)
#: Attempts are kept so long (docs/personal-data.md).
ATTEMPTS_KEPT = timedelta(days=90)
RECOVERY_CODES = 10
ISSUER = "Hạ Tầng Số"


class Outcome(Enum):
    """How a try to sign in ended."""

    WRONG = "wrong"
    LOCKED = "locked"
    CODE_NEEDED = "code_needed"
    SIGNED_IN = "signed_in"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to sign in: how it ended, and who it was where the password fitted."""

    outcome: Outcome
    user: User | None = None


class PersonBackend(BaseBackend):
    """Finds the person of a session. It authenticates nobody: `check_password` does."""

    def authenticate(self, request: HttpRequest | None, **credentials: object) -> None:
        """Refuse: there is one way in."""
        return

    def get_user(self, user_id: int) -> User | None:
        """Person of a session, while they may sign in."""
        return User.objects.filter(pk=user_id, is_active=True).first()


# --- password and lock-out ---------------------------------------------------------------------


def check_password(username: str, password: str, address: str | None) -> Attempt:
    """Try a name and a password; the outcome is `CODE_NEEDED` where a second factor is to follow.

    Several tries of one name at once are taken one after the other, so that a hundred in the same
    instant do not slip under the lock-out.
    """
    name = username.strip().lower()[:150]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [name])
        if _is_locked(name, address):
            make_password(password)  # The same time as a real try.
            return Attempt(Outcome.LOCKED)
        user = User.objects.filter(username__iexact=name, is_active=True, by_sso=False).first()
        if user is None:
            make_password(password)
        if user is None or not user.check_password(password):
            SignInAttempt.objects.create(username=name, address=address, succeeded=False)
            return Attempt(Outcome.WRONG)
    if user.has_second_factor:
        return Attempt(Outcome.CODE_NEEDED, user)
    _note_success(user, address)
    return Attempt(Outcome.SIGNED_IN, user)


def _is_locked(name: str, address: str | None) -> bool:
    since = timezone.now() - LOCKED_FOR
    recent = SignInAttempt.objects.filter(at__gt=since)
    last = recent.filter(username=name, succeeded=True).order_by("-at").first()
    of_name = recent.filter(username=name, succeeded=False)
    if last is not None:
        of_name = of_name.filter(at__gt=last.at)
    if of_name.count() >= FAILURES_OF_A_NAME:
        return True
    of_address = recent.filter(address=address, succeeded=False)
    return address is not None and of_address.count() >= FAILURES_OF_AN_ADDRESS


def _note_success(user: User, address: str | None) -> None:
    SignInAttempt.objects.create(username=user.username.lower(), address=address, succeeded=True)


def unlock(user: User) -> None:
    """Forget a name's failures, so that its person may try again at once."""
    SignInAttempt.objects.filter(username=user.username.lower(), succeeded=False).delete()


def forget_old_attempts() -> int:
    """Delete attempts that are older than they are kept; returns how many."""
    return SignInAttempt.objects.filter(at__lt=timezone.now() - ATTEMPTS_KEPT).delete()[0]


# --- second factor (RFC 6238) ------------------------------------------------------------------


def _cipher() -> Fernet:
    # A copy of the database alone must not be enough to make codes.
    key = hashlib.sha256(b"hatangso.totp:" + force_bytes(settings.SECRET_KEY)).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def new_secret() -> str:
    """A fresh secret for an authenticator, in base 32."""
    return pyotp.random_base32()


def provisioning_uri(user: User, secret: str) -> str:
    """Address that an authenticator reads from a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER)


def _step_of(secret: str, code: str) -> int | None:
    """Time step that a code is of, one step of 30 s earlier or later allowed; None if of none."""
    totp = pyotp.TOTP(secret)
    now = int(timezone.now().timestamp()) // totp.interval
    for step in (now, now - 1, now + 1):
        if secrets.compare_digest(totp.at(step * totp.interval), code):
            return step
    return None


@transaction.atomic
def enrol(user: User, secret: str, code: str) -> list[str] | None:
    """Begin to ask a person for codes, once they show one; returns recovery codes, shown once.

    None when the code is not one of the secret.
    """
    step = _step_of(secret, _digits(code))
    if step is None:
        return None
    user.totp_secret = _cipher().encrypt(secret.encode()).decode()
    user.totp_last_step = step
    user.save(update_fields=["totp_secret", "totp_last_step"])
    return _new_recovery_codes(user)


def _new_recovery_codes(user: User) -> list[str]:
    codes = [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(RECOVERY_CODES)]
    user.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, code_sha256=_recovery_digest(user, code)) for code in codes
    )
    return codes


def _recovery_digest(user: User, code: str) -> str:
    # 48 random bits, and five tries before the lock: a keyed hash is enough.
    return hashlib.sha256(
        f"{settings.SECRET_KEY}:{user.pk}:{code.strip().lower()}".encode()
    ).hexdigest()


def check_code(user: User, code: str, address: str | None) -> Attempt:
    """Try a code of the authenticator, or a recovery code, after the password; each works once."""
    name = user.username.lower()
    with transaction.atomic():
        held = User.objects.select_for_update().get(pk=user.pk)
        if _is_locked(name, address):
            return Attempt(Outcome.LOCKED)
        if not held.is_active or not (_use_totp(held, code) or _use_recovery(held, code)):
            SignInAttempt.objects.create(username=name, address=address, succeeded=False)
            return Attempt(Outcome.WRONG)
    _note_success(held, address)
    return Attempt(Outcome.SIGNED_IN, held)


def _digits(code: str) -> str:
    return "".join(code.split())


def _use_totp(user: User, code: str) -> bool:
    try:
        secret = _cipher().decrypt(user.totp_secret.encode()).decode()
    except InvalidToken:
        return False
    step = _step_of(secret, _digits(code))
    if step is None or step <= user.totp_last_step:
        return False
    user.totp_last_step = step
    user.save(update_fields=["totp_last_step"])
    return True


def _use_recovery(user: User, code: str) -> bool:
    used = user.recovery_codes.filter(
        code_sha256=_recovery_digest(user, code), used_at__isnull=True
    ).update(used_at=timezone.now())
    return used > 0


def drop_second_factor(user: User) -> None:
    """Ask a person for codes no more (they lost the device and the recovery codes)."""
    user.totp_secret = ""
    user.save(update_fields=["totp_secret"])
    user.recovery_codes.all().delete()


def must_enrol(user: User) -> bool:
    """Whether a person holds a role that is not held without a second factor, and has none."""
    if user.has_second_factor or user.by_sso:
        return False
    held = user.roles_held.filter(in_force(timezone.localdate())).values_list("role", flat=True)
    return rules.needs_second_factor(Role(role) for role in held)


# --- recovery of an account --------------------------------------------------------------------


def reset_parts(user: User) -> tuple[str, str]:
    """Name and token of a link that lets a person choose a password; it works once, for a day."""
    return urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)


def person_of_reset(name: str, token: str) -> User | None:
    """Person that a reset link is for, or None where it works no more or never did."""
    try:
        number = int(urlsafe_base64_decode(name).decode())
    except (ValueError, UnicodeDecodeError, OverflowError):
        return None
    user = User.objects.filter(pk=number, is_active=True, by_sso=False).first()
    return user if user and default_token_generator.check_token(user, token) else None
