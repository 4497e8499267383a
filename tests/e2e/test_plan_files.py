"""Files given through the page of plans: wrong ones, the same twice, copies, versions, scans."""

import io
import os
import re
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from tests.e2e.conftest import Visit
from tests.e2e.plans import GIVE, TEXT, give, number_of, plan_text, sign_in

HALF = "IV. TỔ CHỨC THỰC HIỆN"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8"
    "ffff3f0005fe02fea7351b6f0000000049454e44ae426082"
)


def pdf(*, password=None):
    """Make a PDF of one page without a letter on it: what a scanner gives."""
    writer, held = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    if password:
        writer.encrypt(password)
    writer.write(held)
    return held.getvalue()


def damaged_docx():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("word/document.xml", "<w:document")
    return held.getvalue()


#: Each file that is refused, with words of the sentence that says why and what to do.
REFUSED = {
    "trống": ("trong.txt", b"", "trống"),
    "50 MB": ("to.txt", b"a" * (50 * 1024 * 1024 + 1), "50 MB"),
    "21 MB": ("vua.txt", b"a" * (21 * 1024 * 1024), "20 MB"),
    "docx mã hóa": ("khoa.docx", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2048), ".docx"),
    "pdf mã hóa": ("khoa.pdf", pdf(password="kín"), "mật khẩu"),  # noqa: S106
    "docx hỏng": ("hong.docx", damaged_docx(), "hỏng"),
    "pdf hỏng": ("hong.pdf", b"%PDF-1.7\nnothing", "hỏng"),
    "bản quét pdf": ("quet.pdf", pdf(), "quét"),
    "bản quét ảnh": ("quet.png", PICTURE, "quét"),
    "không phải kế hoạch": ("pho.txt", "Công thức nấu phở bò: xương, quế, hồi.".encode(), "kế"),
}


def plans_here(visit):
    """How many plans the list has."""
    return visit.open("/ke-hoach/").locator("main tbody tr").count()


def refuse(visit, name, folder):
    """Give a wrong file and look at what is said."""
    file, content, words = REFUSED[name]
    path = folder / file
    path.write_bytes(content)
    page = visit.open(GIVE)
    page.set_input_files("#file", path)
    page.locator("main form button").click()
    page.wait_for_load_state("load")
    said = page.locator("main [role=alert]").inner_text()
    assert words in said, name
    assert "Không có gì được lưu" in said
    assert " / " not in said, "In the reader's language alone."
    assert page.url.endswith(GIVE)
    pictures = os.environ.get("HATANGSO_PICTURES")
    width = page.viewport_size["width"]
    if pictures:
        page.screenshot(path=Path(pictures) / f"refused-{file}-{width}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_wrong_files_are_refused_with_advice_and_change_nothing(desktop, tmp_path):
    sign_in(desktop)
    before = plans_here(desktop)
    for name in REFUSED:
        refuse(desktop, name, tmp_path)
    assert plans_here(desktop) == before


def test_the_refusal_is_read_on_a_phone(chromium, site, tmp_path):
    phone = Visit(chromium, site, 390, 844)
    sign_in(phone)
    refuse(phone, "pdf mã hóa", tmp_path)
    phone.context.close()
    assert phone.errors == []


def test_half_a_plan_is_read_and_says_what_is_missing(desktop):
    text = plan_text()
    sign_in(desktop)
    page = give(desktop, text[: text.index(HALF)])
    said = page.locator("details.notice").inner_text()
    assert "tổ chức thực hiện" in said
    assert page.locator("[data-kind=target]").count() == 12


def test_two_plans_in_one_file_are_said_and_the_place_of_the_second_is_linked(desktop):
    text = plan_text()
    sign_in(desktop)
    page = give(desktop, f"{text}\n\n\n{plan_text()}")
    link = page.locator("details.notice a")
    assert "kế hoạch" in link.inner_text()
    assert page.locator(link.get_attribute("href")).count() == 1
    assert page.locator("[data-kind=target]").count() == 12


def test_the_same_file_twice_is_one_plan_and_says_so(desktop):
    text = plan_text()
    sign_in(desktop)
    first = give(desktop, text).url
    before = plans_here(desktop)
    page = give(desktop, text, "ten-khac.txt")
    assert page.url == first
    assert "Tệp này đã có trong hệ thống" in page.locator("[role=alert]").inner_text()
    assert plans_here(desktop) == before


def test_a_corrected_copy_keeps_decisions_and_shows_what_differs(desktop):
    text = plan_text()
    sign_in(desktop)
    page = give(desktop, text)
    first = page.url
    card = page.locator("[data-card]", has=page.locator("a", has_text="cột treo cáp đạt"))
    card.evaluate("card => card.focus()")
    with page.expect_navigation():
        page.keyboard.press("c")
    mended = text.replace("cáp quang đạt 80%", "cáp quang đạt 82%")
    page = give(desktop, mended.replace("Đẩy mạnh dùng chung", "Tăng cường dùng chung"))
    assert page.url != first
    said = page.locator("#difference").inner_text()
    assert "80%" in said
    assert "82%" in said
    assert "Đổi câu chữ" in said
    kept = page.locator("[data-card]", has=page.locator("a", has_text="cột treo cáp đạt"))
    assert "đã xác nhận (Cán bộ tỉnh minh họa)" in kept.inner_text()
    link = page.locator("#difference ins a").first.get_attribute("href")
    assert "82%" in page.locator(link).inner_text()


@pytest.mark.parametrize(
    ("verb", "there", "back"),
    [("Điều chỉnh", "Điều chỉnh:", "Được điều chỉnh bởi:"), ("Thay thế", "Thay thế", "thay thế")],
)
def test_a_plan_that_amends_or_replaces_another_keeps_both_linked(desktop, verb, there, back):
    old = plan_text()
    of = f"{verb} Kế hoạch số {number_of(old)} ngày 20/6/2023 của UBND tỉnh về phát triển"
    new = plan_text(
        ("KẾ HOẠCH\nPhát triển", f"KẾ HOẠCH\n{of}"), ("tháng 6 năm 2023", "tháng 9 năm 2023")
    )
    sign_in(desktop)
    first = re.sub(r"doi-soat/.*", "", give(desktop, old).url)
    later = re.sub(r"doi-soat/.*", "", give(desktop, new).url)
    page = desktop.open(later.removeprefix(desktop.site))
    notice = page.locator("ul.notice")
    assert there in notice.inner_text()
    notice.get_by_role("link", name=number_of(old)).click()
    page.wait_for_url(first)
    notice = page.locator("ul.notice")
    assert back in notice.inner_text()
    notice.get_by_role("link", name=number_of(new)).click()
    page.wait_for_url(later)


def test_the_signed_scan_is_attached_and_opened_by_anyone(visit):
    sign_in(visit)
    page = give(visit, plan_text())
    for name, content, words in (
        ("ban-ky.pdf", b"<script>alert(1)</script>", "PDF, JPEG, PNG hoặc TIFF"),
        ("ban-ky.pdf", pdf(), "Đã đính kèm"),
    ):
        page.set_input_files(
            "#scan-file", {"name": name, "mimeType": "application/pdf", "buffer": content}
        )
        with page.expect_navigation():
            page.locator("#scan button").click()
        assert words in page.locator(".notice").first.inner_text()
    plan = page.url.split("doi-soat/")[0]
    visit.context.clear_cookies()
    page = visit.open(plan.removeprefix(visit.site))
    with page.expect_download() as taken:
        page.locator("a[href$='ban-ky/']").click()
    assert len(PdfReader(taken.value.path()).pages) == 1


def test_a_plan_of_another_place_is_refused_and_not_kept(signed_in):
    """An officer of a commune gives the province's plan."""
    page = give(signed_in, plan_text())
    assert "không thuộc phạm vi công tác" in page.locator("[role=alert]").inner_text()
    assert TEXT  # What was given was a plan.
