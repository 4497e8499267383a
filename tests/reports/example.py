"""A made-up unit's facts, made by hand: what the tests of this room write reports of."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import shapely

from hatangso.indicators import rules
from hatangso.indicators.rules import Conflict, ConflictKind, Goal, State, Value
from hatangso.reports.letterhead import committee_letterhead
from hatangso.reports.records import (
    AreaFacts,
    GroupFacts,
    IndicatorFacts,
    MapFacts,
    PlanFacts,
    ReportFacts,
    ResultFacts,
    TaskFacts,
    UnitFacts,
)

ON = date(2024, 12, 31)

VILLAGES = IndicatorFacts(
    code="village_mobile_broadband_share",
    name="Tỷ lệ thôn, bản được phủ sóng băng rộng di động",
    group="mobile",
    kind="ratio",
    unit="%",
    direction="up",
    bounded=True,
    numerator="thôn được phủ sóng",
    denominator="thôn",
    counted="thôn",
)
SPEED = IndicatorFacts(
    code="mobile_download_speed",
    name="Tốc độ băng rộng di động (tải xuống theo i-Speed)",
    group="mobile",
    kind="speed",
    unit="Mbps",
    direction="up",
)
ONLY_2G = IndicatorFacts(
    code="only_2g_user_share",
    name="Tỷ lệ người chỉ sử dụng điện thoại 2G",
    group="mobile",
    kind="ratio",
    unit="%",
    direction="down",
    bounded=True,
    numerator="người chỉ dùng điện thoại 2G",
    denominator="người dùng điện thoại di động",
    counted="người",
)
SUBSCRIPTIONS = IndicatorFacts(
    code="mobile_broadband_subs_per_100",
    name="Số thuê bao băng rộng di động/100 dân",
    group="mobile",
    kind="rate",
    unit="per 100 people",
    direction="up",
    numerator="thuê bao băng rộng di động",
    denominator="dân số",
    counted="thuê bao",
)
HOUSEHOLDS = IndicatorFacts(
    code="household_internet_share",
    name="Tỷ lệ hộ gia đình có truy nhập Internet",
    group="fixed",
    kind="ratio",
    unit="%",
    direction="up",
    bounded=True,
    numerator="hộ có truy nhập Internet",
    denominator="hộ",
    counted="hộ",
)
SWITCH_OFF = IndicatorFacts(
    code="mobile_2g_switch_off",
    name="Thực hiện đúng lộ trình tắt sóng 2G",
    group="mobile",
    kind="milestone",
    unit="yes/no",
    direction="up",
)


def figure(value: str, parts: tuple[int, int] | None = None, **more: object) -> Value:
    """Make a figure of the third quarter of 2024; `parts` are numerator and denominator."""
    known = {
        "value": Decimal(value),
        "as_of": date(2024, 9, 30),
        "period": "2024-Q3",
        "kind": "declared",
        "source": "Biểu tổng hợp quý III/2024",
    }
    if parts:
        known["numerator"], known["denominator"] = map(Decimal, parts)
    return Value(**(known | more))  # type: ignore[arg-type]


def result(indicator: IndicatorFacts, goal: Goal, value: Value | None, **more) -> ResultFacts:  # type: ignore[no-untyped-def]
    """Make a result whose state and gap follow from the rules."""
    measure = rules.Measure(
        code=indicator.code,
        kind=indicator.kind,
        unit=indicator.unit,
        direction=indicator.direction,
        rollup="sum",
        scale=100 if indicator.unit in {"%", "per 100 people"} else 1,
    )
    known = {"plan": "12/KH-UBND", "owner": "tỉnh Đá Bạc"} | more
    if value is None:
        state = State.NO_DATA
    else:
        state = State.MET if rules.met(measure, goal, value.value) else State.BEHIND
    return ResultFacts(
        indicator=indicator,
        goal=goal,
        state=state,
        figure=value,
        gap=rules.gap(measure, goal, value),
        **known,
    )


def goal(value: str, comparator: str = ">=") -> Goal:
    """Make a goal for 2025."""
    return Goal(value=Decimal(value), comparator=comparator, year=2025)


def square(column: int, row: int) -> shapely.Polygon:
    """Make a square of a tenth of a degree."""
    west, south = 106 + column / 10, 16 + row / 10
    return shapely.box(west, south, west + 0.1, south + 0.1)


def facts(**changes: object) -> ReportFacts:
    """Make the facts of the made-up province of Đá Bạc on the last day of 2024."""
    names = ["xã Suối Hoa", "xã Đồi Thông", "phường Bến Cũ", "xã Khe Sậy", "xã Ruộng Thượng"]
    values = [("100", (12, 12)), ("75", (9, 12)), ("50", (4, 8)), None, ("90", (9, 10))]
    by_unit = [{VILLAGES.code: figure(each[0], each[1])} if each else {} for each in values]
    rolled = figure(
        str(Decimal(3400) / 42),
        (34, 42),
        reported=4,
        expected=5,
        missing=("xã Khe Sậy",),
        as_of=ON,
        period="2024",
    )
    mobile = (
        result(VILLAGES, goal("95"), rolled),
        result(SPEED, goal("40", "="), figure("34.41", published=True)),
        result(ONLY_2G, goal("5", "<="), figure("4.2", (210, 5000), kind="measured")),
        result(SUBSCRIPTIONS, goal("85", "="), figure("104.5", (20900, 20000))),
        result(SWITCH_OFF, goal("1", "="), None),
    )
    fixed = (result(HOUSEHOLDS, goal("90"), None),)
    known = ReportFacts(
        unit="tỉnh Đá Bạc",
        level="province",
        on=ON,
        letterhead=committee_letterhead("tỉnh Đá Bạc", "province", ON),
        groups=(
            GroupFacts("mobile", "Mạng băng rộng di động", mobile),
            GroupFacts("fixed", "Mạng băng rộng cố định", fixed),
        ),
        plans=(
            PlanFacts(
                title="KẾ HOẠCH Phát triển hạ tầng số trên địa bàn tỉnh Đá Bạc",
                number="12/KH-UBND",
                issued_on="2023-01-05",
                issuer="UBND tỉnh Đá Bạc",
                period="2023 - 2025",
            ),
        ),
        below_level="commune",
        below=tuple(UnitFacts(name, found) for name, found in zip(names, by_unit, strict=True)),
        conflicts=(
            Conflict(
                ConflictKind.LOWER,
                "xã Suối Hoa",
                "tỉnh Đá Bạc",
                VILLAGES.code,
                Decimal(80),
                Decimal(95),
                "%",
            ),
            Conflict(
                ConflictKind.PLAN_ABSENT, "xã Đồi Thông", "UBND huyện Đá", reference="7/KH-UBND"
            ),
        ),
        indicator_names={VILLAGES.code: VILLAGES.name},
        tasks=(
            TaskFacts(
                "Phủ sóng các thôn chưa có băng rộng di động.",
                due="2025-06",
                lead=("Sở Khoa học và Công nghệ",),
                coordinate=("Doanh nghiệp viễn thông", "UBND các xã"),
            ),
            TaskFacts("Rà soát, chỉnh trang cáp treo trên địa bàn phường Bến Cũ."),
        ),
        maps=(
            MapFacts(
                indicator=VILLAGES,
                goal=goal("95"),
                within="tỉnh Đá Bạc",
                level="commune",
                areas=tuple(
                    AreaFacts(name, square(number % 3, number // 3), found.get(VILLAGES.code))
                    for number, (name, found) in enumerate(zip(names, by_unit, strict=True))
                ),
                source="Biểu tổng hợp quý III/2024",
            ),
        ),
        made_up=True,
    )
    return replace(known, **changes)  # type: ignore[arg-type]
