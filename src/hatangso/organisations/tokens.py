"""Keys of programs: made once, shown once, kept only as a hash, dated and revocable."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from hatangso.organisations import access
from hatangso.organisations.models import ApiToken, User
from hatangso.organisations.rules import Action, Rights
from hatangso.organisations.services import PeopleError
from hatangso.territory.models import AdminUnit

#: Every key begins so, so that one that leaked into a file or a log can be searched for.
MARK = "hts"
LONGEST_DAYS = 366
#: The last use is noted at most this often, so that a busy program does not write at each call.
NOTED_EVERY = timedelta(hours=1)


class TokenError(PermissionError):
    """A key does not open anything: unknown, out of its dates, revoked, or its person left."""


def _digest(secret: str) -> str:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(
    user: User,
    name: str,
    end: date,
    *,
    actions: Iterable[Action] = (Action.VIEW,),
    unit: AdminUnit | None = None,
) -> tuple[ApiToken, str]:
    """Make a key for a person's program; the text is given here and never again.

    Raises
    ------
    PeopleError
        When it would work longer than a year or not at all, has no name or may do nothing.
    """
    today = timezone.localdate()
    chosen = sorted({Action(action).value for action in actions})
    if not 0 < (end - today).days <= LONGEST_DAYS:
        raise PeopleError(_("A key works until a day after today and within a year."))
    if not name.strip() or not chosen:
        raise PeopleError(_("Say what the key is for and what it may do."))
    prefix, secret = secrets.token_hex(5), secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name.strip()[:100],
        prefix=prefix,
        secret_sha256=_digest(secret),
        actions=chosen,
        unit=unit,
        valid_from=today,
        valid_to=end,
    )
    return token, f"{MARK}_{prefix}_{secret}"


def revoke(token: ApiToken) -> None:
    """Let a key open nothing from now on."""
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])


def open_with(text: str) -> tuple[ApiToken, Rights]:
    """The key that a text is, and what it lets its bearer do.

    Raises
    ------
    TokenError
        When it opens nothing; the reason is the same sentence for all, so that nobody learns
        which keys there are.
    """
    refused = TokenError(
        _("This key does not work: it is unknown, out of its dates or revoked. Ask for a new one.")
    )
    parts = text.split("_", 2)
    if len(parts) != 3 or parts[0] != MARK:
        raise refused
    token = ApiToken.objects.select_related("user", "unit").filter(prefix=parts[1]).first()
    known = token.secret_sha256 if token else "0" * 64
    fits = hmac.compare_digest(known, _digest(parts[2]))
    if token is None or not fits or not _works(token):
        raise refused
    _note_use(token)
    rights = access.rights_of(
        token.user, actions=[Action(action) for action in token.actions], unit=token.unit
    )
    return token, rights


def _works(token: ApiToken) -> bool:
    today = timezone.localdate()
    return (
        token.revoked_at is None
        and token.user.is_active
        and token.valid_from <= today < token.valid_to
    )


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
