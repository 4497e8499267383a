"""Which passwords are refused: short ones, and those that everybody tries first.

Length and a list of common passwords, as NIST SP 800-63B clause 3.1.1.2 asks; no rule of signs
and digits, which makes people choose worse ones. The lists are read from the machine: Django's
20,000, and Vietnamese ones beside them.
"""

import unicodedata
from functools import cache
from pathlib import Path

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FILE = Path(__file__).resolve().parent / "data" / "common-passwords-vi.txt"
_TRIMMED = "0123456789!@#$%^&*()_-+=.,?/ "


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one lane: what OWASP's cheat sheet asks at least.

    Django's own 100 MiB and eight lanes make ten people who sign in at once fill a small machine.
    """

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1


@cache
def common_words(file: Path = FILE) -> frozenset[str]:
    """Vietnamese words and strings that passwords are made of, folded."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(fold(line) for line in lines if line and not line.startswith("#"))


def fold(text: str) -> str:
    """A password without case, tone marks and spaces: "Mật Khẩu" is "matkhau"."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(
        letter for letter in plain if not unicodedata.combining(letter) and not letter.isspace()
    )


class CommonVietnameseValidator:
    """Refuses a common word even where digits and signs are hung on it: "Matkhau@123456"."""

    def validate(self, password: str, user: object = None) -> None:
        """Refuse a common password.

        Raises
        ------
        ValidationError
            When what is left without the digits and signs at its ends is a common word.
        """
        folded = fold(password)
        core = folded.strip(_TRIMMED).replace("@", "a").replace("0", "o")
        if folded in common_words() or core in common_words() or not core:
            raise ValidationError(
                _("This password is among those tried first. Choose several words of your own."),
                code="password_common_vietnamese",
            )

    def get_help_text(self) -> str:
        """Sentence shown beside the field."""
        return _("No common word with digits after it: several words of your own are safest.")
