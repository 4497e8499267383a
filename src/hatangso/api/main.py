"""The interface for other programs, mounted at /api/; described at /api/openapi.json.

The browsable page of django-ninja is left out: it is loaded from outside the machine.
"""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from hatangso.api import (
    addresses,
    changes,
    collection,
    history,
    ogc_features,
    ogc_tiles,
    scorecards,
    stac,
    submissions,
    subscriptions,
    territory,
    tiles,
)
from hatangso.api.description import DescribedAPI

api = DescribedAPI(
    title="Hạ Tầng Số",
    version="0.1.0",
    description="Units, scorecards and vector tiles of a province's digital-infrastructure plan.",
    docs_url=None,
    urls_namespace="api",
)
api.add_router("/addresses", addresses.router)
api.add_router("/changes", changes.router)
api.add_router("/collection", collection.router)
api.add_router("/history", history.router)
api.add_router("/ogc", ogc_features.router)
api.add_router("/ogc", ogc_tiles.router)
api.add_router("/scorecards", scorecards.router)
api.add_router("/stac", stac.router)
api.add_router("/submissions", submissions.router)
api.add_router("/webhooks", subscriptions.router)
api.add_router("/territory", territory.router)
api.add_router("/tiles", tiles.router)


@api.exception_handler(BadRequest)
def cannot_be_read(request: HttpRequest, error: BadRequest) -> HttpResponse:
    """Answer a date, a filter or another value that cannot be read with a sentence."""
    return api.create_response(request, {"detail": str(error)}, status=400)
