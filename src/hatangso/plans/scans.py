"""The signed scan of a plan: a picture or a PDF beside the text that was read."""

import hashlib

from django.core.files.base import ContentFile

from hatangso.plans.models import Plan

MAX_SCAN_BYTES = 50 * 1024 * 1024

#: How a file of each kind begins, with its extension and its media type.
_BEGINNINGS = (
    (b"%PDF-", ".pdf", "application/pdf"),
    (b"\xff\xd8\xff", ".jpg", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", ".png", "image/png"),
    (b"II*\x00", ".tif", "image/tiff"),
    (b"MM\x00*", ".tif", "image/tiff"),
)


class ScanError(ValueError):
    """A file cannot be kept as a signed scan; the message says why. Nothing was changed."""


def kind_of(content: bytes) -> tuple[str, str]:
    """Extension and media type of a scan, from how it begins, whatever its name.

    Raises
    ------
    ScanError
        When it is empty, too large, or neither a PDF nor a picture.
    """
    if not content:
        raise ScanError("Tệp trống. / The file is empty.")
    if len(content) > MAX_SCAN_BYTES:
        raise ScanError(
            "Bản ký quét lớn hơn 50 MB: hãy quét lại ở độ phân giải thấp hơn. "
            "/ The scan is larger than 50 MB: scan it at a lower resolution."
        )
    for beginning, extension, media in _BEGINNINGS:
        if content.startswith(beginning):
            return extension, media
    raise ScanError(
        "Bản ký quét phải là tệp PDF, JPEG, PNG hoặc TIFF. "
        "/ The scan must be a PDF, JPEG, PNG or TIFF file."
    )


def attach_scan(plan: Plan, content: bytes) -> Plan:
    """Keep the signed scan of a plan; one that was there stays among the files, not on the plan.

    Raises
    ------
    ScanError
        When the file is no scan; nothing is changed.
    """
    extension, _ = kind_of(content)
    digest = hashlib.sha256(content).hexdigest()
    plan.scan.save(f"{digest}{extension}", ContentFile(content), save=False)
    plan.save(update_fields=["scan"])
    return plan
