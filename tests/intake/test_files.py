"""Files as operators send them: titles, hidden sheets, formulas, macros, encodings, bombs."""

import unicodedata
import zipfile

import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely
from tests.intake import planted

from hatangso.intake.checks import running
from hatangso.intake.filed import Findings
from hatangso.intake.files import limits, ofds, reading, vector, xlsx
from hatangso.intake.files.tables import FileError, Remark, normal_heading
from hatangso.intake.matching import OWN_SHEETS, head_score, match

POLES = ["Mã cột", "Kinh độ", "Vĩ độ", "Loại cột", "Cột của ai", "Mã đơn vị sở hữu cột"]
ROWS = [["C1", 107.51234, 16.41234, "C2", "power", "EVN"],
        ["C2", 107.52345, 16.42345, "C2", "power", "EVN"]]  # fmt: skip


def read(path):
    return reading.read(path, head_score(), OWN_SHEETS)


def taken(path, stated=""):
    findings = Findings()
    filed = running.take_tables(read(path), planted.GROUND, findings, stated=stated)
    return filed, {each.check: each for each in findings}


def said(opened):
    return {each.remark: each for each in opened.said}


def sheet_of(book, name="Cột treo cáp", head=POLES, rows=ROWS):
    sheet = book.create_sheet(name)
    for row in (head, *rows):
        sheet.append(row)
    return sheet


def new_book():
    book = openpyxl.Workbook()
    book.remove(book.active)
    return book


def test_titles_and_merged_cells_above_the_headings(tmp_path):
    book = new_book()
    sheet = sheet_of(book)
    sheet.insert_rows(1, 4)
    sheet["A1"] = "BÁO CÁO CỘT TREO CÁP QUÝ III"
    sheet.merge_cells("A1:F1")
    sheet["B4"] = "Tọa độ"
    sheet.merge_cells("B4:C4")
    book.save(tmp_path / "a.xlsx")
    filed, found = taken(tmp_path / "a.xlsx")
    assert filed["pole"].rows.tolist() == [6, 7]
    assert filed["pole"].assets.codes.tolist() == ["C1", "C2"]
    assert "FIL-003" in found
    assert "FIL-004" not in found


def test_merged_cells_among_the_rows_are_said(tmp_path):
    book = new_book()
    sheet_of(book).merge_cells("D2:D3")
    book.save(tmp_path / "a.xlsx")
    _filed, found = taken(tmp_path / "a.xlsx")
    assert found["FIL-004"].rows.tolist() == [2]
    assert found["VAL-001"].rows.tolist() == [3]


def test_hidden_sheets_are_not_read_and_said(tmp_path):
    book = new_book()
    sheet_of(book)
    sheet_of(book, "Bể cáp").sheet_state = "hidden"
    sheet_of(book, "Nút mạng").sheet_state = "veryHidden"
    book.save(tmp_path / "a.xlsx")
    opened = read(tmp_path / "a.xlsx")
    assert [table.name for table in opened.tables] == ["Cột treo cáp"]
    hidden = [each.table for each in opened.said if each.remark is Remark.HIDDEN_SHEET]
    assert hidden == ["Bể cáp", "Nút mạng"]


def test_formulas_count_with_their_stored_value(tmp_path):
    book = new_book()
    sheet = sheet_of(book)
    sheet["A2"] = '="C"&1'
    book.save(tmp_path / "a.xlsx")
    filed, found = taken(tmp_path / "a.xlsx")
    # openpyxl stores no value, as a program that never calculated does.
    assert found["FIL-005"].count == 1
    assert found["FIL-006"].rows.tolist() == [2]
    assert filed["pole"].assets.codes.tolist() == ["", "C2"]
    with (
        zipfile.ZipFile(tmp_path / "a.xlsx") as old,
        zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/"):
                assert b"<v></v>" in content or b"<v/>" in content or b"<v />" in content
                for empty in (b"<v></v>", b"<v/>", b"<v />"):
                    content = content.replace(empty, b"<v>C1</v>")
                content = content.replace(b'<c r="A2"', b'<c t="str" r="A2"')
            new.writestr(name, content)
    filed, found = taken(tmp_path / "b.xlsx")
    assert "FIL-005" in found
    assert "FIL-006" not in found
    assert filed["pole"].assets.codes.tolist() == ["C1", "C2"]


def test_error_cells_are_said(tmp_path):
    book = new_book()
    cell = sheet_of(book)["D3"]
    cell.value = "#REF!"
    cell.data_type = "e"
    book.save(tmp_path / "a.xlsx")
    _filed, found = taken(tmp_path / "a.xlsx")
    assert found["FIL-007"].rows.tolist() == [3]


def test_macros_are_never_run_and_said(tmp_path):
    book = new_book()
    sheet_of(book)
    book.save(tmp_path / "a.xlsm")
    with zipfile.ZipFile(tmp_path / "a.xlsm", "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    filed, found = taken(tmp_path / "a.xlsm")
    assert "FIL-001" in found
    assert len(filed["pole"]) == 2


@pytest.mark.parametrize(
    ("encoding", "delimiter", "check"),
    [("utf-8", ",", None), ("utf-8-sig", ";", None), ("utf-16", "\t", None), ("utf-8", "|", None),
     ("cp1258", ";", "FIL-008")],
)  # fmt: skip
def test_csv_in_other_encodings_and_delimiters(tmp_path, encoding, delimiter, check):
    lines = [POLES, *[[str(cell).replace(".", ",") for cell in row] for row in ROWS]]
    if delimiter == ",":
        lines = [POLES, *ROWS]
    text = "\r\n".join(delimiter.join(map(str, line)) for line in lines)
    raw = _in_1258(text) if encoding == "cp1258" else text.encode(encoding)
    (tmp_path / "cot.csv").write_bytes(raw)
    filed, found = taken(tmp_path / "cot.csv", stated="pole")
    assert filed["pole"].assets.codes.tolist() == ["C1", "C2"]
    assert filed["pole"].assets.geometry[1].x == pytest.approx(107.52345)
    assert (check in found) if check else "FIL-008" not in found


def _in_1258(text):
    """Text in Windows-1258: letters with circumflex, breve and horn whole, tones apart."""
    out = []
    for sign in unicodedata.normalize("NFC", text):
        try:
            out.append(sign.encode("cp1258"))
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", sign)
            tone = [mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323"]
            base = unicodedata.normalize("NFC", "".join(p for p in parts if p not in tone))
            out.append(base.encode("cp1258") + "".join(tone).encode("cp1258"))
    return b"".join(out)


def test_old_fonts_are_recognised(tmp_path):
    lines = ["Mã cột;Tên;Kinh độ;Vĩ độ;Loại cột;Cột của ai",
             "C1;Th­îng Lé;107,51234;16,41234;C2;telecom",
             "C2;H­¬ng Phó;107,52345;16,42345;C2;telecom",
             "C3;§«ng S¬n;107,53345;16,43345;C2;telecom"]  # fmt: skip
    (tmp_path / "cot.csv").write_text("\n".join(lines), encoding="utf-8")
    filed, found = taken(tmp_path / "cot.csv", stated="pole")
    names = filed["pole"].assets.column("name").tolist()
    assert "FIL-008" in found or "VAL-008" in found
    assert names[0] == "Thượng Lộ" or "VAL-008" in found


def test_broken_lines_are_said(tmp_path):
    text = "Mã cột,Kinh độ,Vĩ độ,Loại cột,Cột của ai\n"
    text += "C1,107.51,16.41\nC2,107.52345,16.42345,C2,telecom,x"
    (tmp_path / "cot.csv").write_text(text, encoding="utf-8")
    _filed, found = taken(tmp_path / "cot.csv", stated="pole")
    assert found["FIL-009"].rows.tolist() == [2, 3]
    assert found["FIL-009"].count == 2


def test_a_column_twice_and_an_unknown_one(tmp_path):
    book = new_book()
    sheet_of(book, head=[*POLES, "Mã cột *", "Người nhập"], rows=[[*ROWS[0], "X", "An"]])
    book.save(tmp_path / "a.xlsx")
    filed, found = taken(tmp_path / "a.xlsx")
    assert found["COL-003"].column == "Mã cột *"
    assert found["COL-002"].column == "Người nhập"
    assert filed["pole"].assets.codes.tolist() == ["C1"]


def test_missing_columns_and_no_place(tmp_path):
    book = new_book()
    sheet_of(book, head=["Mã cột", "Loại cột"], rows=[["C1", "C2"]])
    book.save(tmp_path / "a.xlsx")
    _filed, found = taken(tmp_path / "a.xlsx")
    assert found["COL-001"].column == "Cột của ai"
    assert "COL-004" in found


def test_a_sheet_that_fits_nothing_and_two_of_one_kind(tmp_path):
    book = new_book()
    sheet_of(book, "Nhân sự", head=["Họ tên", "Chức vụ"], rows=[["An", "KS"]])
    sheet_of(book)
    sheet_of(book, "Cable pole")
    book.save(tmp_path / "a.xlsx")
    filed, found = taken(tmp_path / "a.xlsx")
    assert list(filed) == ["pole"]
    assert {"FIL-010", "FIL-015"} <= set(found)


def test_a_sheet_is_known_by_its_columns_where_its_name_says_nothing(tmp_path):
    book = new_book()
    sheet_of(book, "Sheet1", head=["Mã cell", "Mã trạm", "Công nghệ", "Băng tần", "Độ cao anten",
                                   "Azimuth", "Kinh độ", "Vĩ độ"],
             rows=[["A", "B", "4G", "1800 MHz", 30, 120, 107.51234, 16.41234]])  # fmt: skip
    book.save(tmp_path / "a.xlsx")
    filed, _found = taken(tmp_path / "a.xlsx")
    assert list(filed) == ["cell"]
    assert filed["cell"].assets.column("band").tolist() == ["1800"]
    assert filed["cell"].assets.column("azimuth_deg").tolist() == [120.0]


@pytest.mark.parametrize("driver", ["GPKG", "GeoJSON", "KML", "ESRI Shapefile"])
def test_layers_of_geographic_files(tmp_path, driver):
    ending = {"GPKG": "gpkg", "GeoJSON": "geojson", "KML": "kml", "ESRI Shapefile": "shp"}[driver]
    path = tmp_path / f"pole.{ending}"
    points = shapely.to_wkb(shapely.points([[107.51234, 16.41234], [107.52345, 16.42345]]))
    names = ["code", "pole_class", "holder"] if driver != "KML" else ["Name", "Description"]
    data = [np.array(["C1", "C2"], object), np.array(["C2", "C2"], object)]
    if driver != "KML":
        data.append(np.array(["EVN", "EVN"], object))
    pyogrio.raw.write(
        path, points, data, names, driver=driver, geometry_type="Point", crs="EPSG:4326"
    )
    if driver == "ESRI Shapefile":
        with zipfile.ZipFile(tmp_path / "pole.zip", "w") as archive:
            for part in tmp_path.glob("pole.*"):
                if part.suffix != ".zip":
                    archive.write(part, part.name)
        path = tmp_path / "pole.zip"
    filed, found = taken(path, stated="pole")
    assert len(filed["pole"]) == 2
    assert filed["pole"].assets.geometry[0].x == pytest.approx(107.51234)
    if driver != "KML":
        assert filed["pole"].assets.codes.tolist() == ["C1", "C2"]
    assert "POS-003" not in found


def test_a_layer_in_vn_2000_is_converted_and_said(tmp_path):
    path = tmp_path / "pole.gpkg"
    points = shapely.to_wkb(shapely.points([[554_000.0, 1_815_000.0]]))
    pyogrio.raw.write(
        path, points, [np.array(["C1"], object)], ["code"], driver="GPKG",
        geometry_type="Point", crs="EPSG:9214",
    )  # fmt: skip
    filed, found = taken(path)
    assert "POS-006" in found
    assert 107 < filed["pole"].assets.geometry[0].x < 108


def test_gdal_is_never_handed_what_points_elsewhere(tmp_path):
    virtual = "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource>"
    for name in ("a.geojson", "b.kml", "c.gpkg"):
        (tmp_path / name).write_text(virtual, encoding="utf-8")
        assert vector.kind_of(tmp_path / name) == ""
        with pytest.raises(FileError):
            read(tmp_path / name)


def test_a_bomb_is_not_unpacked(tmp_path):
    path = tmp_path / "bom.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (100 << 20))
    with pytest.raises(FileError, match="times its size"):
        read(path)


def test_an_archive_that_leaves_its_folder_is_not_taken(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../x.shp", b"")
    with pytest.raises(FileError, match="outside itself"):
        read(path)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_file_that_broke_off_is_a_sentence(tmp_path, share):
    book = new_book()
    sheet_of(book)
    book.save(tmp_path / "a.xlsx")
    content = (tmp_path / "a.xlsx").read_bytes()
    (tmp_path / "b.xlsx").write_bytes(content[: int(len(content) * share)])
    with pytest.raises(FileError) as raised:
        read(tmp_path / "b.xlsx")
    assert "b.xlsx" in str(raised.value)


def test_more_rows_than_are_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MOST_ROWS", 1)
    book = new_book()
    sheet_of(book)
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(FileError, match="Split it"):
        read(tmp_path / "a.xlsx")
    (tmp_path / "a.csv").write_text("Mã cột,Kinh độ\nA,1\nB,2\nC,3\n", encoding="utf-8")
    with pytest.raises(FileError, match="Split it"):
        read(tmp_path / "a.csv")


def test_headings_are_alike_without_marks_case_and_brackets():
    assert normal_heading("Mã trạm *") == normal_heading("MA TRAM (bắt buộc)") == "matram"
    assert normal_heading("Độ cao [m]") == "docao"


PACKAGE = """{"networks": [{"id": "1", "name": "Mạng", "nodes": [
 {"id": "N1", "name": "Huế", "status": "operational", "type": ["pop"],
  "location": {"type": "Point", "coordinates": [107.51234, 16.41234]}},
 {"id": "N2", "location": {"type": "Point", "coordinates": "x"}}],
 "spans": [{"id": "S1", "start": "N1", "end": "N2", "fibreCount": 24,
  "route": {"type": "LineString", "coordinates": [[107.51234, 16.41234], [107.52345, 16.42345]]}}],
 "links": [{"rel": "tag:opentelecomdata.net,2022:/nodes", "href": "http://192.0.2.1/x"}]}]}"""


def test_open_fibre_data_of_a_network(tmp_path):
    path = tmp_path / "mang.json"
    path.write_text(PACKAGE, encoding="utf-8")
    opened = read(path)
    assert opened.format == "ofds"
    nodes, spans = opened.tables
    assert nodes.column("id").tolist() == ["N1", "N2"]
    assert nodes.column("type").tolist() == ["pop", None]
    assert nodes.geometry[0].x == 107.51234
    assert nodes.geometry[1] is None
    assert spans.column("fibreCount").tolist() == [24]
    # Links are said, never followed.
    assert Remark.EXTERNAL_LINKS in said(opened)
    assert match(nodes).entity.code == "node"
    assert match(spans).entity.code == "span"


@pytest.mark.shared
def test_the_standards_own_examples(shared):
    folder = shared / "data" / "fibre" / "examples" / "json"
    opened = read(folder / "network-package.json")
    nodes, spans = opened.tables
    assert (len(nodes), len(spans)) == (2, 1)
    assert spans.column("start").tolist() == ["1"]
    assert shapely.get_num_coordinates(spans.geometry[0]) > 10
    for name in ("network-separate-files.json", "multiple-networks.json"):
        assert read(folder / name).format == "ofds"


@pytest.mark.parametrize("content", ["{", '{"networks": 3}', '{"networks": [1]}'])
def test_a_package_that_is_none(tmp_path, content):
    path = tmp_path / "mang.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FileError):
        ofds.read(path)


def test_the_rows_of_a_sheet_keep_their_numbers_over_empty_ones(tmp_path):
    book = new_book()
    sheet = sheet_of(book)
    sheet.insert_rows(3, 2)
    book.save(tmp_path / "a.xlsx")
    table = xlsx.read(tmp_path / "a.xlsx", head_score()).tables[0]
    assert table.rows.tolist() == [2, 5]
