"""Places along an axis, in percent as an SVG attribute wants them. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis: percent across, or pixels from the top."""

    at: str
    label: str
    anchor: str = "middle"


def percent(value: float, low: float, high: float) -> str:
    """Place of a value between two others: "35.2%" (a point, whatever the language).

    Examples
    --------
    >>> percent(5, 0, 20)
    '25.0%'
    """
    span = high - low
    share = 0.0 if span <= 0 else (value - low) / span * 100
    return f"{max(0.0, min(100.0, share)):.1f}%"


def pixels(value: float, low: float, high: float, height: float) -> str:
    """Height of a value on a chart, told in pixels from its top."""
    span = high - low
    share = 0.5 if span <= 0 else (value - low) / span
    return f"{height * (1 - max(0.0, min(1.0, share))):.1f}"
