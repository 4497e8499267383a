"""A Word file as PDF, by LibreOffice where it is present."""

import shutil
import subprocess
import tempfile
from pathlib import Path

#: A report of 200 units takes a few seconds; the first start of LibreOffice may take longer.
MOST_SECONDS = 180
PROGRAMS = ("soffice", "libreoffice")


class PdfError(RuntimeError):
    """No PDF was made; the message says why and what to do. The Word file stands."""


def find_libreoffice() -> str | None:
    """Path of LibreOffice's program, or None."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def convert(docx: Path, pdf: Path) -> None:
    """Make a PDF of a Word file.

    LibreOffice runs with a profile of its own, so that one that a person has open is not touched.

    Raises
    ------
    PdfError
        When LibreOffice is absent, fails, or does not end in time.
    """
    program = find_libreoffice()
    if program is None:
        message = (
            f"Chưa lập được tệp PDF vì máy này không có LibreOffice; tệp Word đã ghi ở {docx}. "
            "Cài đặt bằng: sudo apt-get install libreoffice-writer, hoặc mở tệp Word và lưu thành "
            f"PDF. / No PDF was made, as LibreOffice is absent; the Word file stands at {docx}. "
            "Install it with: sudo apt-get install libreoffice-writer"
        )
        raise PdfError(message)
    with tempfile.TemporaryDirectory(prefix="hatangso-pdf-") as folder:
        place = Path(folder)
        source = place / "report.docx"
        shutil.copyfile(docx, source)
        command = [
            program,
            f"-env:UserInstallation={(place / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
            str(source),
        ]
        try:
            run = subprocess.run(  # noqa: S603 (the program was found on the path, no shell)
                command, capture_output=True, text=True, timeout=MOST_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            message = (
                f"LibreOffice không xong sau {MOST_SECONDS} giây nên chưa có tệp PDF; tệp Word đã "
                f"ghi ở {docx}. / LibreOffice did not end within {MOST_SECONDS} s; no PDF was made."
            )
            raise PdfError(message) from error
        made = place / "report.pdf"
        if run.returncode != 0 or not made.is_file():
            said = (run.stderr or run.stdout).strip().splitlines()
            message = (
                f"LibreOffice không lập được tệp PDF ({said[-1] if said else 'không nói lý do'}); "
                f"tệp Word đã ghi ở {docx}. / LibreOffice made no PDF; the Word file stands."
            )
            raise PdfError(message)
        beside = pdf.with_name(f".{pdf.name}.part")
        shutil.copyfile(made, beside)
        beside.replace(pdf)
