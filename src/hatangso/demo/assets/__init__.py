"""The made-up province's telecom infrastructure: pure, of any size, the same for the same seed.

Who reads a table of it knows what is true of it: `Truth` says how many structures are shared and
which values were left out, and `planting` which errors stand in a filed copy.
"""

from hatangso.demo.assets.bodies import BODIES, OPERATORS, POWER, PROVINCE_BODY
from hatangso.demo.assets.making import MadeAssets, Truth, make_assets
from hatangso.demo.assets.planting import Filing, Planted, file_with_errors

__all__ = [
    "BODIES",
    "OPERATORS",
    "POWER",
    "PROVINCE_BODY",
    "Filing",
    "MadeAssets",
    "Planted",
    "Truth",
    "file_with_errors",
    "make_assets",
]
