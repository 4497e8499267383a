"""What a vector tile says, read by GDAL's own MVT driver."""

import numpy as np
import pyogrio


def read(content):
    """Features by layer: mapping of layer to a list of attributes; empty for an empty tile."""
    if not content:
        return {}
    found = {}
    for name, _shape in pyogrio.list_layers(content):
        meta, _fids, _geometry, columns = pyogrio.raw.read(content, layer=name)
        rows = zip(*columns, strict=True) if len(columns) else []
        found[str(name)] = [
            {
                key: value.item() if isinstance(value, np.generic) else value
                for key, value in zip(meta["fields"].tolist(), row, strict=True)
            }
            for row in rows
        ]
    return found


def count(content):
    """Assets that a tile tells of: the sum of its clusters, and its points."""
    layers = read(content)
    clusters = sum(int(each["count"]) for each in layers.get("clusters", []))
    return clusters + len(layers.get("points", []))
