"""The browser's libraries: what of node_modules/ the pages load, laid beside the static files.

``python -m hatangso.runtime.browser_libraries`` does it; ./run setup calls it after npm.
"""

import re
import shutil
import sys
from pathlib import Path

from hatangso.runtime import paths

# Folder under vendor/, and the files of the package that go there.
COPIED = {
    "maplibre-gl": (
        "maplibre-gl/dist/maplibre-gl.mjs",
        "maplibre-gl/dist/maplibre-gl-worker.mjs",
        "maplibre-gl/dist/maplibre-gl.css",
        "maplibre-gl/LICENSE.txt",
    ),
    # Drawing on the map, and tiles of a user's own kept in one file; loaded where used. Neither
    # package carries its licence as a file: package.json names it.
    "terra-draw": ("terra-draw/dist/terra-draw.umd.js", "terra-draw/package.json"),
    "terra-draw-adapter": (
        "terra-draw-maplibre-gl-adapter/dist/terra-draw-maplibre-gl-adapter.umd.js",
        "terra-draw-maplibre-gl-adapter/package.json",
    ),
    "pmtiles": ("pmtiles/dist/pmtiles.js", "pmtiles/package.json"),
    "htmx": ("htmx.org/dist/htmx.min.js", "htmx.org/LICENSE"),
    "be-vietnam-pro": ("@fontsource/be-vietnam-pro/LICENSE",),
}
FONT = "@fontsource/be-vietnam-pro"
FONT_WEIGHTS = (400, 500, 600, 700)


class BrowserLibraryMissingError(RuntimeError):
    """npm has not brought a file that the pages need."""


def vendor_folder() -> Path:
    """Folder of the copies; git ignores it."""
    return Path(__file__).resolve().parents[1] / "web" / "static" / "vendor"


def woff2_only(css: str) -> str:
    """Drop the older WOFF form from a @font-face sheet: every browser that shows the map has WOFF2.

    >>> woff2_only("src: url(a.woff2) format('woff2'), url(a.woff) format('woff');")
    "src: url(a.woff2) format('woff2');"
    """
    return re.sub(r",\s*url\([^)]*\.woff\) format\('woff'\)", "", css)


def without_source_map(script: str) -> str:
    """Drop the note that names a source map, which is not copied.

    >>> without_source_map("let a; //# sourceMappingURL=a.js.map")
    'let a; '
    """
    return re.sub(r"//# sourceMappingURL=\S+\s*$", "", script)


def copy(node_modules: Path, vendor: Path) -> list[Path]:
    """Lay the files of ``COPIED`` and the font under ``vendor``, in place of what is there.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    BrowserLibraryMissingError
        When one is not in ``node_modules``; then ``vendor`` stays as it was.
    """
    fresh = vendor.with_name(f"{vendor.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        for folder, files in COPIED.items():
            (fresh / folder).mkdir(parents=True)
            for file in files:
                _copy_one(node_modules / file, fresh / folder)
        _copy_font(node_modules / FONT, fresh / "be-vietnam-pro")
    except FileNotFoundError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        message = f"{error.filename} is missing: run ./run setup, which lets npm bring it."
        raise BrowserLibraryMissingError(message) from error
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)
    return sorted(file for file in vendor.rglob("*") if file.is_file())


def _copy_one(source: Path, folder: Path) -> None:
    if source.suffix in {".js", ".mjs"}:
        (folder / source.name).write_text(without_source_map(source.read_text()))
    else:
        shutil.copyfile(source, folder / source.name)


def _copy_font(package: Path, folder: Path) -> None:
    sheets = [woff2_only((package / f"{weight}.css").read_text()) for weight in FONT_WEIGHTS]
    sheet = "\n".join(sheets)
    (folder / "be-vietnam-pro.css").write_text(sheet)
    (folder / "files").mkdir()
    for name in sorted(set(re.findall(r"url\(\./files/([^)]+)\)", sheet))):
        shutil.copyfile(package / "files" / name, folder / "files" / name)


if __name__ == "__main__":
    try:
        copy(paths.project_folder() / "node_modules", vendor_folder())
    except BrowserLibraryMissingError as error:
        print(f"hatangso: {error}", file=sys.stderr)
        sys.exit(1)
