"""The signed scan of a plan: told by how it begins, bounded, kept."""

import pytest

from hatangso.plans import scans


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", (".pdf", "application/pdf")),
        (b"\xff\xd8\xff\xe0 ...", (".jpg", "image/jpeg")),
        (b"\x89PNG\r\n\x1a\n...", (".png", "image/png")),
        (b"II*\x00...", (".tif", "image/tiff")),
    ],
)
def test_a_scan_is_known_by_how_it_begins(content, kind):
    assert scans.kind_of(content) == kind


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "trống"), (b"<html><script>", "PDF"), (b"MZ\x90", "PDF"), (b"GIF89a", "PDF")],
)
def test_what_is_no_scan_is_refused(content, said):
    with pytest.raises(scans.ScanError, match=said):
        scans.kind_of(content)


def test_a_scan_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(scans, "MAX_SCAN_BYTES", 10)
    with pytest.raises(scans.ScanError, match="50 MB"):
        scans.kind_of(b"%PDF-" + bytes(20))
