"""One plan in every form that a word processor saves says the same as its plain text.

The files in ``forms`` were saved by LibreOffice 7.4: from a document with automatic numbers,
footnotes and an endnote, merged cells, a text box, tracked changes, two columns, a soft hyphen, a
running head and page numbers (province); with a group's cell merged down a table (commune); and
from one of Word's kind with a table over two pages and an annex on its side (department). Those
named "old" went through .doc. Their text was written by hand.
"""

import re
from dataclasses import astuple
from pathlib import Path

import pytest

from hatangso.engines.plantext import PlanReading, read_plan
from hatangso.engines.plantext.documents import read_file

FORMS = Path(__file__).parent / "forms"
LOST = {"province.html": {"population_5g_share"}}
"""Goals in a text box, which LibreOffice saves as a picture."""


def plain(text: str | None) -> str:
    """Words without what each form sets its own way: line ends and the numbers of notes."""
    return " ".join(re.sub(r"\[\d+\]", "", text or "").split())


def head(reading: PlanReading) -> tuple:
    found = reading.header
    return (
        found.number,
        found.issued_on,
        found.issuer,
        found.level,
        plain(found.title),
        found.period_start,
        found.period_end,
        found.signer,
        tuple(map(plain, found.recipients)),
        [each.number for each in (*found.legal_bases, *found.carries_out)],
    )


def targets(reading: PlanReading, without: set[str]) -> list[tuple]:
    return [
        (
            each.indicator,
            each.comparator,
            each.value,
            each.unit,
            each.year,
            each.group,
            each.condition and astuple(each.condition),
        )
        for each in reading.targets
        if each.indicator not in without
    ]


def tasks(reading: PlanReading) -> list[tuple]:
    return [
        (plain(each.text), each.due, each.recurrence, tuple(map(astuple, each.bodies)))
        for each in reading.tasks
    ]


@pytest.mark.parametrize(
    "file",
    sorted(p for p in FORMS.iterdir() if p.suffix != ".txt"),
    ids=lambda p: p.name,
)
def test_every_form_says_the_same(file: Path) -> None:
    wanted = read_plan(read_file(FORMS / f"{file.name.split('.')[0]}.txt").text)
    document = read_file(file)
    reading = read_plan(document.text)
    lost = LOST.get(file.name, set())
    assert document.format == file.suffix[1:]
    assert head(reading) == head(wanted)
    assert targets(reading, lost) == targets(wanted, lost)
    assert [(b.indicator, b.value, b.as_of) for b in reading.baselines] == [
        (b.indicator, b.value, b.as_of) for b in wanted.baselines
    ]
    assert tasks(reading) == tasks(wanted)
    for each in (*reading.targets, *reading.baselines, *reading.tasks):
        assert document.text[each.start : each.end] == each.quote


@pytest.mark.parametrize("form", ["docx", "odt", "html", "pdf"])
def test_a_merged_cell_gives_its_words_to_every_row(form: str) -> None:
    text = read_file(FORMS / f"commune.{form}").text
    assert "| Internet | Tỷ lệ hộ gia đình có Internet cáp quang | % | 70,2 | 80 |" in text
    assert "| Internet | Tỷ lệ thôn có kết nối cáp quang | % | 88 | 100 |" in text


@pytest.mark.parametrize("form", ["docx", "odt", "pdf"])
def test_notes_stand_behind_the_text(form: str) -> None:
    text = read_file(FORMS / f"province.{form}").text
    assert "tối thiểu 92,5%[2]." in text
    note = "[2] Năm 2025 tỷ lệ này mới đạt 81%"
    assert text.index("Lò Văn Khánh") < text.index(note)


def test_running_heads_and_page_numbers_are_left_out() -> None:
    text = read_file(FORMS / "province.pdf").text
    assert "Kế hoạch hạ tầng số tỉnh Sông Đà" not in text
    assert not any(line.strip().isdigit() for line in text.split("\n"))


def test_a_table_over_two_pages_is_one() -> None:
    text = read_file(FORMS / "department.pdf").text
    assert text.count("| TT | Nhóm |") == 1
    rows = [line for line in text.split("\n") if line.startswith("| 1 |")]
    assert len(rows) == 2, "one of the goals, one of the tasks"
