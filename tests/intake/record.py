"""One filing as it stands in the database, without any file being read."""

from django.contrib.gis.geos import Point
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from hatangso.intake import services
from hatangso.intake.models import AssetChange, CheckFinding, Submission, SubmittedFile


def make_submission(operator, unit, author, marker, state="submitted", number=1):
    """A checked filing whose every part says a word, so that a test sees where it shows."""
    submission = Submission.objects.create(
        number=f"{operator.code}/2026-Q3/{number:03}",
        operator=operator,
        unit=unit,
        period="2026-Q3",
        kind="full",
        author=author,
        remark=marker,
        decision=marker,
        state=state,
        checked_at="2026-10-01T08:00:00+07:00",
        counts={"rows": {"pole": 2}, "severity": {"error": 0, "warning": 2, "note": 0}},
    )
    kept = default_storage.save(f"intake/{submission.pk}/nop.csv", ContentFile(marker.encode()))
    SubmittedFile.objects.create(
        submission=submission, name=f"{marker}.csv", file=kept, sha256="0" * 64, size=10
    )
    CheckFinding.objects.create(
        submission=submission,
        place=1,
        check_id="POL-003",
        severity="warning",
        for_officer=False,
        entity="pole",
        sheet="Cột treo cáp",
        column=marker,
        rows=[2, 3],
        values=[marker, "99"],
        details=[],
        count=2,
        total=20,
        whole=False,
    )
    AssetChange.objects.create(
        submission=submission,
        entity="pole",
        kind="changed",
        code=marker,
        fields={"cables": [3, 99]},
        place=Point(107.5, 16.4, srid=4326),
    )
    marked = services.marked_path(submission)
    marked.parent.mkdir(parents=True, exist_ok=True)
    marked.write_bytes(marker.encode())
    return submission
