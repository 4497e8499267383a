"""Every text of the interface is translated, and the translation is up to date."""

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from hatangso.web import messages


def test_no_text_is_untranslated_doubtful_or_out_of_date():
    assert messages.faults() == []


def test_texts_of_templates_and_of_code_are_both_found():
    found = {message.id for message in messages.template()}
    assert "Skip to the content" in found
    assert ("%(met)s of %(total)s target met", "%(met)s of %(total)s targets met") in found


def broken(tmp_path, change):
    catalogue = messages.translated()
    change(catalogue)
    file = tmp_path / "django.po"
    with file.open("wb") as handle:
        write_po(handle, catalogue)
    return messages.faults(file)


def test_each_fault_is_found(tmp_path):
    def change(catalogue: Catalog):
        catalogue["Skip to the content"].string = ""
        catalogue["Behind"].flags.add("fuzzy")
        catalogue["by the end of %(year)s"].string = "đến hết năm"
        catalogue.delete("Met")
        catalogue.add("A text that nobody says", "Không ai nói")

    found = "\n".join(broken(tmp_path, change))
    assert "Not translated: 'Skip to the content'" in found
    assert "Marked as doubtful: 'Behind'" in found
    assert "Placeholders differ: 'by the end of %(year)s'" in found
    assert "Not in the .po (run extract): 'Met'" in found
    assert "Gone from the sources (run extract): 'A text that nobody says'" in found


def test_bringing_up_to_date_keeps_translations_and_adds_new_texts(tmp_path):
    file = tmp_path / "django.po"
    with file.open("wb") as handle:
        catalogue = messages.translated()
        catalogue.delete("Met")
        write_po(handle, catalogue)
    updated = messages.bring_up_to_date(file)
    assert updated["Behind"].string == "Còn chậm"
    assert not updated["Met"].string
