"""Radio: who is covered. Terrain, path loss, and the sweep of a site.

- :func:`predict`: the loss of one path (ITU-R P.1812-8), every term by its name.
- :func:`sweep`: the loss to every cell around a site.
- :class:`Terrain`, :func:`clutter_table`: what both stand on.
- :func:`building_entry_loss` (ITU-R P.2109), and clutter at a terminal (ITU-R P.2108).
"""

from hatangso.engines.radio.building_entry import Building, building_entry_loss
from hatangso.engines.radio.clutter import (
    clutter_from_polygons,
    clutter_from_raster,
    clutter_table,
)
from hatangso.engines.radio.coverage import Coverage, Ground, SweepOptions
from hatangso.engines.radio.errors import RadioError
from hatangso.engines.radio.path_loss import Atmosphere, Link, Prediction, Profile, predict
from hatangso.engines.radio.sweep import sweep
from hatangso.engines.radio.terrain import Terrain, TerrainWindow, require_whole

__all__ = [
    "Atmosphere",
    "Building",
    "Coverage",
    "Ground",
    "Link",
    "Prediction",
    "Profile",
    "RadioError",
    "SweepOptions",
    "Terrain",
    "TerrainWindow",
    "building_entry_loss",
    "clutter_from_polygons",
    "clutter_from_raster",
    "clutter_table",
    "predict",
    "require_whole",
    "sweep",
]
