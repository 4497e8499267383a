"""The Vietnamese alphabetical order."""

import unicodedata

#: Letters in the order of the Vietnamese alphabet; tone marks count only between equals.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}


def vietnamese_order(text: str) -> tuple[list[int], list[int]]:
    """Key that sorts as the Vietnamese alphabet does: letters first, then tone marks.

    The order of tones is that of the dictionaries: level, grave, hook, tilde, acute, dot below.
    """
    letters: list[int] = []
    tones: list[int] = []
    for letter in unicodedata.normalize("NFC", text.lower()):
        parts = unicodedata.normalize("NFD", letter)
        tone = next((_TONES[mark] for mark in parts if mark in _TONES), 0)
        plain = unicodedata.normalize("NFC", "".join(m for m in parts if m not in _TONES))
        letters.append(
            _ALPHABET.index(plain) + 1000 if plain in _ALPHABET else min(ord(plain[0]), 999)
        )
        tones.append(tone)
    return letters, tones
