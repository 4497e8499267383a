"""Whole plans of our own: a decision that carries one, a commune's, a city's with a table."""

from functools import cache
from pathlib import Path

import pytest

from hatangso.engines.plantext import PlanReading, read_plan

PLANS = Path(__file__).parent / "plans"


@cache
def read(name: str) -> PlanReading:
    return read_plan((PLANS / f"{name}.txt").read_text(encoding="utf-8"))


def facts(reading: PlanReading) -> list[tuple]:
    return [(t.indicator, t.comparator, t.value, t.unit, t.year) for t in reading.targets]


def bodies(reading: PlanReading) -> list[list[tuple[str, str]]]:
    parts = {i for i, s in enumerate(reading.sections) if s.role == "organisation"}
    return [[(b.name, b.role) for b in t.bodies] for t in reading.tasks if t.section in parts]


class TestDecisionWithPlan:
    @pytest.fixture
    def reading(self) -> PlanReading:
        return read("decision-with-plan")

    def test_header(self, reading: PlanReading) -> None:
        head = reading.header
        assert head.number == "1520/QĐ-UBND"
        assert head.issued_on == "2024-03-05"
        assert (head.issuer, head.level) == ("UBND tỉnh Hoàng Sơn", "province")
        assert head.title.startswith("Phát triển hạ tầng số trên địa bàn tỉnh Hoàng Sơn")
        assert head.period_end == 2025
        assert [r.number for r in head.amends] == ["88/QĐ-UBND"]
        assert [(r.number, r.date) for r in head.legal_bases] == [
            ("Luật Tổ chức chính quyền địa phương", "2015-06-19"),
            ("24/2023/QH15", "2023-11-24"),
            ("36/QĐ-TTg", "2024-01-11"),
        ]
        assert head.signer == "Trần Văn Minh"

    def test_targets(self, reading: PlanReading) -> None:
        assert facts(reading) == [
            ("village_mobile_broadband_share", "=", 100, "%", 2025),
            ("village_fibre_share", "=", 100, "%", 2025),
            ("household_fibre_share", ">", 85, "%", 2025),
            ("bts_site_sharing_share", "=", 30, "%", 2025),
            ("pole_sharing_share", ">=", 90, "%", 2025),
            ("fixed_download_speed", "=", 150, "Mbps", 2025),
            ("agency_cloud_share", "=", 100, "%", 2025),
            ("enterprise_domestic_cloud_share", ">=", 70, "%", 2025),
            (None, "=", 100, "%", 2025),
            ("population_5g_share", "=", 99, "%", 2030),
            (None, "=", 100, "%", 2030),
            ("cloud_accounts_per_person", ">=", 2, "accounts per person", 2030),
            (None, "=", 42, "thôn", 2024),
            (None, "=", 100, "%", 2025),
        ]
        assert [t.group for t in reading.targets[-2:]] == ["task", "task"]

    def test_baselines(self, reading: PlanReading) -> None:
        known = [(b.indicator, b.value, b.as_of) for b in reading.baselines if b.indicator]
        assert known == [
            ("bts_site_sharing_share", 16.5, None),
            ("household_fibre_share", 71.3, "2023"),
            ("village_mobile_broadband_share", 96.8, "2023"),
        ]
        assert (None, 1245) in [(b.indicator, b.value) for b in reading.baselines]

    def test_bodies(self, reading: PlanReading) -> None:
        assert bodies(reading)[:2] == [
            [
                ("Sở Thông tin và Truyền thông", "lead"),
                ("Sở Xây dựng", "coordinate"),
                ("Sở Giao thông vận tải", "coordinate"),
                ("UBND các huyện, thành phố", "coordinate"),
            ],
            [("Sở Tài chính", "lead"), ("Sở Kế hoạch và Đầu tư", "coordinate")],
        ]
        assert bodies(reading)[-1] == [
            ("Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh", "do"),
            ("các tổ chức chính trị - xã hội", "do"),
        ]

    def test_time(self, reading: PlanReading) -> None:
        times = {(t.due, t.recurrence) for t in reading.tasks}
        assert {("2025-12-31", None), ("--06-15", "half-yearly"), (None, "quarterly")} <= times


class TestShortCommune:
    @pytest.fixture
    def reading(self) -> PlanReading:
        return read("short-commune")

    def test_header(self, reading: PlanReading) -> None:
        head = reading.header
        assert (head.number, head.issued_on) == ("12/KH-UBND", "2024-02-09")
        assert head.issuer_places == ("xã Bình An", "huyện Sông Thao")
        assert (head.issuer, head.level) == ("UBND xã Bình An", "commune")
        assert (head.period_start, head.period_end) == (2024, 2024)
        assert [r.number for r in head.carries_out] == ["08/KH-UBND"]
        assert head.signer == "Nguyễn Thị Lan Anh"
        assert head.recipients == ("UBND huyện (b/c)", "Lưu: VT")

    def test_goals_in_one_paragraph(self, reading: PlanReading) -> None:
        assert facts(reading) == [
            ("village_mobile_broadband_share", "=", 100, "%", 2024),
            ("household_fibre_share", "=", 85, "%", 2024),
            ("adult_smartphone_share", "=", 80, "%", 2024),
            (None, "=", 100, "%", 2024),
            (None, "=", 5, "điểm wifi", 2024),
            (None, "=", 2, "vùng lõm", 2024),
        ]

    def test_bodies_before_a_colon(self, reading: PlanReading) -> None:
        assert bodies(reading) == [
            [("Công chức Văn hóa - Xã hội", "lead")],
            [("Trưởng các thôn", "coordinate")],
            [("Đoàn Thanh niên xã", "do"), ("Tổ công nghệ số cộng đồng", "do")],
        ]


class TestAmendingCityWithTable:
    @pytest.fixture
    def reading(self) -> PlanReading:
        return read("amending-city-table")

    def test_header(self, reading: PlanReading) -> None:
        head = reading.header
        assert (head.number, head.issued_on) == ("77/KH-UBND", "2025-05-20")
        assert (head.issuer, head.level) == ("UBND thành phố Nam Hải", "province")
        assert [r.number for r in head.amends] == ["15/KH-UBND"]

    def test_table(self, reading: PlanReading) -> None:
        assert facts(reading) == [
            ("household_fibre_share", "=", 90, "%", 2025),
            ("household_fibre_share", ">=", 95, "%", 2026),
            ("mobile_broadband_subs_per_100", "=", 105, "per 100 people", 2025),
            ("mobile_broadband_subs_per_100", "=", 110, "per 100 people", 2026),
            ("mobile_download_speed", "=", 80, "Mbps", 2025),
            ("mobile_download_speed", "=", 100, "Mbps", 2026),
            ("population_5g_share", "=", 40, "%", 2025),
            ("population_5g_share", "=", 70, "%", 2026),
            (None, "=", 80, "điểm", 2025),
            (None, "=", 1200, "điểm", 2026),
            (None, "=", 100, "%", 2026),
        ]
        assert [(b.indicator, b.value, b.as_of) for b in reading.baselines][:2] == [
            ("household_fibre_share", 82.5, "2024"),
            ("mobile_broadband_subs_per_100", 98, "2024"),
        ]

    def test_bodies_inside_sentences(self, reading: PlanReading) -> None:
        assert bodies(reading) == [
            [("Sở Khoa học và Công nghệ", "lead")],
            [("Công an thành phố", "coordinate"), ("Sở Khoa học và Công nghệ", "coordinate")],
            [("UBND các quận, huyện, phường, xã", "do")],
        ]
        assert reading.tasks[-1].due == "2025-06-30"


class TestDepartmentInParagraphs:
    @pytest.fixture
    def reading(self) -> PlanReading:
        return read("department-paragraphs")

    def test_issuer_is_the_department(self, reading: PlanReading) -> None:
        assert reading.header.issuer == "Sở Thông tin và Truyền thông tỉnh Đông Hải"

    def test_targets(self, reading: PlanReading) -> None:
        known = [f for f in facts(reading) if f[0]]
        assert known == [
            ("population_5g_share", "=", 25, "%", 2025),
            ("village_fibre_share", "=", 100, "%", 2025),
            ("population_5g_share", "=", 99, "%", 2030),
            ("household_fibre_passed_share", "=", 100, "%", 2030),
            ("fixed_download_speed", "=", 1000, "Mbps", 2030),
            ("only_2g_user_share", "<", 3, "%", 2024),
            ("adult_smartphone_share", ">=", 80, "%", 2024),
            ("ipv6_system_share", "=", 100, "%", 2024),
            ("smartphone_subscription_share", "=", 88.2, "%", 2024),
            ("fixed_broadband_subs_per_100", "=", 24.5, "per 100 people", 2024),
            ("mobile_broadband_subs_per_100", "=", 98, "per 100 people", 2024),
            ("village_mobile_broadband_share", "=", 100, "%", 2024),
            ("mobile_download_speed", "=", 85.07, "Mbps", 2024),
            ("fixed_download_speed", "=", 200, "Mbps", 2024),
            ("bts_site_sharing_share", "=", 20, "%", 2024),
            ("pole_sharing_share", "=", 95, "%", 2024),
            ("duct_sharing_share", "=", 50, "%", 2024),
            ("bts_site_sharing_share", "=", 30, "%", 2024),
            ("new_bts_sharing_share", "=", 15, "%", 2024),
            ("village_mobile_broadband_share", "=", 100, "%", 2024),
            ("agency_platform_share", "=", 100, "%", 2024),
        ]

    def test_a_negated_subject_is_another_figure(self, reading: PlanReading) -> None:
        found = next(t for t in reading.targets if "chưa có truy nhập" in t.quote)
        assert (found.indicator, found.comparator, found.value) == (None, "<=", 2)


class TestWardInTwoColumns:
    @pytest.fixture
    def reading(self) -> PlanReading:
        return read("ward-two-columns")

    def test_head_and_foot_side_by_side(self, reading: PlanReading) -> None:
        head = reading.header
        assert (head.number, head.issued_on) == ("45/KH-UBND", "2025-08-12")
        assert head.title == (
            "Thực hiện phát triển hạ tầng số trên địa bàn phường Hoa Lư giai đoạn 2025 - 2030"
        )
        assert head.issuer_places == ("phường Hoa Lư", "tỉnh Trường Sơn")
        assert [r.number for r in head.carries_out] == ["112/KH-UBND"]
        assert head.signer == "Phạm Văn Hùng"
        assert head.recipients == ("UBND tỉnh (b/c)", "Lưu: VT")

    def test_two_years_under_two_headings(self, reading: PlanReading) -> None:
        assert facts(reading) == [
            ("village_fibre_share", "=", 100, "%", 2025),
            ("household_fibre_share", ">", 90, "%", 2025),
            ("adult_smartphone_share", ">", 90, "%", 2025),
            ("population_5g_share", "=", 99, "%", 2030),
            ("household_fibre_passed_share", "=", 100, "%", 2030),
            ("household_fibre_share", "=", 98, "%", 2030),
            (None, "=", 15, "trạm BTS", 2030),
            (None, "=", 5.5, "km", 2026),
            ("household_fibre_share", "=", 80, "%", 2030),
        ]

    def test_bodies(self, reading: PlanReading) -> None:
        assert bodies(reading) == [
            [
                ("Phòng Văn hóa - Xã hội", "lead"),
                ("Phòng Kinh tế, Hạ tầng và Đô thị", "coordinate"),
                ("Công an phường", "coordinate"),
            ],
            [("Phòng Văn hóa - Xã hội", "do")],
            [
                ("Phòng Kinh tế, Hạ tầng và Đô thị", "do"),
                ("Phòng Văn hóa - Xã hội", "coordinate"),
            ],
            [("Công an phường", "do")],
            [
                ("Ủy ban MTTQ Việt Nam phường", "do"),
                ("các tổ chức chính trị - xã hội", "do"),
            ],
            [("Các tổ dân phố", "coordinate")],
            [("VNPT", "do"), ("Viettel", "do"), ("MobiFone trên địa bàn", "do")],
            [("các đơn vị", "do")],
        ]

    def test_time(self, reading: PlanReading) -> None:
        assert [(t.due, t.recurrence) for t in reading.tasks if t.due or t.recurrence] == [
            (None, "regular"),
            ("2026", None),
            (None, "quarterly"),
            ("2026-12", None),
        ]


def test_unit_is_resolved_at_the_plans_date() -> None:
    text = (PLANS / "short-commune.txt").read_text(encoding="utf-8")
    asked: list = []

    def resolve(places, on):
        asked.append((places, on.isoformat()))
        return "00001"

    assert read_plan(text, resolve_unit=resolve).header.unit_code == "00001"
    assert asked == [(["xã Bình An", "huyện Sông Thao"], "2024-02-09")]


def test_two_plans_in_one_file_read_the_first_and_say_so() -> None:
    text = (PLANS / "short-commune.txt").read_text(encoding="utf-8")
    reading = read_plan(text + "\n\n" + text)
    assert "two-plans" in [w.code for w in reading.warnings]
    assert facts(reading) == facts(read_plan(text))


def test_half_a_plan_says_what_is_missing() -> None:
    text = (PLANS / "short-commune.txt").read_text(encoding="utf-8")
    codes = [w.code for w in read_plan(text[: len(text) // 2]).warnings]
    assert {"no-organisation-part", "no-signer"} <= set(codes)


@pytest.mark.parametrize("text", ["", " \n\t\n", "\ufeff"])
def test_empty(text: str) -> None:
    reading = read_plan(text)
    assert not reading.is_plan
    assert [w.code for w in reading.warnings] == ["empty"]


def test_what_is_no_plan() -> None:
    reading = read_plan("Phở bò\n\nNguyên liệu: 500 g thịt bò, 1 kg bánh phở. Nấu trong 3 giờ.")
    assert not reading.is_plan
    assert not reading.targets


def test_a_page_number_in_mid_sentence_is_not_read() -> None:
    text = (
        "KẾ HOẠCH\nPhát triển hạ tầng số xã Bình An năm 2024\n\nI. MỤC TIÊU\n\n"
        "- Phấn đấu 70% doanh nghiệp trên địa bàn xã sử dụng dịch vụ điện toán\n\n2\n\f\n"
        "đám mây do doanh nghiệp trong nước cung cấp.\n"
    )
    (target,) = read_plan(text).targets
    assert target.indicator == "enterprise_domestic_cloud_share"
    assert text[target.start : target.end] == target.quote


def test_line_ends_of_windows_read_the_same() -> None:
    text = (PLANS / "decision-with-plan.txt").read_text(encoding="utf-8")
    assert facts(read_plan(text.replace("\n", "\r\n"))) == facts(read_plan(text))


class TestDistrictInOneParagraph:
    @pytest.fixture
    def reading(self) -> PlanReading:
        return read("district-paragraph")

    def test_header(self, reading: PlanReading) -> None:
        head = reading.header
        assert (head.issuer, head.level) == ("UBND huyện Đại Lộc Sơn", "district")
        assert head.issuer_places == ("huyện Đại Lộc Sơn", "tỉnh Hòa Giang")
        assert [r.number for r in head.carries_out] == ["99/KH-UBND"]

    def test_targets(self, reading: PlanReading) -> None:
        assert facts(reading) == [
            ("village_mobile_broadband_share", "=", 100, "%", 2025),
            ("household_fibre_share", ">=", 80, "%", 2025),
            ("adult_smartphone_share", ">=", 85, "%", 2025),
            ("only_2g_user_share", "<=", 5, "%", 2025),
            ("fixed_download_speed", "=", 1000, "Mbps", 2025),
            ("cloud_accounts_per_adult", "=", 1, "accounts per adult", 2025),
            ("mobile_broadband_subs_per_100", "=", 95, "per 100 people", 2025),
            ("commune_office_dedicated_network_share", "=", 100, "%", 2025),
            (None, ">=", 12, "trạm BTS", 2025),
        ]

    def test_baselines(self, reading: PlanReading) -> None:
        assert [(b.indicator, b.value, b.as_of) for b in reading.baselines] == [
            ("village_mobile_broadband_share", 96, "2023-06"),
            ("household_fibre_share", 58.3, "2023-06"),
            ("bts_site_sharing_share", 35, "2023-06"),
        ]

    def test_bodies(self, reading: PlanReading) -> None:
        assert bodies(reading) == [
            [
                ("Phòng Văn hóa và Thông tin", "lead"),
                ("các phòng, ban, ngành", "coordinate"),
                ("UBND các xã, thị trấn", "coordinate"),
            ],
            [("Phòng Tài chính - Kế hoạch", "do")],
            [("UBND các xã, thị trấn", "do")],
            [("Trung tâm Văn hóa, Thông tin và Thể thao", "coordinate")],
            [("Các doanh nghiệp viễn thông", "do")],
        ]
