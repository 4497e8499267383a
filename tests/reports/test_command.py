"""``hatangso report write``, as a person calls it."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document
from tests.reports.conftest import land

from hatangso.cli.report import report

__all__ = ["land"]


def run(*words: str):  # type: ignore[no-untyped-def]
    return CliRunner().invoke(report, ["write", *words])


def words_of(path: Path) -> str:
    body = Document(str(path)).element.body
    return "\n".join(node.text for node in body.iter() if node.text)


@pytest.mark.usefixtures("land")
def test_the_options_of_the_letterhead_reach_the_file(tmp_path: Path):
    out = tmp_path / "a.docx"
    told = run(
        "P",
        "--on=2024-12-31",
        f"--out={out}",
        f"--xlsx={tmp_path / 'a.xlsx'}",
        "--number=15",
        "--signed-on=2025-01-05",
        "--sign-for=KT",
        "--signer=Nguyễn Thị Minh Họa",
        "--recipient=UBND tỉnh (b/c);",
    )
    assert told.exit_code == 0, told.output
    assert str(out) in told.output
    text = words_of(out)
    for wanted in (
        "Số: 15/BC-UBND",
        "Đá Bạc, ngày 05 tháng 01 năm 2025",
        "KT. CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
        "Nguyễn Thị Minh Họa",
        "- UBND tỉnh (b/c);",
    ):
        assert wanted in text
    assert (tmp_path / "a.xlsx").is_file()


@pytest.mark.usefixtures("land")
def test_a_department_signs_alone_and_bears_its_parent_above(tmp_path: Path):
    out = tmp_path / "a.docx"
    told = run(
        "P",
        "--on=2024-12-31",
        f"--out={out}",
        "--body=Sở Khoa học và Công nghệ",
        "--parent-body=UBND tỉnh Đá Bạc",
    )
    assert told.exit_code == 0, told.output
    text = words_of(out)
    assert "UBND TỈNH ĐÁ BẠC" in text
    assert "SỞ KHOA HỌC VÀ CÔNG NGHỆ" in text
    assert "/BC-SKHCN" in text
    assert "GIÁM ĐỐC" in text
    assert "TM." not in text


@pytest.mark.usefixtures("land")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["XX", "--out=a.docx"], "Không có đơn vị mã XX"),
        (["P", "--out=a.doc"], "phải kết thúc bằng .docx"),
        (["P", "--out=a.docx", "--sign-for=TL"], "--post"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
):
    monkeypatch.chdir(tmp_path)
    told = run(*words)
    assert told.exit_code == 1
    assert said in told.output
    assert "Traceback" not in told.output
    assert not Path("a.docx").exists()
