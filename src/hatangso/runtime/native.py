"""GDAL and GEOS for GeoDjango, taken from the wheels of pyogrio and shapely.

No system library is needed: rasterio's own libgdal does not load alone, pyogrio's does.
"""

import importlib.util
from pathlib import Path


class NativeLibraryMissingError(RuntimeError):
    """A wheel does not carry the library that was looked for."""


def _bundled(package: str, pattern: str) -> str:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        message = f"The package {package} is not installed: run ./run setup."
        raise NativeLibraryMissingError(message)
    folder = Path(spec.origin).parent.parent / f"{package}.libs"
    found = sorted(folder.glob(pattern))
    if not found:
        message = f"No {pattern} beside the package {package}: run ./run setup again."
        raise NativeLibraryMissingError(message)
    return str(found[0])


def gdal_library() -> str:
    """Path of the libgdal that pyogrio's wheel carries."""
    return _bundled("pyogrio", "libgdal*.so*")


def geos_library() -> str:
    """Path of the libgeos_c that shapely's wheel carries."""
    return _bundled("shapely", "libgeos_c*.so*")
