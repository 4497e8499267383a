"""More whole plans of our own: a new commune's, a decision's articles, tables of goals and tasks.

The texts were written before the reader saw them. The expected values came from the reader after it
was mended on them, and were then read through against the text: they hold what is right today, and
say nothing of how the reader does on a text that it has not met.
"""

import io
import random
import textwrap
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path

import docx
import pytest

from hatangso.engines.plantext import PlanReading, read_plan
from hatangso.engines.plantext.documents import text_of

PLANS = Path(__file__).parent / "plans"
P100 = "per 100 people"


@cache
def text(name: str) -> str:
    return (PLANS / f"{name}.txt").read_text(encoding="utf-8")


@cache
def read(name: str) -> PlanReading:
    return read_plan(text(name))


def facts(reading: PlanReading, *groups: str) -> list[tuple]:
    return [
        (t.indicator, t.comparator, t.value, t.unit, t.year)
        for t in reading.targets
        if not groups or t.group in groups
    ]


def bodies(reading: PlanReading) -> list[list[tuple[str, str]]]:
    return [[(b.name, b.role) for b in t.bodies] for t in reading.tasks]


class TestNewCommune:
    """After July 2025: two levels of government, goals for two years in two paragraphs."""

    @pytest.fixture
    def reading(self) -> PlanReading:
        return read("new-commune-semicolons")

    def test_header(self, reading: PlanReading) -> None:
        head = reading.header
        assert (head.number, head.issued_on) == ("46/KH-UBND", "2025-09-18")
        assert (head.issuer, head.level) == ("UBND xã Đồng Lạc", "commune")
        assert (head.period_start, head.period_end) == (2025, 2030)
        assert [r.number for r in head.carries_out] == ["172/KH-UBND"]
        assert head.signer == "Hoàng Thị Bích Liên"
        assert len(head.recipients) == 5

    def test_targets(self, reading: PlanReading) -> None:
        assert facts(reading) == [
            ("village_mobile_broadband_share", "=", 100, "%", 2025),
            ("household_fibre_share", ">", 88, "%", 2025),
            ("adult_smartphone_share", ">=", 85, "%", 2025),
            (None, "=", 100, "%", 2025),
            ("only_2g_user_share", "<=", 4, "%", 2025),
            ("population_5g_share", "=", 99, "%", 2030),
            ("household_fibre_passed_share", "=", 100, "%", 2030),
            ("cloud_accounts_per_person", "=", 2, "accounts per person", 2030),
            ("fixed_download_speed", "=", 1000, "Mbps", 2030),
            ("village_mobile_broadband_share", "=", 100, "%", 2026),
            (None, "=", 3, "trạm BTS", 2026),
            (None, "=", 100, "%", 2030),
        ]
        assert [t.group for t in reading.targets[-2:]] == ["task", "task"]

    def test_what_stands_beside_what_is_aimed_at(self, reading: PlanReading) -> None:
        assert [(b.indicator, b.value) for b in reading.baselines] == [
            ("village_mobile_broadband_share", 91.67)
        ]

    def test_bodies(self, reading: PlanReading) -> None:
        assert bodies(reading)[4:] == [
            [
                ("Phòng Văn hóa - Xã hội", "lead"),
                ("Công an xã", "coordinate"),
                ("Trung tâm Phục vụ hành chính công xã", "coordinate"),
            ],
            [("Phòng Văn hóa - Xã hội", "do")],
            [("Phòng Kinh tế", "do"), ("Phòng Văn hóa - Xã hội", "coordinate")],
            [("Công an xã", "do")],
            [("Ủy ban MTTQ Việt Nam xã", "do"), ("các đoàn thể", "do")],
            [("Các thôn", "do")],
        ]


class TestDecisionOfArticles:
    """A decision whose first article is the plan, and the second who carries it out."""

    @pytest.fixture
    def reading(self) -> PlanReading:
        return read("decision-articles")

    def test_header(self, reading: PlanReading) -> None:
        head = reading.header
        assert (head.number, head.issued_on) == ("2457/QĐ-UBND", "2024-11-29")
        assert head.issuer == "UBND tỉnh Tân Khánh"
        assert head.title is not None
        assert head.title.endswith("ĐẾN NĂM 2025 VÀ ĐỊNH HƯỚNG ĐẾN NĂM 2030")
        assert head.signer == "Lê Quang Đạo"

    def test_targets(self, reading: PlanReading) -> None:
        assert facts(reading) == [
            ("household_fibre_share", ">=", 80, "%", 2025),
            (None, "=", 100, "%", 2025),
            ("population_5g_share", "=", 20, "%", 2025),
            ("fixed_download_speed", "=", 200, "Mbps", 2025),
            ("mobile_download_speed", "=", 100, "Mbps", 2025),
            ("smartphone_subscription_share", "=", 92.5, "%", 2025),
            ("mobile_broadband_subs_per_100", "=", 98, P100, 2025),
            ("fixed_broadband_subs_per_100", "=", 27, P100, 2025),
            ("agency_cloud_share", "=", 100, "%", 2025),
            (None, "=", 1, "trung tâm dữ liệu", 2025),
            ("iot_ready_infrastructure_share", ">=", 50, "%", 2025),
            (None, ">", 50, "%", 2025),
            (None, "=", 100, "%", 2030),
            ("population_5g_share", "=", 99, "%", 2030),
            ("bts_site_sharing_share", "=", 35, "%", 2030),
            ("pole_sharing_share", "=", 98, "%", 2030),
            ("duct_sharing_share", "=", 60, "%", 2030),
            (None, "=", 4, "kết nối", 2030),
            (None, "=", 15000, "điện thoại thông minh", 2030),
            (None, ">=", 20, "km", 2025),
        ]

    def test_bodies(self, reading: PlanReading) -> None:
        assert bodies(reading)[3:] == [
            [
                ("Sở Thông tin và Truyền thông", "lead"),
                ("các sở, ban, ngành", "coordinate"),
                ("UBND các huyện, thị xã, thành phố", "coordinate"),
            ],
            [("Sở Thông tin và Truyền thông", "lead")],
            [("Sở Kế hoạch và Đầu tư", "lead"), ("Sở Tài chính", "coordinate")],
            [("Sở Giao thông vận tải", "do"), ("Sở Xây dựng", "do")],
            [("UBND các huyện, thị xã, thành phố", "do")],
            [("Các doanh nghiệp viễn thông", "do")],
        ]


class TestTablesOfGoalsAndTasks:
    """A city's plan of one year, copied from a table: cells parted by tabs."""

    @pytest.fixture
    def reading(self) -> PlanReading:
        return read("city-task-table")

    def test_targets(self, reading: PlanReading) -> None:
        assert facts(reading) == [
            ("household_fibre_share", "=", 85, "%", 2024),
            ("mobile_broadband_subs_per_100", "=", 100, P100, 2024),
            ("only_2g_user_share", "<", 5, "%", 2024),
            ("bts_site_sharing_share", "=", 20, "%", 2024),
            (None, "=", 1500, "Điểm", 2024),
            ("fixed_download_speed", "=", 150, "Mbps", 2024),
        ]

    def test_a_row_of_the_table_of_tasks_says_who_and_when(self, reading: PlanReading) -> None:
        rows = reading.tasks[:3]
        assert [(t.text, t.due, t.recurrence) for t in rows] == [
            ("Xây dựng đề án ngầm hóa cáp viễn thông", "2024-Q3", None),
            ("Tổ chức đo kiểm chất lượng mạng di động", "2024-10", None),
            ("Tuyên truyền tắt sóng 2G", None, "regular"),
        ]
        assert bodies(reading)[:3] == [
            [
                ("Sở Xây dựng", "lead"),
                ("Sở TT&TT", "coordinate"),
                ("UBND các quận, huyện", "coordinate"),
            ],
            [
                ("Sở Thông tin và Truyền thông", "lead"),
                ("Các doanh nghiệp viễn thông", "coordinate"),
            ],
            [("Báo Bình An", "lead"), ("Đài Phát thanh và Truyền hình", "coordinate")],
        ]

    def test_results_of_last_year_are_baselines(self, reading: PlanReading) -> None:
        first = reading.baselines[0]
        assert (first.indicator, first.value, first.as_of) == (
            "household_fibre_share",
            79.2,
            "2023",
        )


#: A table whose head has a cell over three years, and rows that only name a part.
ROWS = [
    ["TT", "Tên chỉ tiêu", "Đơn vị tính", "Thực hiện 2024", "Kế hoạch", "", ""],
    ["", "", "", "", "2025", "2026", "2027"],
    ["I", "Hạ tầng viễn thông", "", "", "", "", ""],
    ["1", "Tỷ lệ dân số được phủ sóng 5G", "%", "12,5", "35", "60", "90"],
    ["2", "Số thuê bao băng rộng cố định/100 dân", "Thuê bao", "22,4", "24", "26", "28,5"],
    ["3", "Số trạm BTS 5G", "Trạm", "120", "350", "700", "1.200"],
]
TASKS = [
    ["STT", "Nội dung nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian hoàn thành"],
    ["1", "Xóa các thôn lõm sóng", "Sở Khoa học và Công nghệ", "UBND các xã", "Tháng 12/2025"],
    ["2", "Ban hành giá thuê hạ tầng", "Sở Tài chính", "Sở Xây dựng", "Quý II/2026"],
]
EXPECTED = [
    ("population_5g_share", "=", 35, "%", 2025),
    ("population_5g_share", "=", 60, "%", 2026),
    ("population_5g_share", "=", 90, "%", 2027),
    ("fixed_broadband_subs_per_100", "=", 24, P100, 2025),
    ("fixed_broadband_subs_per_100", "=", 26, P100, 2026),
    ("fixed_broadband_subs_per_100", "=", 28.5, P100, 2027),
    (None, "=", 350, "Trạm", 2025),
    (None, "=", 700, "Trạm", 2026),
    (None, "=", 1200, "Trạm", 2027),
]


def fill(document: "docx.document.Document", rows: list[list[str]]) -> "docx.table.Table":
    table = document.add_table(len(rows), len(rows[0]))
    for row, cells in enumerate(rows):
        for column, said in enumerate(cells):
            table.cell(row, column).text = said
    return table


def merge(table: "docx.table.Table", first: tuple[int, int], last: tuple[int, int]) -> None:
    said = table.cell(*first).text
    table.cell(*first).merge(table.cell(*last)).text = said


def check_tables(reading: PlanReading) -> None:
    assert facts(reading) == EXPECTED
    assert [(b.value, b.as_of) for b in reading.baselines] == [
        (12.5, "2024"),
        (22.4, "2024"),
        (120, "2024"),
    ]
    annexed = [task for task in reading.tasks if task.due]
    assert [(t.text, t.due) for t in annexed] == [
        ("Xóa các thôn lõm sóng", "2025-12"),
        ("Ban hành giá thuê hạ tầng", "2026-Q2"),
    ]
    assert [(b.name, b.role) for b in annexed[0].bodies] == [
        ("Sở Khoa học và Công nghệ", "lead"),
        ("UBND các xã", "coordinate"),
    ]


def test_docx_with_merged_cells_and_an_annex_behind_the_signature() -> None:
    document = docx.Document()
    for said in (
        "KẾ HOẠCH",
        "Phát triển hạ tầng số tỉnh An Phú giai đoạn 2025 - 2027",
        "I. MỤC TIÊU",
        "Các chỉ tiêu được giao theo từng năm như sau:",
    ):
        document.add_paragraph(said)
    table = fill(document, ROWS)
    merge(table, (0, 4), (0, 6))
    for column in range(4):
        merge(table, (0, column), (1, column))
    merge(table, (2, 1), (2, 6))
    document.add_paragraph("II. TỔ CHỨC THỰC HIỆN")
    document.add_paragraph("1. Sở Tài chính tham mưu bố trí kinh phí.")
    fill(document, [["Nơi nhận:\n- Như trên;", "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\nNguyễn Thu Hà"]])
    document.add_paragraph("PHỤ LỤC")
    document.add_paragraph("DANH MỤC NHIỆM VỤ")
    fill(document, TASKS)
    stored = io.BytesIO()
    document.save(stored)
    reading = read_plan(text_of(stored.getvalue(), "plan.docx").text)
    assert reading.header.signer == "Nguyễn Thu Hà"
    check_tables(reading)


def html_row(cells: list[str]) -> str:
    return "<tr>" + "".join(cells) + "</tr>"


def test_html_with_cells_that_span() -> None:
    head = [f'<td rowspan="2">{c}</td>' for c in ROWS[0][:4]]
    head.append('<td colspan="3">Kế hoạch</td>')
    rows = [html_row(head), html_row([f"<td>{c}</td>" for c in ROWS[1][4:]])]
    rows.append(html_row(["<td>I</td>", '<td colspan="6">Hạ tầng viễn thông</td>']))
    rows += [html_row([f"<td>{c}</td>" for c in row]) for row in ROWS[3:]]
    tasks = [html_row([f"<td>{c}</td>" for c in row]) for row in TASKS]
    page = (
        "<html><body><p>KẾ HOẠCH</p><p>Phát triển hạ tầng số giai đoạn 2025 - 2027</p>"
        f"<p>I. MỤC TIÊU</p><table>{''.join(rows)}</table><p>II. TỔ CHỨC THỰC HIỆN</p>"
        f"<table>{''.join(tasks)}</table></body></html>"
    )
    check_tables(read_plan(text_of(page.encode(), "plan.html").text))


OWN = sorted(path.stem for path in PLANS.glob("*.txt") if path.stem != "ward-two-columns")


def known(reading: PlanReading) -> Counter:
    return Counter(facts(reading))


@pytest.mark.parametrize("width", [70, 95])
@pytest.mark.parametrize("name", OWN)
def test_lines_cut_at_a_width_read_the_same(name: str, width: int) -> None:
    lines = []
    for line in text(name).split("\n"):
        laid_out = "|" in line or "\t" in line or "   " in line
        lines += [line] if laid_out else textwrap.wrap(line, width) or [""]
    assert known(read_plan("\n".join(lines))) == known(read(name))


#: Letters that a scanner takes for others.
MISREAD = {"l": "1", "m": "rn", "n": "ri", "o": "0", "u": "ii", "h": "b", "c": "e", "t": "f"}


def scanned(said: str, accents: float, letters: float, seed: int) -> str:
    """Return a text as a poor scan would give it."""
    chance = random.Random(seed)  # noqa: S311 - faults for a test
    out = []
    for char in said:
        parts = unicodedata.normalize("NFD", char)
        if len(parts) > 1 and chance.random() < accents:
            out.append(parts[0])
        elif char in MISREAD and chance.random() < letters:
            out.append(MISREAD[char])
        else:
            out.append(char)
    return "".join(out)


@pytest.mark.parametrize(
    ("accents", "letters", "least"), [(0.15, 0.0, 0.99), (0.1, 0.005, 0.97), (0.1, 0.01, 0.93)]
)
def test_scanning_faults_lose_little_and_mislead_less(
    accents: float, letters: float, least: float
) -> None:
    wanted = found = sure = right = 0
    for seed, name in enumerate(OWN):
        clean, poor = read(name), read_plan(scanned(text(name), accents, letters, seed))
        held = known(clean)
        wanted += held.total()
        found += (held & known(poor)).total()
        confident = Counter(
            (t.indicator, t.comparator, t.value, t.unit, t.year)
            for t in poor.targets
            if t.confidence >= 0.9
        )
        sure += confident.total()
        right += (confident & held).total()
    assert found >= least * wanted
    assert right >= 0.98 * sure
