"""What of this room can wait in the queue."""

from pathlib import Path

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from hatangso.intake import marking, services
from hatangso.intake.checking import apply_submission, check_submission
from hatangso.intake.files.tables import FileError
from hatangso.intake.models import Submission
from hatangso.runtime import jobs
from hatangso.runtime.jobs import JobError, Progress

jobs.work(services.CHECK)(check_submission)
jobs.work(services.APPLY)(apply_submission)


@jobs.work(services.MARK)
def mark_submission(progress: Progress, number: str) -> None:
    """Write the operator's own workbook with the cells of the findings marked.

    Of several files the first that has findings is marked.

    Raises
    ------
    JobError
        When it cannot be read.
    """
    submission = Submission.objects.get(pk=number)
    progress(_("marking the workbook"))
    files = list(submission.files.all())
    named = set(submission.findings.values_list("file_name", flat=True))
    source = next((each for each in files if each.name in named), files[0])
    marks = [
        marking.Mark(
            each.check_id,
            each.severity,
            each.sheet,
            each.column,
            each.rows,
            each.details,
            each.count,
            each.whole,
        )
        for each in submission.findings.filter(for_officer=False)
    ]
    try:
        marking.mark(
            Path(default_storage.path(str(source.file.name))),
            marks,
            services.marked_path(submission),
        )
    except FileError as error:
        raise JobError(str(error)) from error
