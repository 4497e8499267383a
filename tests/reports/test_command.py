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


@pytest.mark.usefixtures("land")
def test_a_template_is_given_changed_taken_and_put_back(tmp_path: Path):
    def template(*words: str):  # type: ignore[no-untyped-def]
        return CliRunner().invoke(report, ["template", *words])

    mine, out = tmp_path / "mau.docx", tmp_path / "a.docx"
    assert template(f"--out={mine}").exit_code == 0
    document = Document(str(mine))
    [heading] = [each for each in document.paragraphs if each.text == "BÁO CÁO"]
    heading.runs[0].text = "BÁO CÁO NĂM"
    document.save(str(mine))
    assert template(f"--use={mine}", "--unit=P").exit_code == 0
    assert run("P", "--on=2024-12-31", f"--out={out}").exit_code == 0
    assert "BÁO CÁO NĂM" in words_of(out)
    assert template("--reset").exit_code == 0
    assert run("P", "--on=2024-12-31", f"--out={out}").exit_code == 0
    assert "BÁO CÁO NĂM" not in words_of(out)
    assert template().exit_code != 0


@pytest.mark.usefixtures("land")
def test_a_template_that_cannot_be_filled_in_is_refused_with_the_names(tmp_path: Path):
    mine, out = tmp_path / "mau.docx", tmp_path / "a.docx"
    document = Document()
    document.add_paragraph("{{ ten_khong_co }}")
    document.save(str(mine))
    told = run("P", "--on=2024-12-31", f"--out={out}", f"--template={mine}")
    assert told.exit_code != 0
    assert "ten_khong_co" in told.output
    assert "trich_yeu" in told.output
    assert not out.exists()
