"""The province's own sign-on, by OpenID Connect (authorization code with PKCE).

Set up by HATANGSO_OIDC_ISSUER, HATANGSO_OIDC_CLIENT_ID and HATANGSO_OIDC_CLIENT_SECRET. It says
who somebody is, never what they may do: an administrator makes the account first and marks it as
one of the sign-on, and roles are given here.
"""

import os
from functools import cache
from typing import Any

from authlib.integrations.django_client import OAuth
from django.db import transaction
from django.http import HttpRequest

from hatangso.organisations.models import User

VARIABLES = ("HATANGSO_OIDC_ISSUER", "HATANGSO_OIDC_CLIENT_ID", "HATANGSO_OIDC_CLIENT_SECRET")


class NotKnownHereError(LookupError):
    """The sign-on vouches for somebody who has no account here."""


def is_set_up() -> bool:
    """Whether the province's sign-on can be used."""
    return all(os.environ.get(name) for name in VARIABLES)


@cache
def _client(issuer: str, client_id: str, secret: str) -> Any:
    registry = OAuth()
    registry.register(
        "province",
        client_id=client_id,
        client_secret=secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256"},
    )
    return registry.province


def client() -> Any:
    """The client of the sign-on that the environment names."""
    return _client(*(os.environ[name] for name in VARIABLES))


def claims_of(request: HttpRequest) -> dict[str, Any]:
    """What the sign-on says of who comes back from it: signature, issuer, nonce are checked."""
    token = client().authorize_access_token(request)
    claims: dict[str, Any] = token["userinfo"]
    return claims


@transaction.atomic
def person_of(claims: dict[str, Any]) -> User:
    """The account of somebody that the sign-on vouches for.

    The first time it is the one marked for the sign-on with the same verified address; from then
    on the issuer and subject are kept, which do not change with a name or an address.

    Raises
    ------
    NotKnownHereError
        When there is none, or it was removed.
    """
    subject = f"{claims['iss']} {claims['sub']}"
    known = User.objects.filter(sso_subject=subject, by_sso=True).first()
    if known is None and claims.get("email") and claims.get("email_verified") is True:
        fresh = User.objects.select_for_update().filter(
            email__iexact=claims["email"], by_sso=True, sso_subject="", is_active=True
        )
        matches = list(fresh[:2])
        if len(matches) == 1:
            known = matches[0]
            known.sso_subject = subject
            known.save(update_fields=["sso_subject"])
    if known is None or not known.is_active:
        raise NotKnownHereError(subject)
    return known
