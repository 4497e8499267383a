"""Files of every kind into text, and clear refusals of what cannot be read."""

import io
import unicodedata
import zipfile
from pathlib import Path

import docx
import pytest

from hatangso.engines.plantext import read_plan
from hatangso.engines.plantext.decoding import (
    _TCVN3_CODES,
    _VNI_MARKS,
    _VNI_SINGLE,
    UndecodableError,
    decode,
)
from hatangso.engines.plantext.documents import (
    MAX_FILE_BYTES,
    DocumentError,
    read_file,
    text_of,
)
from hatangso.engines.plantext.numbering import roman

PLAN = (Path(__file__).parent / "plans" / "short-commune.txt").read_text(encoding="utf-8")


def facts(text: str) -> list[tuple]:
    return [(t.indicator, t.comparator, t.value, t.unit) for t in read_plan(text).targets]


WANTED = facts(PLAN)


# --- encodings -----------------------------------------------------------------------------


def in_tcvn3(text: str) -> bytes:
    """Write text as a TCVN3 font shows it; capital letters with tones have no code of their own."""
    code = {letter: chr(number) for number, letter in _TCVN3_CODES.items()}
    return "".join(code.get(c) or code.get(c.lower(), c) for c in text).encode("latin-1", "replace")


def in_vni(text: str) -> str:
    """Write text as a VNI font shows it."""
    single = {letter: code for code, letter in _VNI_SINGLE.items()}
    marks = {mark: code for code, mark in _VNI_MARKS.items()}
    written = []
    for char in text:
        if char in single:
            written.append(single[char])
            continue
        apart = unicodedata.normalize("NFD", char)
        base, mark = apart[0], apart[1:]
        # Of a letter with a horn only the tone is a mark of its own.
        if "\u031b" in mark:
            base = single[unicodedata.normalize("NFC", base + "\u031b")]
            mark = mark.replace("\u031b", "")
        mark = "".join(sorted(mark, key=lambda m: m not in "\u0302\u0306"))
        code = marks.get(mark, "")
        written.append(base + (code.upper() if char.isupper() else code))
    return "".join(written)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode(encoding: str) -> None:
    decoded = decode(PLAN.encode(encoding))
    assert decoded.text == PLAN
    assert decoded.note_vi == ""


def test_cp1258() -> None:
    # CP1258 writes tones as marks after the letter, the vowels' own signs as one letter.
    apart = "".join(
        unicodedata.normalize("NFC", unicodedata.normalize("NFD", c)[:1]
        + "".join(m for m in unicodedata.normalize("NFD", c)[1:] if m in "\u0302\u0306\u031b"))
        + "".join(m for m in unicodedata.normalize("NFD", c)[1:] if m not in "\u0302\u0306\u031b")
        for c in PLAN
    )  # fmt: skip
    decoded = decode(apart.encode("cp1258"))
    assert decoded.encoding == "cp1258"
    assert "CP1258" in decoded.note_vi
    assert facts(decoded.text) == WANTED


def test_tcvn3_bytes_and_pasted_text() -> None:
    data = in_tcvn3(PLAN)
    for given in (data, data.decode("latin-1").encode("utf-8")):
        decoded = decode(given)
        assert decoded.encoding == "tcvn3"
        assert "TCVN3" in decoded.note_en
        assert facts(decoded.text) == WANTED


def test_vni_bytes_and_pasted_text() -> None:
    written = in_vni(PLAN)
    for given in (written.encode("cp1252", "replace"), written.encode("utf-8")):
        decoded = decode(given)
        assert decoded.encoding == "vni"
        assert facts(decoded.text) == WANTED


def test_decomposed_text_is_kept_as_it_is() -> None:
    apart = unicodedata.normalize("NFD", PLAN)
    decoded = decode(apart.encode("utf-8"))
    assert decoded.text == apart
    assert facts(decoded.text) == WANTED


def test_what_is_not_sure_is_said() -> None:
    with pytest.raises(UndecodableError, match="UTF-8"):
        decode(b"abc \xe1\xe9\xed def \xff\xfe ghi" * 20)


def mixed(write, every: int = 3) -> str:
    lines = PLAN.split("\n")
    return "\n".join(write(line) if n % every == 0 else line for n, line in enumerate(lines))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (mixed(lambda line: in_tcvn3(line).decode("latin-1")), "TCVN3"),
        (mixed(in_vni), "VNI"),
    ],
    ids=["tcvn3", "vni"],
)
def test_lines_pasted_from_an_old_document_are_converted_alone(text: str, name: str) -> None:
    decoded = decode(text.encode("utf-8"))
    assert facts(decoded.text) == WANTED
    assert f"lines written in {name} have been converted" in decoded.note_en
    assert decoded.text.split("\n")[1::3] == PLAN.split("\n")[1::3], "the others stand as they were"


def test_a_line_that_reads_in_no_way_stands_and_is_said() -> None:
    decoded = decode(f"{PLAN}\nx¹¸ q®µ zz¬¶ w¸¹ k·¹g".encode())
    assert decoded.text.startswith(PLAN)
    assert "1 dòng không chắc" in decoded.note_vi


def test_foreign_names_are_no_old_encoding() -> None:
    text = f"{PLAN}\nÖsterreich, Zürich, Åland, naïve; 100 m², ¼, ½; “Nestlé” ® ©"
    assert decode(text.encode()).text == text


def test_a_font_of_capitals_gives_capitals_back() -> None:
    small = "\n".join(line.lower() if line.isupper() else line for line in PLAN.split("\n"))
    decoded = decode(in_tcvn3(small))
    assert "\nKẾ HOẠCH\n" in decoded.text
    assert "\nTM. UBND XÃ\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n" in decoded.text
    capitals = "QUYẾT ĐỊNH về việc phát triển THÔNG TIN số " * 20
    assert decode(in_tcvn3(capitals)).text == capitals


def test_a_few_damaged_places_are_marked_and_said() -> None:
    data = PLAN.encode()
    place = data.index("Nâng cao".encode())
    decoded = decode(data[: place + 1] + b"\xff" + data[place + 2 :])
    assert decoded.encoding == "utf-8"
    assert "\ufffd" in decoded.text
    assert "damaged in" in decoded.note_en
    assert facts(decoded.text) == WANTED


# --- formats ----------------------------------------------------------------------------------


def test_docx_in_a_font_of_old_is_converted() -> None:
    document = docx.Document()
    for line in PLAN.split("\n"):
        document.add_paragraph(in_tcvn3(line).decode("latin-1"))
    stored = io.BytesIO()
    document.save(stored)
    read = text_of(stored.getvalue(), "plan.docx")
    assert "TCVN3" in read.notes[0][0]
    assert facts(read.text) == WANTED


def test_docx_with_a_table_of_goals() -> None:
    document = docx.Document()
    document.add_paragraph("KẾ HOẠCH")
    document.add_paragraph("Phát triển hạ tầng số trên địa bàn xã Bình An giai đoạn 2024 - 2025")
    document.add_paragraph("I. MỤC TIÊU")
    table = document.add_table(rows=2, cols=4)
    for row, cells in zip(
        table.rows,
        (
            ("Chỉ tiêu", "Đơn vị", "Năm 2024", "Năm 2025"),
            ("Tỷ lệ hộ gia đình có Internet băng rộng cáp quang", "%", "85", "≥ 90,5"),
        ),
        strict=True,
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    stored = io.BytesIO()
    document.save(stored)
    read = text_of(stored.getvalue(), "plan.docx")
    assert read.format == "docx"
    assert [(t.indicator, t.comparator, t.value, t.year) for t in read_plan(read.text).targets] == [
        ("household_fibre_share", "=", 85, 2024),
        ("household_fibre_share", ">=", 90.5, 2025),
    ]


def test_docx_with_automatic_numbers() -> None:
    document = docx.Document()
    document.add_paragraph("KẾ HOẠCH")
    document.add_paragraph("Phát triển hạ tầng số xã Bình An năm 2025")
    document.add_paragraph("Mục tiêu", style="List Number")
    document.add_paragraph("Tỷ lệ người sử dụng Internet đạt 90%.", style="List Bullet")
    document.add_paragraph("Tổ chức thực hiện", style="List Number")
    document.add_paragraph("Công chức Văn hóa - Xã hội: chủ trì thực hiện.", style="List Bullet")
    stored = io.BytesIO()
    document.save(stored)
    text = text_of(stored.getvalue(), "plan.docx").text
    assert "1. Mục tiêu\n- Tỷ lệ người" in text
    assert "2. Tổ chức thực hiện" in text
    reading = read_plan(text)
    assert [t.indicator for t in reading.targets] == ["internet_user_share"]
    assert [[(b.name, b.role) for b in t.bodies] for t in reading.tasks] == [
        [("Công chức Văn hóa - Xã hội", "lead")]
    ]


def odt(paragraphs: list[str], manifest: str = "<m/>") -> bytes:
    body = "".join(f"<text:p>{p}</text:p>" for p in paragraphs)
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return stored.getvalue()


def test_odt() -> None:
    read = text_of(odt(PLAN.split("\n")), "plan.odt")
    assert read.format == "odt"
    assert facts(read.text) == WANTED


def test_html() -> None:
    lines = "".join(f"<p>{line}</p>" for line in PLAN.split("\n") if line.strip())
    page = f"<!DOCTYPE html><html><head><title>x</title><style>p{{}}</style></head><body>{lines}"
    read = text_of(page.encode(), "plan.html")
    assert read.format == "html"
    assert facts(read.text) == WANTED
    assert "{" not in read.text


def test_html_nested_beyond_reason() -> None:
    page = "<html><body>" + "<div>" * 20_000 + "Tỷ lệ" + "</div>" * 20_000
    assert text_of(page.encode(), "deep.html").format == "html"


def pdf_with_text(lines: list[str]) -> bytes:
    import matplotlib as mpl
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.3, 11.7))
    with mpl.rc_context({"pdf.fonttype": 42, "font.family": "DejaVu Sans"}):
        for number, line in enumerate(lines):
            figure.text(0.05, 0.97 - 0.02 * number, line, fontsize=7)
        stored = io.BytesIO()
        FigureCanvasPdf(figure).print_pdf(stored)
    return stored.getvalue()


def test_pdf_with_text() -> None:
    read = text_of(pdf_with_text([line for line in PLAN.split("\n") if line.strip()]), "plan.pdf")
    assert read.format == "pdf"
    found = facts(read.text)
    assert ("household_fibre_share", "=", 85, "%") in found
    assert ("adult_smartphone_share", "=", 80, "%") in found


def blank_pdf(password: str | None = None) -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    stored = io.BytesIO()
    writer.write(stored)
    return stored.getvalue()


def archive(*names: str) -> bytes:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as made:
        for name in names:
            made.writestr(name, "<x/>")
    return stored.getvalue()


# --- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (blank_pdf(), "scan.pdf", "bản quét"),
        (blank_pdf("secret"), "locked.pdf", "mật khẩu"),
        (b"%PDF-1.7 nothing more", "broken.pdf", "hỏng"),
        (b"PK\x03\x04 nothing more", "broken.docx", "hỏng"),
        (odt(["x"], "<manifest:encryption-data/>"), "locked.odt", "mật khẩu"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old.doc", r"\.docx"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "x.docx", "mật khẩu"),
        (b"\x89PNG\r\n\x1a\n" + bytes(90), "scan.png", "bản quét"),
        (b"{\\rtf1 x}", "x.rtf", r"\.rtf"),
        (bytes(range(256)) * 40, "noise.txt", "UTF-8|văn bản"),
        (b"x" * (MAX_FILE_BYTES + 1), "large.txt", "giới hạn"),
        (archive("xl/workbook.xml"), "figures.xlsx", "bảng tính"),
        (archive("ppt/presentation.xml"), "slides.pptx", r"\.docx"),
        (b"GIF89a" + bytes(90), "scan.gif", "bản quét"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(90), "photo.heic", "bản quét"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refusals_say_what_to_do(data: bytes, name: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said) as refused:
        text_of(data, name)
    assert " / " in str(refused.value), "in English too"


def test_a_zip_that_unpacks_to_too_much_is_refused() -> None:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (110 * 2**20))
    with pytest.raises(DocumentError, match="quá lớn"):
        text_of(stored.getvalue(), "bomb.docx")


def test_a_zip_that_lies_of_its_size_is_refused_too() -> None:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", b" " * (110 * 2**20))
    data = bytearray(stored.getvalue())
    listed = data.rindex(b"PK\x01\x02")
    for place in (22, listed + 24):
        data[place : place + 4] = (1000).to_bytes(4, "little")
    with pytest.raises(DocumentError, match=r"hỏng|quá lớn"):
        text_of(bytes(data), "bomb.docx")


def test_a_workbooks_password_is_told_wherever_the_file_says_it() -> None:
    data = b"\xd0\xcf\x11\xe0" + bytes(900_000) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(DocumentError, match="mật khẩu"):
        text_of(data, "plan.docx")


def test_entities_are_not_followed() -> None:
    content = (
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
        "<text:p>&a;</text:p></office:text></office:body></office:document-content>"
    )
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr("content.xml", content)
    assert "root:" not in text_of(stored.getvalue(), "x.odt").text


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"none\.txt"):
        read_file(tmp_path / "none.txt")
    with pytest.raises(DocumentError, match="thư mục"):
        read_file(tmp_path)
    with pytest.raises(DocumentError, match="tệp thường"):
        read_file(Path("/dev/zero"))


def test_large_file_is_refused_unread(tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(50 * 2**20)
    with pytest.raises(DocumentError, match="50 MB"):
        read_file(large)


def test_roman_numerals() -> None:
    assert [roman(n) for n in (1, 4, 9, 14, 40, 90, 1994)] == [
        "I", "IV", "IX", "XIV", "XL", "XC", "MCMXCIV",
    ]  # fmt: skip
