"""The text of a file: .txt, .docx, .odt, .html or a PDF with text in it.

The text that comes out is what offsets count in. Sizes are bounded, so that a small file cannot
unpack into a large one, and every refusal says what to do.
"""

from __future__ import annotations

import io
import logging
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hatangso.engines.plantext.decoding import UndecodableError, decode, unicode_text
from hatangso.engines.plantext.docx_text import docx_lines
from hatangso.engines.plantext.html_text import html_text
from hatangso.engines.plantext.odt_text import odt_lines
from hatangso.engines.plantext.pdf_text import pdf_text

MAX_FILE_BYTES = 20 * 2**20
"""Larger files are refused: the longest plan with its pictures is a few megabytes."""
MAX_UNPACKED_BYTES = 100 * 2**20
MAX_XML_BYTES = 30 * 2**20
"""Most that one part with text may unpack to, whatever the archive says of its size."""
MAX_PDF_PAGES = 400
MAX_TEXT = 5_000_000
_MIN_CHARACTERS_A_PAGE = 40
"""A PDF with fewer letters a page is a picture of paper."""


_PICTURES = (b"\x89PNG", b"II*\x00", b"MM\x00*", b"\xff\xd8\xff", b"GIF8")
_PICTURES_AFTER_SIZE = frozenset((b"ftypheic", b"ftypmif1", b"ftypavif"))
"""How pictures begin: a photograph or a scan of a plan."""


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


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes.

    Parameters
    ----------
    path : Path
        A file.

    Raises
    ------
    DocumentError
        If it is missing, a folder, too large or not to be read.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise DocumentError(
                f"{path.name} là một thư mục. Hãy chỉ tên một tệp. "
                f"/ {path.name} is a folder. Name a file."
            )
        if not path.is_file():
            raise DocumentError(
                f"{path.name} không phải là tệp thường. Hãy chỉ tên một tệp văn bản. "
                f"/ {path.name} is no ordinary file. Name a file with text."
            )
        if size > MAX_FILE_BYTES:
            raise DocumentError(_too_large(size))
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise DocumentError(
            f"Không có tệp {path.name}. Hãy kiểm tra tên và thư mục. "
            f"/ There is no file {path.name}. Check its name and folder."
        ) from error
    except PermissionError as error:
        raise DocumentError(
            f"Không có quyền đọc tệp {path.name}. Hãy xin quyền hoặc chép tệp sang chỗ khác. "
            f"/ You may not read the file {path.name}. Ask for the right, or copy it elsewhere."
        ) from error
    except OSError as error:
        raise DocumentError(
            f"Không đọc được tệp {path.name} ({error.strerror}). Hãy chép tệp sang chỗ khác. "
            f"/ The file {path.name} cannot be read ({error.strerror}). Copy it elsewhere."
        ) from error
    return data


def read_file(path: Path) -> Document:
    """Return the text of a file.

    Parameters
    ----------
    path : Path
        A .txt, .docx, .odt, .html or PDF file.

    Raises
    ------
    DocumentError
        If the file is missing, too large, encrypted, damaged, of another kind, or a scan.
    """
    return text_of(read_bytes(path), path.name)


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
    elif data.startswith(_PICTURES) or data[4:12] in _PICTURES_AFTER_SIZE:
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


_UNPACKS = (
    "Tệp giải nén ra quá lớn, không giống một văn bản. Hãy bỏ hình ảnh rồi gửi lại. "
    "/ The file unpacks to too much for a document. Take the pictures out."
)


_LOCKED = (
    "Tệp được đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại. "
    "/ The file is protected by a password. Take the password off and give it again."
)


def _old_or_locked(data: bytes) -> str:
    if b"E\x00n\x00c\x00r\x00y\x00p\x00t" in data:
        return _LOCKED
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
    return Document(html_text(tree), "html", encoding, notes)


# --- zipped formats -----------------------------------------------------------------------------


def _zipped(data: bytes) -> Document:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _archived(archive)
    except DocumentError:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        OSError,
        EOFError,
        KeyError,
        ValueError,
        RuntimeError,
        OverflowError,
    ) as error:
        raise DocumentError(
            "Tệp bị hỏng: không giải nén được. Hãy mở bằng trình soạn thảo và lưu lại. "
            "/ The file is damaged: it cannot be unpacked. Open it in an editor and save it again."
        ) from error


def _archived(archive: zipfile.ZipFile) -> Document:
    """Return the text of a document that is an archive, told by the parts that it holds."""
    infos = archive.infolist()
    if sum(info.file_size for info in infos) > MAX_UNPACKED_BYTES:
        raise DocumentError(_UNPACKS)
    names = {info.filename for info in infos}
    if any(info.flag_bits & 1 for info in infos) or "EncryptedPackage" in names:
        raise DocumentError(_LOCKED)
    if "word/document.xml" in names:
        return _docx(archive, names)
    if "content.xml" in names:
        return _odt(archive, names)
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        raise DocumentError(
            "Tệp là bảng tính, không phải văn bản. Hãy chép bảng vào tệp .docx, hoặc lưu thành "
            ".html hay PDF. / The file is a workbook, not a text. Copy the table into a .docx, or "
            "save it as .html or PDF."
        )
    raise DocumentError(
        "Tệp nén này không phải .docx hay .odt. Hãy gửi đúng tệp văn bản. "
        "/ This archive is neither .docx nor .odt. Give the document itself."
    )


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    with archive.open(name) as part:
        content = part.read(MAX_XML_BYTES + 1)
    if len(content) > MAX_XML_BYTES:
        raise DocumentError(_UNPACKS)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(
            "Nội dung tệp bị hỏng. Hãy mở bằng trình soạn thảo và lưu lại. "
            "/ The document's content is damaged. Open it in an editor and save it again."
        ) from error


def _docx(archive: zipfile.ZipFile, names: set[str]) -> Document:
    parts = {
        part: _xml(archive, f"word/{part}.xml")
        for part in ("numbering", "styles", "footnotes", "endnotes")
        if f"word/{part}.xml" in names
    }
    lines = docx_lines(_xml(archive, "word/document.xml"), parts)
    return _of_lines(lines, "docx")


def _odt(archive: zipfile.ZipFile, names: set[str]) -> Document:
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read(
        "META-INF/manifest.xml"
    ):
        raise DocumentError(_LOCKED)
    styles = _xml(archive, "styles.xml") if "styles.xml" in names else None
    return _of_lines(odt_lines(_xml(archive, "content.xml"), styles), "odt")


def _of_lines(lines: list[str], kind: str) -> Document:
    """Return a document of lines, what was written in the fonts of old converted."""
    decoded = unicode_text("\n".join(lines).strip("\n"))
    notes = ((decoded.note_vi, decoded.note_en),) if decoded.note_vi else ()
    return Document(decoded.text, kind, None, notes)


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
        reader = PdfReader(io.BytesIO(data))
        _check_pdf(reader)
        text, letters = pdf_text(reader)
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
    if letters < _MIN_CHARACTERS_A_PAGE * max(1, len(reader.pages)):
        raise DocumentError(_SCAN)
    decoded = unicode_text(text)
    notes = ((decoded.note_vi, decoded.note_en),) if decoded.note_vi else ()
    return Document(decoded.text, "pdf", decoded.encoding, notes)


def _check_pdf(reader: Any) -> None:
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
