"""``hatangso territory``, on a made-up province."""

import csv
import io
from datetime import date

import pytest
from click.testing import CliRunner

from hatangso.cli.territory import territory
from hatangso.territory import services
from hatangso.territory.models import AdminUnit

pytestmark = pytest.mark.django_db
CHANGE = date(2025, 7, 1)


@pytest.fixture
def units():
    source = services.create_source("Tỉnh giả định", made_up=True)
    province = services.create_unit("90", "province", "Tỉnh Mẫu", source=source)
    olds = [
        services.create_unit(
            code, "commune", name, parent=province, source=source, population={2024: people}
        )
        for code, name, people in [("90001", "Xã An", 300), ("90002", "Xã Bình", 100)]
    ]
    new = services.create_unit(
        "90010", "commune", "Xã An Bình", parent=province, valid_from=CHANGE, source=source
    )
    services.succeed(olds, [new], CHANGE)


def run(*arguments, code=0):
    result = CliRunner().invoke(territory, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def test_units_of_a_day_and_what_is_unknown_of_them(units):
    output = run("units", "--on", "2025-06-30", "--level", "commune")
    assert "xã An " in output
    assert "chưa rõ từ khi nào" in output
    assert "xã An Bình" not in output
    assert "commune: 1" in run("units", "--on", "01/07/2025", "--count")


def test_what_became_and_what_made(units):
    assert "→ xã An Bình (90010), 01/07/2025" in run("what-became", "90001")
    assert "← xã Bình (90002)" in run("what-made", "90010")
    assert "No unit ever bore" in run("what-became", "00000", code=1)


def test_find_by_any_spelling(units):
    assert "xã An Bình, tỉnh Mẫu" in run("find", "xa", "an", "binh")
    assert "No unit answers" in run("find", "zzzzzz", code=1)


def test_figures_are_carried_to_another_day(units, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text("code,numerator,denominator\n90001,30,60\n90002,10,20\n", encoding="utf-8")
    rows = list(
        csv.DictReader(
            io.StringIO(run("carry", str(path), "--from", "2025-06-30", "--to", "2026-01-01"))
        )
    )
    assert [(row["code"], float(row["numerator"]), row["estimated"]) for row in rows] == [
        ("90010", 40.0, "no")
    ]
    path.write_text("code,numerator\n90010,40\n", encoding="utf-8")
    rows = list(
        csv.DictReader(
            io.StringIO(run("carry", str(path), "--from", "2026-01-01", "--to", "2025-06-30"))
        )
    )
    assert {row["code"]: float(row["numerator"]) for row in rows} == {"90001": 30, "90002": 10}
    assert {row["estimated"] for row in rows} == {"yes"}


def test_what_is_not_carried_is_said(units, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text("code,value,speed\n90001,30,yes\n99999,1,\n90002,x,\n", encoding="utf-8")
    output = run("carry", str(path), "--from", "2025-06-30", "--to", "2026-01-01")
    assert "90001 xã An: không chuyển được (speed)" in output
    assert "Mã 99999 không có vào ngày 30/06/2025" in output
    assert "Dòng 4" in output
    path.write_text("ma,so\n1,2\n", encoding="utf-8")
    refused = run("carry", str(path), "--from", "2025-06-30", "--to", "2026-01-01", code=1)
    assert "code, numerator, denominator" in refused


def test_villages_classes_aliases_and_counts_come_by_one_file(units, tmp_path):
    path = tmp_path / "thon.csv"
    path.write_text(
        "MA,TEN,XA,KHAC,LOAI,DAN,HO,LON,NGHEO,CAN,NAM,KD,VD\n"
        "90010-01,Thôn Thượng,90010,Làng Thượng,miền núi,412,98,300,7,12,2025,105.51,21.02\n"
        "90010-02,Tổ dân phố 3,90010,,biên giới,650,170,480,0,3,2025,105.53,21.04\n"
        "90010-03,Bản Nà,90010,,,90,20,61,9,4,2025,105.55,21.06\n"
        "90010-04,Khối 2,90010,,,90,20,61,9,4,2025,105.57,21.08\n",
        encoding="utf-8",
    )
    pairs = (
        "code=MA name=TEN parent_code=XA alias=KHAC class=LOAI population=DAN households=HO "
        "adults=LON poor_households=NGHEO near_poor_households=CAN year=NAM longitude=KD "
        "latitude=VD"
    )
    given = [part for pair in pairs.split() for part in ("--column", pair)]
    output = run("load", str(path), *given, "--set", "valid_from=2025-07-01", "--quiet")
    assert "4 mới/new, 0 bổ sung/changed" in output
    village = AdminUnit.objects.get(code="90010-01")
    assert (village.level, village.shapes.get().geometry.coords) == ("village", (105.51, 21.02))
    assert village.classes.get().name == "miền núi"
    assert village.classes.get().valid_from == CHANGE
    counts = {row.kind: int(row.value) for row in village.people.all()}
    assert counts == {
        "population": 412,
        "households": 98,
        "adults": 300,
        "poor_households": 7,
        "near_poor_households": 12,
    }
    assert {(row.year, row.source.title) for row in village.people.all()} == {(2025, "thon.csv")}
    assert "90010-01" in run("find", "làng thượng")
    assert "4" in run("units", "--on", "2026-01-01", "--level", "village", "--count")


def test_a_file_is_tried_loaded_and_then_known(units, tmp_path):
    path = tmp_path / "xa.csv"
    path.write_text("MA,TEN,TREN\n90020,Xã Mới,90\n,Xã Hỏng,90\n", encoding="utf-8")
    given = ["--column", "code=MA", "--column", "name=TEN", "--column", "parent_code=TREN"]
    tried = run("load", str(path), *given, "--dry-run", "--quiet")
    assert "1 mới/new" in tried
    assert "TER-101" in tried
    assert not AdminUnit.objects.filter(code="90020").exists()
    faults = tmp_path / "faults.csv"
    run("load", str(path), *given, "--save-as", "mẫu", "--findings", str(faults), "--quiet")
    assert "TER-101" in faults.read_text(encoding="utf-8-sig")
    assert "mẫu: code=MA" in run("mappings")
    assert "nothing changed" in run("load", str(path), "--mapping", "mẫu", "--quiet")
    assert "TER-101 (error): 1" in run("findings")


def test_faults_of_several_files_are_written_to_one(units, tmp_path):
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for file in files:
        file.write_text("MA,TEN\n,Xã Hỏng\n", encoding="utf-8")
    faults = tmp_path / "faults.csv"
    given = ["--column", "code=MA", "--column", "name=TEN", "--findings", str(faults), "--quiet"]
    run("load", *map(str, files), *given, "--dry-run")
    rows = list(csv.DictReader(io.StringIO(faults.read_text(encoding="utf-8-sig"))))
    assert [(row["file"], row["check"]) for row in rows] == [
        ("a.csv", "TER-101"),
        ("b.csv", "TER-101"),
    ]


def test_what_is_wrong_is_said_in_a_sentence(tmp_path):
    assert "chưa nêu cột" in run("load", str(tmp_path / "none.csv"), "--column", "code=A", code=1)
    absent = run("load", "none.csv", "--column", "code=A", "--column", "name=B", code=1)
    assert "Không có tệp none.csv" in absent
    assert "No file units_pre2025" in run("load-shared", str(tmp_path), code=1)
