"""What leaves: one figure with all that a reader of the file needs."""

from dataclasses import dataclass
from decimal import Decimal

from hatangso.indicators.observation_table import unmistakable

MAX_BYTES = 50 * 1024 * 1024
TOO_LARGE = "Tệp lớn hơn 50 MB. / The file is over 50 MB."


@dataclass(frozen=True, slots=True)
class Exported:
    """A figure as it leaves: its parts where they are known, and always its value.

    `measure` is the indicator's unit: "%", "Mbps".
    """

    unit_code: str
    indicator: str
    period: str
    kind: str
    value: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    estimated: bool = False
    note: str = ""
    unit_name: str = ""
    indicator_name: str = ""
    measure: str = ""

    @property
    def has_parts(self) -> bool:
        """Whether numerator and denominator are known."""
        return self.numerator is not None and self.denominator is not None


def written(number: Decimal | None) -> str:
    """A number as files carry it: a point, no exponent, one reading; nothing where missing."""
    return "" if number is None else unmistakable(number)


def cells(figure: Exported) -> dict[str, str]:
    """A figure as the cells of a row, which read back to the same figure."""
    return {
        "unit_code": figure.unit_code,
        "unit_name": figure.unit_name,
        "indicator": figure.indicator,
        "indicator_name": figure.indicator_name,
        "period": figure.period,
        "numerator": written(figure.numerator),
        "denominator": written(figure.denominator),
        "value": "" if figure.has_parts else written(figure.value),
        "kind": figure.kind,
        "estimated": "1" if figure.estimated else "",
        "note": figure.note,
    }
