"""What every page's template may use."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language


def site(request: HttpRequest) -> dict[str, Any]:
    """Context of every page; it asks nothing of the database."""
    return {
        "site_name": "Hạ Tầng Số",
        "language": "en" if get_language() == "en" else "vi",
        "here": request.get_full_path(),
    }
