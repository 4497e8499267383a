"""The interface for other programs, mounted at /api/; described at /api/openapi.json.

The browsable page of django-ninja is left out: it is loaded from outside the machine.
"""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from hatangso.api import history, scorecards, territory, tiles
from hatangso.web.dates import DateError

api = NinjaAPI(
    title="Hạ Tầng Số",
    version="0.1.0",
    description="Units, scorecards and vector tiles of a province's digital-infrastructure plan.",
    docs_url=None,
    urls_namespace="api",
)
api.add_router("/history", history.router)
api.add_router("/scorecards", scorecards.router)
api.add_router("/territory", territory.router)
api.add_router("/tiles", tiles.router)


@api.exception_handler(DateError)
def date_cannot_be_read(request: HttpRequest, error: DateError) -> HttpResponse:
    """Answer a date that cannot be read with a sentence."""
    return api.create_response(request, {"detail": str(error)}, status=400)
