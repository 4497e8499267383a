"""What every page's template may use."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext_lazy

from hatangso.api.access import may_enter, rights_in
from hatangso.organisations.models import User
from hatangso.web import tour
from hatangso.web.page_rules import PAGES

#: Pages that not everyone may open, as the menu names them; each is shown to whom it opens for.
OWN_PAGES = (
    ("intake:filings", gettext_lazy("Filings of infrastructure")),
    ("history:proposals", gettext_lazy("Proposed changes")),
    ("history:log", gettext_lazy("History")),
    ("account:people", gettext_lazy("Accounts and roles")),
    ("sharing:subscriptions", gettext_lazy("Data sent out")),
)


def site(request: HttpRequest) -> dict[str, Any]:
    """Context of every page; for a reader who is not signed in it asks nothing of the database."""
    return {
        "site_name": "Hạ Tầng Số",
        "language": "en" if get_language() == "en" else "vi",
        "here": request.get_full_path(),
        "tour": tour.asked(request),
        "own_pages": SimpleLazyObject(lambda: own_pages(request)),
    }


def own_pages(request: HttpRequest) -> list[tuple[str, str]]:
    """Address and name of the pages that the rights of whoever asks open, beyond everyone's."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    rights = rights_in(request)
    return [
        (reverse(name), str(label))
        for name, label in OWN_PAGES
        if may_enter(PAGES[name], rights, signed_in=True)
    ]
