"""Texts of the interface: gathered from the sources, held against their Vietnamese translation.

``python -m hatangso.web.messages extract`` brings ``locale/vi/LC_MESSAGES/django.po`` up to date
with the sources, ``check`` says what is untranslated, doubtful or out of date, and ``compile``
makes the ``.mo`` that Django reads. Babel does it, so that gettext need not be installed.

The sources are in English; English is shown as it stands there.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from hatangso.runtime.preparation import LOCALE_FOLDER, compile_translations

SOURCES = Path(__file__).resolve().parents[1]
VIETNAMESE = LOCALE_FOLDER / "vi" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def sources(folder: Path = SOURCES) -> Iterator[tuple[str, bytes]]:
    """Every Python file and template, as Python that Babel can read, with its name."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if "/migrations/" in name or "/vendor/" in name:
            continue
        if path.suffix == ".py":
            yield name, path.read_bytes()
        elif path.suffix == ".html" and "/templates/" in name:
            yield name, templatize(path.read_text(encoding="utf-8"), origin=name).encode()


def template(folder: Path = SOURCES) -> Catalog:
    """Gather every text of the sources, untranslated."""
    catalogue = Catalog(locale="vi", project="hatangso", charset="utf-8", fuzzy=False)
    for name, content in sources(folder):
        found = extract(
            "python", BytesIO(content), keywords=KEYWORDS, comment_tags=["Translators:"]
        )
        for _line, text, comments, context in found:
            catalogue.add(text, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalogue


def translated(file: Path = VIETNAMESE) -> Catalog:
    """Read the translation; an empty one where the file is not there."""
    if not file.exists():
        return Catalog(locale="vi", project="hatangso", charset="utf-8", fuzzy=False)
    with file.open("rb") as handle:
        return read_po(handle, locale="vi", abort_invalid=True)


def bring_up_to_date(file: Path = VIETNAMESE) -> Catalog:
    """Add new texts to the translation, drop those that are gone, and write it."""
    catalogue = translated(file)
    # The day of the last gathering would change the file every time and tell nobody anything.
    first_made = catalogue.creation_date
    catalogue.update(template(), no_fuzzy_matching=True)
    catalogue.creation_date = first_made
    catalogue.header_comment = "# Vietnamese texts of the interface of Hạ Tầng Số (Apache-2.0)."
    catalogue.obsolete.clear()
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as handle:
        write_po(
            handle, catalogue, width=100, include_lineno=False, sort_output=True, omit_header=False
        )
    return catalogue


def _key(message: Message) -> tuple[object, object]:
    return message.context, message.id


def _placeholders(text: str) -> list[str]:
    """Places of a text that are filled in: "%s", "%(unit)s"."""
    return sorted(re.findall(r"%(?:\(\w+\))?[sd]", text))


def faults(file: Path = VIETNAMESE) -> list[str]:
    """Say what is wrong with the translation, one sentence for each text; nothing if complete."""
    wanted = {_key(message): message for message in template() if message.id}
    held = {_key(message): message for message in translated(file) if message.id}
    found = [f"Not in the .po (run extract): {key[1]!r}" for key in wanted if key not in held]
    found += [f"Gone from the sources (run extract): {key[1]!r}" for key in held.keys() - wanted]
    for key, message in held.items():
        given = message.string if isinstance(message.string, tuple | list) else [message.string]
        texts = [text for text in given if text]
        if len(texts) < len(given):
            found.append(f"Not translated: {key[1]!r}")
            continue
        if message.fuzzy:
            found.append(f"Marked as doubtful: {key[1]!r}")
        source = message.id[-1] if isinstance(message.id, tuple | list) else message.id
        if any(_placeholders(text) != _placeholders(source) for text in texts):
            found.append(f"Placeholders differ: {key[1]!r}")
    return found


def main(arguments: list[str]) -> int:
    """Carry out one of the three commands; 1 where the translation is not complete."""
    match arguments:
        case ["extract"]:
            sys.stdout.write(f"{len(bring_up_to_date())} texts in {VIETNAMESE.name}\n")
        case ["compile"]:
            compile_translations()
        case ["check"]:
            found = faults()
            sys.stdout.write("".join(f"{fault}\n" for fault in found))
            return 1 if found else 0
        case _:
            sys.stderr.write("Say one of: extract, check, compile.\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
