"""An indicator that a plan states and the catalogue lacks, entered by hand, without code."""

import re
import unicodedata
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from hatangso.catalogue.models import Indicator, IndicatorVersion

#: Kind of an indicator by its unit; what is none of these counts things: a mean of no parts.
_KINDS = {
    "%": Indicator.Kind.RATIO,
    "per 100 people": Indicator.Kind.RATE,
    "Mbps": Indicator.Kind.SPEED,
    "yes/no": Indicator.Kind.MILESTONE,
}
_ROLLUPS = {
    Indicator.Kind.SPEED: Indicator.Rollup.TESTS,
    Indicator.Kind.MILESTONE: Indicator.Rollup.ALL,
}
GROUPS = ("mobile", "fixed", "passive", "cloud", "technology", "platform")
MAX_NAME = 300


class AdditionError(ValueError):
    """An indicator cannot be added; the message says why and what to do. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Addition:
    """What someone says of a new indicator.

    Attributes
    ----------
    name_vi, name_en
        Its name; the English one may be empty.
    unit
        Of the catalogue, or a counted noun.
    direction
        "up" where more is better, else "down".
    group
        One of `GROUPS`.
    numerator_vi, denominator_vi
        What a share is of; both or neither. A rate per 100 people has the people below.
    counted_vi
        What a gap is counted in: "thôn".
    source
        Plan or law that it comes from.
    """

    name_vi: str
    unit: str
    direction: str
    group: str
    name_en: str = ""
    numerator_vi: str = ""
    denominator_vi: str = ""
    counted_vi: str = ""
    source: str = ""


def code_of(name: str) -> str:
    """Code of an indicator from its Vietnamese name: ASCII, words joined by underscores."""
    bare = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(char for char in bare if not unicodedata.combining(char)).lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60].rstrip("_")


def _checked(addition: Addition) -> Addition:
    if not code_of(addition.name_vi):
        raise AdditionError("Hãy ghi tên chỉ tiêu. / Give the indicator's name.")
    if len(addition.name_vi) > MAX_NAME or len(addition.name_en) > MAX_NAME:
        raise AdditionError("Tên dài quá 300 ký tự. / The name is longer than 300 characters.")
    if not addition.unit.strip() or len(addition.unit) > 40:
        raise AdditionError("Hãy ghi đơn vị tính. / Give the unit of measure.")
    if addition.direction not in Indicator.Direction.values:
        raise AdditionError(
            "Hãy chọn chiều tốt lên: tăng hay giảm. / Say whether more or less is better."
        )
    if addition.group not in GROUPS:
        raise AdditionError("Hãy chọn nhóm chỉ tiêu. / Choose the indicator's group.")
    if bool(addition.numerator_vi.strip()) != bool(addition.denominator_vi.strip()):
        raise AdditionError(
            "Hãy ghi cả tử số và mẫu số, hoặc bỏ trống cả hai. "
            "/ Give both the numerator and the denominator, or neither."
        )
    if addition.unit in {"%", "per 100 people"} and not addition.numerator_vi.strip():
        raise AdditionError(
            "Tỷ lệ cần có tử số và mẫu số để cộng được từ cấp dưới. "
            "/ A ratio needs its numerator and denominator, so that it can be rolled up."
        )
    if any(
        len(words) > most
        for words, most in (
            (addition.numerator_vi, 200),
            (addition.denominator_vi, 200),
            (addition.counted_vi, 60),
        )
    ):
        raise AdditionError("Tử số, mẫu số hay tên đếm quá dài. / A part's name is too long.")
    return addition


def _stated(said: Addition) -> dict[str, object]:
    """Columns of the catalogue that follow from what someone said."""
    kind = _KINDS.get(said.unit, Indicator.Kind.MEAN)
    return {
        "code": code_of(said.name_vi),
        "group": said.group,
        "kind": kind,
        "unit": said.unit.strip(),
        "direction": said.direction,
        "rollup": _ROLLUPS.get(kind, Indicator.Rollup.SUM),
        "scale": 100 if said.unit in {"%", "per 100 people"} else 1,
        "bounded": said.unit == "%",
        "name_vi": said.name_vi.strip(),
        "name_en": said.name_en.strip() or said.name_vi.strip(),
        "numerator_vi": said.numerator_vi.strip(),
        "denominator_vi": said.denominator_vi.strip(),
        "counted_vi": said.counted_vi.strip(),
        "source": said.source[:300],
    }


@transaction.atomic
def add_indicator(addition: Addition, reason: str) -> Indicator:
    """Add an indicator to the catalogue, with its first version.

    Saying the very same again, as a second click on the same button does, adds nothing and gives
    what was added.

    Raises
    ------
    AdditionError
        When something lacks, or another indicator has the name; nothing is changed.
    """
    stated = _stated(_checked(addition))
    name = stated["name_vi"]
    # One addition at a time: the second of two clicks waits here until it sees what the first did.
    last = Indicator.objects.select_for_update().order_by("-position", "-pk").first()
    same = Indicator.objects.filter(Q(name_vi__iexact=name) | Q(code=stated["code"])).first()
    if same is not None:
        if all(getattr(same, column) == value for column, value in stated.items()):
            return same
        raise AdditionError(
            f"Danh mục đã có chỉ tiêu «{name}»: hãy chọn nó trong danh sách. "
            "/ The catalogue has this indicator already: choose it from the list."
        )
    indicator = Indicator.objects.create(position=last.position + 1 if last else 1, **stated)
    skipped = {"id", "position"}
    IndicatorVersion.objects.create(
        indicator=indicator,
        version=1,
        definition={
            field.name: str(getattr(indicator, field.name))
            for field in Indicator._meta.concrete_fields
            if field.name not in skipped and getattr(indicator, field.name) not in {None, ""}
        },
        reason=reason[:300],
    )
    return indicator
