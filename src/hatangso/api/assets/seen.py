"""Which rows of a layer somebody may see, and the log's word on those seen under a grant."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from hatangso.api.assets.layers import LAYERS
from hatangso.inventory import queries as inventory
from hatangso.organisations import access
from hatangso.organisations.models import AccessGrant, in_force
from hatangso.organisations.rules import Rights, Subject
from hatangso.records import services as records


def rows_of(layer: str, rights: Rights, under_grant: frozenset[str] | None = None) -> QuerySet[Any]:
    """Rows of a layer that someone may see: the one rule, with their grants.

    ``under_grant`` is `granted`, where it was asked already: then the areas of grants are read
    for those layers alone.
    """
    if under_grant is not None and layer not in under_grant:
        return access.allowed(inventory.model_of(layer), rights)
    return inventory.visible(layer, rights)


def granted(rights: Rights) -> frozenset[str]:
    """Layers of which someone sees rows by a grant today, which the log is told of."""
    if rights.user is None:
        return frozenset()
    found = set(
        AccessGrant.objects.filter(
            in_force(timezone.localdate()), user=rights.user, user__is_active=True
        ).values_list("layer", flat=True)
    )
    return frozenset(code for code, layer in LAYERS.items() if layer.layer in found)


def subject_of(layer: str) -> Subject:
    """What a layer is to the rule."""
    return Subject.SENSITIVE_ASSET if LAYERS[layer].layer else Subject.ASSET


def scope_key(rights: Rights) -> str:
    """Name of what someone sees of all layers, for a cache; empty for who sees only the public."""
    parts = [access.scope_key(rights, one) for one in (Subject.ASSET, Subject.SENSITIVE_ASSET)]
    return "/".join(parts) if any(parts) else ""


def tell_log(layer: str, rights: Rights, rows: int, *, export: bool = False) -> None:
    """Say in the log that rows of a layer were seen or taken out under a grant."""
    records.note_sensitive(rights, LAYERS[layer].layer, rows, export=export, kind=layer)
