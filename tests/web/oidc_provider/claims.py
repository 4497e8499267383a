"""What the provider says of its people."""

from oauth2_provider.oauth2_validators import OAuth2Validator


class Claims(OAuth2Validator):
    """Adds the address, which the provider vouches for."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: object) -> dict[str, object]:
        """Claims beside those of the standard."""
        user = request.user  # type: ignore[attr-defined]
        return {
            "email": user.email,
            "email_verified": True,
            "preferred_username": user.username,
        }
