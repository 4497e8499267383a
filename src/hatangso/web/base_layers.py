"""Layers that lie under the map: the units always, and those that whoever runs the system names.

``HATANGSO_MAP_LAYERS`` names a JSON file: a list of objects with ``name`` (of the address),
``title``, ``kind`` (xyz, wms, pmtiles), and ``url`` (of tiles, of a WMS) or ``file`` (PMTiles on
this machine); ``layers`` of a WMS, ``attribution``, ``vector`` (of PMTiles: lines and names are
drawn). Nothing is asked of another machine unless it is named here.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.checks import CheckMessage, Error, register

SETTING = "HATANGSO_MAP_LAYERS"
KINDS = ("xyz", "wms", "pmtiles")
_NAME = re.compile(r"[a-z0-9-]{1,40}")


class BaseLayerError(ValueError):
    """The file of layers cannot be used; the message says what is wrong in it."""


@dataclass(frozen=True, slots=True)
class BaseLayer:
    """One layer under the map."""

    name: str
    title: str
    kind: str
    url: str = ""
    file: str = ""
    layers: str = ""
    attribution: str = ""
    vector: bool = False

    @property
    def host(self) -> str:
        """Scheme and host that the browser asks; empty for a file of this machine."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    @property
    def tiles(self) -> str:
        """Address of a tile, with {z}, {x}, {y}, or {bbox-epsg-3857} for a WMS."""
        if self.kind != "wms":
            return self.url
        mark = "&" if "?" in self.url else "?"
        return (
            f"{self.url}{mark}SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS={self.layers}"
            "&STYLES=&CRS=EPSG:3857&BBOX={bbox-epsg-3857}&WIDTH=256&HEIGHT=256"
            "&FORMAT=image/png&TRANSPARENT=TRUE"
        )


def read(text: str, folder: Path) -> tuple[BaseLayer, ...]:
    """Layers that a file's text says; a relative ``file`` is looked for in ``folder``.

    Raises
    ------
    BaseLayerError
        When it cannot be used.
    """
    try:
        given = json.loads(text)
    except json.JSONDecodeError as error:
        raise BaseLayerError(f"It is no JSON: {error}.") from error
    if not isinstance(given, list):
        raise BaseLayerError("It must hold a list of layers.")
    found = tuple(_layer(each, folder) for each in given)
    names = [layer.name for layer in found]
    if len(set(names)) < len(names):
        raise BaseLayerError("Two layers have the same name.")
    return found


def _layer(given: Any, folder: Path) -> BaseLayer:
    if not isinstance(given, Mapping):
        raise BaseLayerError("Each layer is an object with name, title and kind.")
    known = set(BaseLayer.__dataclass_fields__)
    if unknown := sorted(set(given) - known):
        raise BaseLayerError(f"A layer has no {unknown[0]}: it has {', '.join(sorted(known))}.")
    layer = BaseLayer(**given)
    if not _NAME.fullmatch(layer.name) or not layer.title:
        raise BaseLayerError("A layer has a title, and a name of small letters, digits and -.")
    if layer.kind not in KINDS:
        raise BaseLayerError(f"The kind of {layer.name} is one of {', '.join(KINDS)}.")
    if layer.kind == "pmtiles" and layer.file:
        file = folder / layer.file
        if not file.is_file():
            raise BaseLayerError(f"{layer.name}: there is no file {layer.file}.")
        return BaseLayer(**{**given, "file": str(file)})
    if urlsplit(layer.url).scheme not in {"http", "https"} or not layer.host:
        raise BaseLayerError(f"{layer.name} has no url that begins with https:// or http://.")
    return layer


@cache
def base_layers() -> tuple[BaseLayer, ...]:
    """Layers of this installation; none where the setting names no file.

    Raises
    ------
    BaseLayerError
        When the file cannot be used.
    """
    named = os.environ.get(SETTING)
    if not named:
        return ()
    file = Path(named)
    try:
        return read(file.read_text(encoding="utf-8"), file.parent)
    except OSError as error:
        raise BaseLayerError(f"{file} cannot be read: {error}.") from error


def hosts() -> list[str]:
    """Hosts that the map's page may ask, for its content security policy."""
    return sorted({layer.host for layer in base_layers() if layer.host})


@register()
def check_base_layers(**_: Any) -> list[CheckMessage]:
    """Say at the start what is wrong in the file of layers."""
    try:
        base_layers()
    except BaseLayerError as error:
        return [
            Error(
                f"{SETTING}: {error}",
                hint="docs/map.md shows an example of the file.",
                id="map.E001",
            )
        ]
    return []
