"""The official report on a page: who signs, what is refused, and text brought over."""

import io
import re
import zipfile

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from docx.oxml.ns import qn
from tests.organisations import people
from tests.web.addresses import PROVINCE

from hatangso.indicators.services import import_file
from hatangso.reports import map_picture

pytestmark = pytest.mark.django_db
PAGE = f"/don-vi/{PROVINCE}/bao-cao/"
FILE = f"/don-vi/{PROVINCE}/bao-cao.docx"
REFRESH = f"{PAGE}lam-moi/"


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def words_of(response):
    """Words of a Word file."""
    document = Document(io.BytesIO(b"".join(response.streaming_content)))
    return "\n".join(node.text or "" for node in document.element.body.iter(qn("w:t")))


def test_the_page_is_the_report(province, client):
    text = words(client.get(f"{PAGE}?ngay=2026-11-22"))
    for part in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Nơi nhận:", "Phụ lục I", "./."):
        assert part in text
    assert "SỐ LIỆU MINH HỌA" in text


def test_a_deputy_signs_on_the_page_and_in_the_file(province, client):
    chosen = {"ky-thay": "KT", "nguoi-ky": "Nguyễn Văn Mẫu", "so": "15", "ngay-ky": "05/01/2027"}
    text = words(client.get(PAGE, chosen))
    assert "KT. CHỦ TỊCH PHÓ CHỦ TỊCH Nguyễn Văn Mẫu" in text
    assert "ngày 05 tháng 01 năm 2027" in text
    written = words_of(client.get(FILE, chosen))
    for part in ("KT. CHỦ TỊCH", "Nguyễn Văn Mẫu", "Số: 15/BC-UBND", "ngày 05 tháng 01 năm 2027"):
        assert part in written


def test_signing_by_order_asks_for_the_post(province, client):
    response = client.get(PAGE, {"ky-thay": "TL"})
    assert "phải ghi chức vụ của người ký" in words(response)
    assert client.get(FILE, {"ky-thay": "TL"}).status_code == 422
    text = words(client.get(PAGE, {"ky-thay": "TUQ", "chuc-vu": "Giám đốc Sở"}))
    assert "TUQ. CHỦ TỊCH GIÁM ĐỐC SỞ" in text


@pytest.fixture
def empty_cache():
    cache.clear()
    yield
    cache.clear()


def test_a_picture_is_drawn_anew_only_when_what_it_shows_has_changed(
    province, client, monkeypatch, empty_cache
):
    drawn = []

    def counted(*shown):
        drawn.append(shown)
        return b"\x89PNG" + bytes([len(drawn)])

    monkeypatch.setattr(map_picture, "draw", counted)
    address = f"{PAGE}ban-do.png?ngay=2026-11-22"
    first = client.get(address)
    again = client.get(address)
    assert (first.content, len(drawn)) == (again.content, 1)
    assert first["Cache-Control"] == "public, no-cache"
    held = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (held.status_code, held.content) == (304, b"")
    code = drawn[0][0].indicator.code
    head = "unit_code,indicator,period,numerator,denominator,value,kind,note\n"
    import_file(f"{head}N01,{code},2026-Q3,1,977,,,\n".encode(), "moi.csv", made_up=True)
    changed = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, len(drawn)) == (200, 2)
    assert changed.content != first.content


def test_the_chart_and_the_map_are_pictures(province, client):
    for name in ("bieu-do.png", "ban-do.png"):
        response = client.get(f"{PAGE}{name}")
        assert response["Content-Type"] == "image/png"
        assert response.content.startswith(b"\x89PNG")


def test_what_people_wrote_is_brought_over(province, client):
    client.force_login(people.person("nguoi-viet"))
    document = Document(io.BytesIO(b"".join(client.get(FILE).streaming_content)))
    for node in document.element.body.iter(qn("w:t")):
        if (node.text or "").startswith("[Nêu khó khăn"):
            node.text = "Hai thôn chưa có điện lưới."
    buffer = io.BytesIO()
    document.save(buffer)
    sent = SimpleUploadedFile("bao-cao.docx", buffer.getvalue())
    assert "Hai thôn chưa có điện lưới." in words_of(client.post(REFRESH, {"report": sent}))


@pytest.mark.parametrize("content", [b"", b"no file of Word"])
def test_what_is_no_report_is_refused_in_words(province, client, content):
    client.force_login(people.person("nguoi-viet"))
    fields = {"report": SimpleUploadedFile("a.docx", content)} if content else {}
    response = client.post(REFRESH, fields)
    assert response.status_code == 422
    assert "Word" in words(response)


def test_a_word_file_of_somebody_else_is_refused(province, client):
    client.force_login(people.person("nguoi-viet"))
    buffer = io.BytesIO()
    Document().save(buffer)
    response = client.post(REFRESH, {"report": SimpleUploadedFile("a.docx", buffer.getvalue())})
    assert response.status_code == 422
    assert "không phải báo cáo do hệ thống lập" in words(response)


def test_a_file_that_swells_is_not_opened(province, client):
    client.force_login(people.person("nguoi-viet"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 90_000_000)
    response = client.post(REFRESH, {"report": SimpleUploadedFile("a.docx", buffer.getvalue())})
    assert response.status_code == 422
    assert "lớn hơn một báo cáo" in words(response)
