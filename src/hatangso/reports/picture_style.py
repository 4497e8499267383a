"""What all pictures of a report share: font, sizes, and how a figure becomes a PNG."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font

#: Times New Roman where the machine has it, else a font of the same widths, else what is there.
FONTS = ("Times New Roman", "Liberation Serif", "Tinos", "DejaVu Serif")
FAMILY = "Hatangso Report"
DOTS_PER_INCH = 200
#: Width of the text of a page, in inches.
WIDTH_INCH = 165 / 25.4
INK = "#1a1a1a"
QUIET = "#595959"


@cache
def vietnamese_font() -> str:
    """Family to draw with: the first of `FONTS` whose files hold every Vietnamese letter.

    A name is not enough: Debian has an old and a new Liberation Serif of one name, and the old
    one lacks the letters with two marks, which would then come from another font. The files that
    hold them get a family of their own.
    """
    manager = font_manager.fontManager
    for name in FONTS:
        chosen = {
            (entry.style, entry.weight): entry
            for entry in manager.ttflist
            if entry.name == name and _holds_vietnamese(entry)
        }
        if {("normal", 400), ("normal", 700)} <= chosen.keys():
            manager.ttflist += [replace(entry, name=FAMILY) for entry in chosen.values()]
            return FAMILY
    return "DejaVu Serif"  # matplotlib carries it


def _holds_vietnamese(entry: font_manager.FontEntry) -> bool:
    held = get_font(entry.fname).get_charmap()
    return all(ord(letter) in held for letter in "ăâđêôơưẤẫệỉốỘợữựỷỹ")


@contextmanager
def style() -> Iterator[None]:
    """Draw with the report's font; nothing of it stays set afterwards."""
    settings: Any = {
        "font.family": vietnamese_font(),
        "font.size": 9.5,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": QUIET,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.linewidth": 0.6,
        "hatch.linewidth": 0.5,
        "svg.fonttype": "none",
    }
    with mpl.rc_context(settings):
        yield


def png(figure: Figure) -> bytes:
    """Return the figure as a PNG; two equal figures make equal bytes."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return buffer.getvalue()
