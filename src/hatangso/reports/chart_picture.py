"""A chart of progress: each indicator's value as a share of its target, drawn without a browser."""

import textwrap
from collections.abc import Sequence
from decimal import Decimal

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from hatangso.indicators.rules import State
from hatangso.reports import picture_style, wording
from hatangso.reports.records import ResultFacts
from hatangso.reports.state_colours import COLOURS

#: Bars of what is not met are hatched: on a grey printer the colours look alike.
HATCH = "/////"
#: Longest bar; a value beyond it is cut there and says its number.
MOST_PERCENT = 130.0


def progress_percent(result: ResultFacts) -> float | None:
    """Value as a share of the target. [%]; None where either says nothing.

    100 is the target. Where lower is better the share is turned over, so that a bar beyond 100
    has met its target everywhere.
    """
    if result.figure is None:
        return None
    value, wanted = result.figure.value, result.goal.value
    if result.indicator.direction == "down":
        value, wanted = wanted, value
    if wanted == 0:
        return 100.0 if result.state is State.MET else None
    return float(value / wanted * 100)


def draw(results: Sequence[ResultFacts], made_up: bool = False, note: str = "") -> bytes:
    """Draw the chart of the indicators that have a figure.

    Parameters
    ----------
    results
        Targets in the order in which they are shown, from the top down.
    made_up
        Whether the picture bears the mark of made-up figures.
    note
        Source and date, at the foot.

    Returns
    -------
    bytes
        PNG.
    """
    shown = [
        (result, share) for result in results if (share := progress_percent(result)) is not None
    ]
    with picture_style.style():
        # Twenty-odd targets still leave room for a caption on the page.
        height = 1.1 + max(0.29, min(0.36, 7.2 / max(len(shown), 1))) * len(shown)
        figure = Figure(figsize=(picture_style.WIDTH_INCH, height))
        axes = figure.add_axes((0.40, 0.85 / height, 0.37, 1 - 1.07 / height))
        for row, (result, share) in enumerate(shown):
            _bar(axes, row, result, share)
        axes.set_ylim(len(shown) - 0.4, -0.6)
        axes.set_xlim(0, MOST_PERCENT)
        axes.set_xticks([0, 25, 50, 75, 100, 125])
        axes.set_xlabel("Kết quả so với mục tiêu (%); vạch đứng là mục tiêu", fontsize=8.5)
        axes.tick_params(axis="y", length=0)
        axes.set_yticks(
            range(len(shown)),
            ["\n".join(_two_lines(result.indicator.name)) for result, _ in shown],
            fontsize=8,
        )
        axes.axvline(100, color=picture_style.INK, linewidth=1.2, zorder=3)
        axes.xaxis.grid(visible=True, color="#d9d9d9", linewidth=0.5)
        axes.set_axisbelow(True)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        if made_up:
            figure.text(
                0.99, 0.995, wording.MADE_UP, ha="right", va="top", fontsize=8, weight="bold"
            )
        _legend(figure, [result.state for result, _ in shown], 0.27 / height)
        if note:
            figure.text(0.01, 0.03 / height, note, ha="left", va="bottom", fontsize=7.5)
        return picture_style.png(figure)


def _two_lines(name: str) -> list[str]:
    """Break a name over two lines at most; what does not fit ends in an ellipsis."""
    lines = textwrap.wrap(name, 42)
    return lines if len(lines) <= 2 else [lines[0], f"{lines[1][:39].rstrip()}…"]


def _legend(figure: Figure, states: Sequence[State], bottom: float) -> None:
    """Say in words what each colour and the hatching stand for; only what is drawn."""
    present = [state for state in State if state in set(states)]
    handles = [
        Patch(
            facecolor=COLOURS[state] if state is State.MET else "white",
            edgecolor=COLOURS[state],
            hatch=None if state is State.MET else HATCH,
            label=wording.STATES[state],
        )
        for state in present
    ]
    figure.legend(
        handles=handles,
        loc="lower center",
        bbox_to_anchor=(0.5, bottom),
        ncols=len(handles),
        frameon=False,
        fontsize=8,
        handlelength=1.8,
        columnspacing=1.4,
        borderaxespad=0,
    )


def _bar(axes, row: int, result: ResultFacts, share: float) -> None:  # type: ignore[no-untyped-def]
    met = result.state is State.MET
    colour = COLOURS[result.state]
    axes.barh(
        row,
        min(share, MOST_PERCENT),
        height=0.58,
        color=colour if met else "white",
        edgecolor=colour,
        hatch=None if met else HATCH,
        linewidth=0.9,
        zorder=2,
    )
    figure = result.figure
    value = wording.quantity(figure.value if figure else Decimal(0), result.indicator.unit)
    sign = wording.goal_sign(result.goal, result.indicator.unit, result.indicator.direction)
    wanted = "" if result.indicator.unit == "yes/no" else f"\nmục tiêu {sign}"
    axes.text(
        MOST_PERCENT * 1.02,
        row,
        f"{value}{wanted}",
        va="center",
        ha="left",
        fontsize=8,
        linespacing=1.05,
    )
