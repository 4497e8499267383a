"""The code of a digital address: short, spoken without mistakes, and never of any meaning. Pure.

Twelve signs of Crockford's base 32, which has no I, L, O and U: eleven drawn at random and one that
checks them (Luhn modulo 32), so that a slip of one sign, and nearly every exchange of two, is found
out before a wrong house is. Nothing in it tells of a unit, whose name and code change, nor of how
many addresses there are.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_VALUE = {sign: place for place, sign in enumerate(ALPHABET)} | {"I": 1, "L": 1, "O": 0}


def check_sign(signs: str) -> str:
    """Sign that checks others: the weighted sum of all is a multiple of 32 (Luhn modulo N)."""
    total = 0
    for place, sign in enumerate(reversed(signs)):
        doubled = _VALUE[sign] * (2 if place % 2 == 0 else 1)
        total += doubled // 32 + doubled % 32
    return ALPHABET[-total % 32]


def new_code() -> str:
    """Give a code drawn at random: 55 bits, so that a million addresses do not meet."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return drawn + check_sign(drawn)


def read(text: str) -> str | None:
    """The code that somebody typed, with or without strokes and in any case; None if it is none."""
    signs = [sign for sign in text.strip().upper() if sign not in "- "]
    if len(signs) != LENGTH or not all(sign in _VALUE for sign in signs):
        return None
    plain = "".join(ALPHABET[_VALUE[sign]] for sign in signs)
    return plain if check_sign(plain[:-1]) == plain[-1] else None


def shown(code: str) -> str:
    """A code in groups of four, as it is printed: 7K3M-9Q2P-04XR."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
