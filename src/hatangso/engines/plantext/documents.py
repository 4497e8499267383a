"""The text of a file: .txt, .docx, .odt, .html or a PDF with text in it.

The text that comes out is what offsets count in. Sizes are bounded, so that a small file cannot
unpack into a large one, and every refusal says what to do.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hatangso.engines.plantext.decoding import UndecodableError, decode
from hatangso.engines.plantext.document_tables import span_of, spread_html_cells, table_lines
from hatangso.engines.plantext.docx_text import W, add_blocks, footnotes
from hatangso.engines.plantext.numbering import ListCounter

MAX_FILE_BYTES = 20 * 2**20
"""Larger files are refused: the longest plan with its pictures is a few megabytes."""
MAX_UNPACKED_BYTES = 100 * 2**20
MAX_PDF_PAGES = 400
MAX_TEXT = 5_000_000
_MIN_CHARACTERS_A_PAGE = 40
"""A PDF with fewer letters a page is a picture of paper."""

_ODT_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_ODT_TITLE = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}title"
_ODT_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_HTML_BLOCKS = frozenset(
    (
        "p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article",
        "header", "footer", "table", "ul", "ol", "blockquote", "center", "hr", "pre", "dt",
        "dd",
    )
)  # fmt: skip


class DocumentError(ValueError):
    """Raised where a file cannot be read: says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Document:
    """The text of a file, and what was done to get it.

    Attributes
    ----------
    text : str
        The text as kept: offsets count its code points.
    format : str
        "txt", "docx", "odt", "html" or "pdf".
    encoding : str or None
        For .txt and .html, how it was written.
    notes : tuple of (str, str)
        What was done, in Vietnamese and in English.
    """

    text: str
    format: str
    encoding: str | None = None
    notes: tuple[tuple[str, str], ...] = ()


def read_file(path: Path) -> Document:
    """Return the text of a file.

    Raises
    ------
    DocumentError
        If the file is missing, too large, encrypted, damaged, of another kind, or a scan.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise DocumentError(
                f"{path.name} là một thư mục. Hãy chỉ tên một tệp. "
                f"/ {path.name} is a folder. Name a file."
            )
        if size > MAX_FILE_BYTES:
            raise DocumentError(_too_large(size))
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"Không mở được tệp {path.name}: {error.strerror}. Hãy kiểm tra tên và quyền đọc. "
            f"/ The file {path.name} cannot be opened: {error.strerror}. Check its name and rights."
        ) from error
    return text_of(data, path.name)


def _too_large(size: int) -> str:
    return (
        f"Tệp nặng {size / 2**20:.0f} MB, quá giới hạn {MAX_FILE_BYTES // 2**20} MB. "
        "Hãy tách văn bản hoặc bỏ hình ảnh rồi gửi lại. "
        f"/ The file has {size / 2**20:.0f} MB, over the limit of {MAX_FILE_BYTES // 2**20} MB. "
        "Split it or take the pictures out."
    )


def text_of(data: bytes, name: str) -> Document:
    """Return the text of a file's bytes, its kind told by the bytes and then by the name.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        Its name, for the ending.

    Raises
    ------
    DocumentError
        As `read_file`.
    """
    if len(data) > MAX_FILE_BYTES:
        raise DocumentError(_too_large(len(data)))
    if data.startswith(b"%PDF"):
        document = _pdf(data)
    elif data.startswith(b"PK\x03\x04"):
        document = _zipped(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise DocumentError(_old_or_locked(data))
    elif data.startswith(b"{\\rtf"):
        raise DocumentError(
            "Tệp .rtf chưa đọc được. Hãy lưu lại thành .docx hoặc .txt. "
            "/ .rtf files are not read. Save it as .docx or .txt."
        )
    elif data[:4] in (b"\x89PNG", b"II*\x00", b"MM\x00*") or data.startswith(b"\xff\xd8\xff"):
        raise DocumentError(_SCAN)
    elif _is_html(data, name):
        document = _html(data)
    else:
        document = _plain(data)
    if len(document.text) > MAX_TEXT:
        raise DocumentError(
            f"Văn bản dài {len(document.text):,} ký tự, quá giới hạn {MAX_TEXT:,}. "
            "Hãy tách từng kế hoạch thành một tệp. "
            f"/ The text has {len(document.text):,} characters, over the limit of {MAX_TEXT:,}. "
            "Give one plan per file."
        )
    return document


_SCAN = (
    "Tệp là bản quét (ảnh), không có chữ để đọc. Hãy gửi bản gốc .docx, PDF xuất từ trình soạn "
    "thảo, hoặc chạy nhận dạng chữ tiếng Việt rồi gửi bản có chữ. "
    "/ The file is a scan (pictures) and holds no text. Give the original .docx, a PDF exported "
    "from the editor, or run Vietnamese OCR on it first."
)


def _old_or_locked(data: bytes) -> str:
    if b"E\x00n\x00c\x00r\x00y\x00p\x00t" in data[:200_000]:
        return (
            "Tệp được đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại. "
            "/ The file is protected by a password. Take the password off and give it again."
        )
    return (
        "Tệp .doc cũ chưa đọc được. Hãy mở bằng Word hoặc LibreOffice và lưu lại thành .docx. "
        "/ Old .doc files are not read. Open it in Word or LibreOffice and save it as .docx."
    )


# --- plain text and HTML -----------------------------------------------------------------------


def _plain(data: bytes) -> Document:
    try:
        decoded = decode(data)
    except UndecodableError as error:
        raise DocumentError(str(error)) from error
    control = sum(c < " " and c not in "\r\n\t\f\v" for c in decoded.text[:20_000])
    if control > 20 + 0.01 * min(len(decoded.text), 20_000):
        raise DocumentError(
            "Tệp không phải là văn bản. Hãy gửi tệp .txt, .docx, .odt, .html hoặc PDF có chữ. "
            "/ The file is not text. Give a .txt, .docx, .odt, .html or a PDF with text."
        )
    notes = ((decoded.note_vi, decoded.note_en),) if decoded.note_vi else ()
    return Document(decoded.text, "txt", decoded.encoding, notes)


def _is_html(data: bytes, name: str) -> bool:
    head = data[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<?xml")) and b"html" in head:
        return True
    return Path(name).suffix.lower() in {".html", ".htm", ".xhtml"} and b"<" in data


def _html(data: bytes) -> Document:
    from lxml import etree, html

    declared = re.search(rb"charset\s*=\s*[\"']?\s*([\w-]+)", data[:4000])
    notes: tuple[tuple[str, str], ...] = ()
    encoding: str | None
    try:
        decoded = decode(data)
        source, encoding = decoded.text, decoded.encoding
        notes = ((decoded.note_vi, decoded.note_en),) if decoded.note_vi else ()
    except UndecodableError as error:
        if declared is None:
            raise DocumentError(str(error)) from error
        encoding = declared[1].decode("ascii")
        try:
            source = data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            raise DocumentError(str(error)) from error
    source = re.sub(r"^\s*<\?xml[^>]*\?>", "", source)
    if not source.strip():
        return Document("", "html", encoding, notes)
    parser = html.HTMLParser(huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(source, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise DocumentError(
            "Trang HTML bị hỏng. Hãy lưu lại trang hoặc chép nội dung vào tệp .txt. "
            "/ The HTML page is damaged. Save it again or copy its text into a .txt file."
        ) from error
    for table in tree.iter("table"):
        spread_html_cells(table)
    pieces: list[str] = []
    _html_text(tree, pieces)
    text = re.sub(r"[ \t\r\f\v\xa0]*\n[ \t\r\f\v\xa0]*", "\n", "".join(pieces))
    return Document(re.sub(r"\n{3,}", "\n\n", text).strip("\n"), "html", encoding, notes)


def _html_text(root: Any, pieces: list[str]) -> None:
    """Add an element's text, a line for each block; no recursion, however deep the page."""
    stack: list[tuple[Any, bool]] = [(root, True)]
    while stack:
        element, opening = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if not opening:
            pieces.append("\n" if tag in _HTML_BLOCKS else " | " if tag in {"td", "th"} else "")
            pieces.append(_one_line(element.tail))
            continue
        if tag in {"script", "style", "head", "title", "noscript", "template", "nav"}:
            pieces.append(_one_line(element.tail))
            continue
        if tag in _HTML_BLOCKS:
            pieces.append("\n")
        if tag == "tr" and sum(cell.tag in {"td", "th"} for cell in element) > 2:
            pieces.append("| ")
        if tag == "li" and not re.match(r"\s*[-–+•*\d(]", element.text or ""):
            pieces.append("- ")
        pieces.append(_one_line(element.text) if tag != "pre" else element.text or "")
        stack.append((element, False))
        stack.extend((child, True) for child in reversed(element))


def _one_line(text: str | None) -> str:
    return re.sub(r"\s+", " ", text) if text else ""


# --- zipped formats -----------------------------------------------------------------------------


def _zipped(data: bytes) -> Document:
    damaged = DocumentError(
        "Tệp bị hỏng: không giải nén được. Hãy mở bằng trình soạn thảo và lưu lại. "
        "/ The file is damaged: it cannot be unpacked. Open it in an editor and save it again."
    )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > MAX_UNPACKED_BYTES:
                raise DocumentError(
                    "Tệp giải nén ra quá lớn, không giống một văn bản. "
                    "Hãy bỏ hình ảnh rồi gửi lại. "
                    "/ The file unpacks to too much for a document. Take the pictures out."
                )
            names = {info.filename for info in infos}
            if any(info.flag_bits & 1 for info in infos) or "EncryptedPackage" in names:
                raise DocumentError(
                    "Tệp được đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại. "
                    "/ The file is protected by a password. Take the password off."
                )
            if "word/document.xml" in names:
                return _docx(archive, names)
            if "content.xml" in names:
                return _odt(archive, names)
    except (zipfile.BadZipFile, OSError, EOFError, KeyError, NotImplementedError) as error:
        raise damaged from error
    except (RuntimeError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise damaged from error
    raise DocumentError(
        "Tệp nén này không phải .docx hay .odt. Hãy gửi đúng tệp văn bản. "
        "/ This archive is neither .docx nor .odt. Give the document itself."
    )


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(archive.read(name), parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(
            "Nội dung tệp bị hỏng. Hãy mở bằng trình soạn thảo và lưu lại. "
            "/ The document's content is damaged. Open it in an editor and save it again."
        ) from error


def _docx(archive: zipfile.ZipFile, names: set[str]) -> Document:
    body = _xml(archive, "word/document.xml").find(f"{W}body")
    numbering = _xml(archive, "word/numbering.xml") if "word/numbering.xml" in names else None
    styles = _xml(archive, "word/styles.xml") if "word/styles.xml" in names else None
    counter = ListCounter(numbering, styles)
    lines: list[str] = []
    if body is not None:
        add_blocks(body, lines, counter)
    if "word/footnotes.xml" in names:
        lines.extend(footnotes(_xml(archive, "word/footnotes.xml")))
    return Document("\n".join(lines).strip("\n"), "docx")


def _odt(archive: zipfile.ZipFile, names: set[str]) -> Document:
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read(
        "META-INF/manifest.xml"
    ):
        raise DocumentError(
            "Tệp được đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại. "
            "/ The file is protected by a password. Take the password off."
        )
    root = _xml(archive, "content.xml")
    body = next(root.iter("{urn:oasis:names:tc:opendocument:xmlns:office:1.0}text"), None)
    lines: list[str] = []
    if body is not None:
        _odt_blocks(body, lines, "")
    return Document("\n".join(lines).strip("\n"), "odt")


def _odt_blocks(parent: Any, lines: list[str], mark: str, depth: int = 0) -> None:
    if depth > 60:
        return
    for child in parent:
        if child.tag in {f"{_ODT_TEXT}p", f"{_ODT_TEXT}h"}:
            text = _odt_text(child)
            lines.extend((mark + text if text.strip() else text).split("\n"))
            mark = ""
        elif child.tag == f"{_ODT_TEXT}list":
            for item in child:
                _odt_blocks(item, lines, "- ", depth + 1)
        elif child.tag == f"{_ODT_TABLE}table":
            if any(table is not child for table in child.iter(f"{_ODT_TABLE}table")):
                # A table that holds others lays out the page.
                for cell in child.iterfind(f".//{_ODT_TABLE}table-cell"):
                    if next(cell.iterancestors(f"{_ODT_TABLE}table")) is child:
                        _odt_blocks(cell, lines, "", depth + 1)
            else:
                lines.extend(table_lines(_odt_rows(child)))
        elif child.tag == f"{_ODT_TEXT}section":
            _odt_blocks(child, lines, "", depth + 1)


def _odt_rows(table: Any) -> list[list[str]]:
    """Return the texts of a table's rows."""
    rows: list[list[str]] = []
    stack = list(reversed(table))
    while stack:
        node = stack.pop()
        if node.tag == f"{_ODT_TABLE}table-row":
            rows.append(_odt_cells(node))
        elif node.tag in {
            f"{_ODT_TABLE}table-header-rows",
            f"{_ODT_TABLE}table-rows",
            f"{_ODT_TABLE}table-row-group",
        }:
            stack.extend(reversed(node))
    return rows


def _odt_cells(row: Any) -> list[str]:
    """Return the texts of a row's cells; a cell that a neighbour covers is empty."""
    cells: list[str] = []
    for cell in row:
        if cell.tag not in {f"{_ODT_TABLE}table-cell", f"{_ODT_TABLE}covered-table-cell"}:
            continue
        said = "\n".join(_odt_text(p) for p in cell.iter(f"{_ODT_TEXT}p")).strip()
        cells += [said] * span_of(cell.get(f"{_ODT_TABLE}number-columns-repeated"))
    return cells


def _odt_text(paragraph: Any) -> str:
    pieces: list[str] = []

    def walk(node: Any, depth: int) -> None:
        pieces.append(node.text or "")
        for child in node:
            if child.tag == f"{_ODT_TEXT}s":
                pieces.append(" " * min(int(child.get(f"{_ODT_TEXT}c", "1") or 1), 200))
            elif child.tag == f"{_ODT_TEXT}tab":
                pieces.append(" ")
            elif child.tag == f"{_ODT_TEXT}line-break":
                pieces.append("\n")
            elif child.tag not in {f"{_ODT_TEXT}note", _ODT_TITLE} and depth < 60:
                if child.tag == f"{_ODT_TEXT}p":
                    pieces.append("\n")  # a paragraph of a box
                walk(child, depth + 1)
            pieces.append(child.tail or "")

    walk(paragraph, 0)
    return "".join(pieces)


# --- PDF ------------------------------------------------------------------------------------------


def _pdf(data: bytes) -> Document:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    # What is wrong with a file is said once, in the refusal.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    damaged = DocumentError(
        "Tệp PDF bị hỏng. Hãy xuất lại PDF từ trình soạn thảo, hoặc gửi bản .docx. "
        "/ The PDF is damaged. Export it again from the editor, or give the .docx."
    )
    try:
        pages = _pdf_pages(PdfReader(io.BytesIO(data)))
    except DocumentError:
        raise
    except ImportError as error:
        raise DocumentError(
            "Tệp PDF được mã hóa theo cách cần thư viện chưa có. Hãy bỏ mật khẩu rồi gửi lại. "
            "/ The PDF is encrypted in a way that needs a library that is absent. Take the "
            "password off."
        ) from error
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        OSError,
        RecursionError,
        OverflowError,
        ArithmeticError,
        NotImplementedError,
    ) as error:
        raise damaged from error
    letters = sum(c.isalnum() for page in pages for c in page)
    if letters < _MIN_CHARACTERS_A_PAGE * max(1, len(pages)):
        raise DocumentError(_SCAN)
    text = "\n".join(_without_page_number(page) for page in pages)
    decoded = decode(text.encode("utf-8", errors="replace"))
    notes = ((decoded.note_vi, decoded.note_en),) if decoded.note_vi else ()
    return Document(decoded.text, "pdf", decoded.encoding, notes)


def _pdf_pages(reader: Any) -> list[str]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise DocumentError(
            "Tệp PDF được đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại. "
            "/ The PDF is protected by a password. Take the password off."
        )
    if len(reader.pages) > MAX_PDF_PAGES:
        raise DocumentError(
            f"Tệp PDF có {len(reader.pages)} trang, quá giới hạn {MAX_PDF_PAGES}. "
            "Hãy tách riêng kế hoạch. "
            f"/ The PDF has {len(reader.pages)} pages, over the limit of {MAX_PDF_PAGES}. "
            "Give the plan alone."
        )
    return [page.extract_text() or "" for page in reader.pages]


def _without_page_number(page: str) -> str:
    """Return a page's text without the number that stands alone at its top or bottom."""
    page = re.sub(r"\A\s*\d{1,3}\s*\n", "", page)
    return re.sub(r"\n\s*\d{1,3}\s*\Z", "\n", page)
