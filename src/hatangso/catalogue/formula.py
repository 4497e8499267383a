"""A small language for figures that are made of other figures, read into a tree. Pure.

::

    (mobile_broadband.numerator + fixed_broadband.numerator) / people.population * 100
    coalesce(measured_share, declared_share)
    village_fibre_share - previous(village_fibre_share)

A name is an indicator's figure; ``.numerator`` and ``.denominator`` are its parts; ``people.`` and
``inventory.`` stand before counts of people and of what is built; ``previous(...)`` is the figure
of the period before. There are ``+ - * /``, brackets, ``min``, ``max``, ``abs`` and ``coalesce``
(the first that is known), and nothing else: no eval, no text that reaches a database.

Unknown is never zero: a missing part makes the whole missing, and so does a division by zero.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, Overflow
from enum import StrEnum

MOST_CHARACTERS = 2000
MOST_DEPTH = 40
FUNCTIONS = {"min": (1, 20), "max": (1, 20), "abs": (1, 1), "coalesce": (1, 20)}
COUNTED = ("people", "inventory")

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)"
    r"|(?P<sign>[-+*/(),]))"
)


class Part(StrEnum):
    """Which part of a figure a name means."""

    VALUE = "value"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"


class FormulaError(ValueError):
    """A formula cannot be used; the text says what is wrong, at which character, and what to do."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A figure that a formula uses.

    `source` is "indicator", "people" or "inventory"; `previous` means the period before.
    """

    name: str
    part: Part = Part.VALUE
    source: str = "indicator"
    previous: bool = False

    def __str__(self) -> str:
        """The reference as it is written in a formula."""
        if self.source != "indicator":
            text = f"{self.source}.{self.name}"
        else:
            text = self.name if self.part is Part.VALUE else f"{self.name}.{self.part}"
        return f"previous({text})" if self.previous else text


@dataclass(frozen=True, slots=True)
class Number:
    """A number that stands in the formula."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus something."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Operation:
    """Two operands and a sign between them: + - * or /."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """One of the functions, and what it is given."""

    function: str
    arguments: tuple["Node", ...]


Node = Number | Reference | Negative | Operation | Call


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokens(text: str) -> list[_Token]:
    if len(text) > MOST_CHARACTERS:
        message = (
            f"Công thức dài {len(text)} ký tự, tối đa {MOST_CHARACTERS}. / "
            f"The formula has {len(text)} characters; at most {MOST_CHARACTERS} are read."
        )
        raise FormulaError(message)
    found, at = [], 0
    stripped = text.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if match is None:
            place = at + len(stripped[at:]) - len(stripped[at:].lstrip())
            raise _wrong(
                place, f"không hiểu «{stripped[place]}»", f"{stripped[place]!r} is unknown"
            )
        kind = match.lastgroup or ""
        found.append(_Token(kind, match[kind], match.start(kind)))
        at = match.end()
    found.append(_Token("end", "", len(stripped)))
    return found


def _wrong(at: int, vietnamese: str, english: str) -> FormulaError:
    return FormulaError(f"Ký tự {at + 1}: {vietnamese}. / Character {at + 1}: {english}.")


class _Reader:
    """Recursive descent over the tokens of one formula."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._next = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._sum()
        token = self._peek()
        if token.kind != "end":
            raise _wrong(token.at, f"thừa «{token.text}»", f"{token.text!r} is one too many")
        return node

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _takes(self, signs: str) -> str:
        """Take the next token if it is one of the signs; else nothing."""
        token = self._peek()
        if token.kind == "sign" and token.text in signs:
            return self._take().text
        return ""

    def _expect(self, sign: str) -> None:
        token = self._peek()
        if not self._takes(sign):
            raise _wrong(token.at, f"thiếu «{sign}»", f"{sign!r} is missing")

    def _sum(self) -> Node:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise _wrong(
                self._peek().at, "quá nhiều ngoặc lồng nhau", "too many brackets in brackets"
            )
        node = self._product()
        while sign := self._takes("+-"):
            node = Operation(sign, node, self._product())
        self._depth -= 1
        return node

    def _product(self) -> Node:
        node = self._signed()
        while sign := self._takes("*/"):
            node = Operation(sign, node, self._signed())
        return node

    def _signed(self) -> Node:
        negative = False
        while self._takes("-"):
            negative = not negative
        node = self._primary()
        return Negative(node) if negative else node

    def _primary(self) -> Node:
        token = self._take()
        if token.kind == "number":
            return Number(Decimal(token.text))
        if token.kind == "name":
            return self._named(token)
        if token.text == "(":
            node = self._sum()
            self._expect(")")
            return node
        if token.kind == "end":
            raise _wrong(token.at, "công thức chưa hết", "the formula ends too early")
        raise _wrong(token.at, f"«{token.text}» đứng sai chỗ", f"{token.text!r} is misplaced")

    def _named(self, token: _Token) -> Node:
        if not self._takes("("):
            return _reference(token)
        if token.text == "previous":
            inner = self._take()
            found = _reference(inner)
            self._expect(")")
            return Reference(found.name, found.part, found.source, previous=True)
        if token.text not in FUNCTIONS:
            known = ", ".join([*FUNCTIONS, "previous"])
            raise _wrong(
                token.at,
                f"không có hàm «{token.text}», chỉ dùng {known}",
                f"there is no function {token.text!r}; use {known}",
            )
        arguments = [self._sum()]
        while self._takes(","):
            arguments.append(self._sum())
        self._expect(")")
        least, most = FUNCTIONS[token.text]
        if not least <= len(arguments) <= most:
            raise _wrong(
                token.at,
                f"{token.text} nhận từ {least} đến {most} giá trị",
                f"{token.text} takes {least} to {most} values",
            )
        return Call(token.text, tuple(arguments))


def _reference(token: _Token) -> Reference:
    if token.kind != "name":
        raise _wrong(token.at, "ở đây cần một tên", "a name must stand here")
    name, _, rest = token.text.partition(".")
    if name in COUNTED and rest:
        return Reference(rest, source=name)
    if not rest:
        return Reference(name)
    if rest not in set(Part):
        parts = ", ".join(Part)
        raise _wrong(
            token.at,
            f"«{token.text}»: sau dấu chấm chỉ dùng {parts}",
            f"{token.text!r}: after the point stands one of {parts}",
        )
    return Reference(name, Part(rest))


def parse(text: str) -> Node:
    """Read a formula into a tree.

    Raises
    ------
    FormulaError
        With the character and what is wrong there.
    """
    return _Reader(text).whole()


def references(node: Node) -> frozenset[Reference]:
    """Every figure that a formula uses."""
    match node:
        case Reference():
            return frozenset({node})
        case Negative(operand):
            return references(operand)
        case Operation(_, left, right):
            return references(left) | references(right)
        case Call(_, arguments):
            return frozenset().union(*(references(each) for each in arguments))
    return frozenset()


def check(
    text: str,
    *,
    indicators: Mapping[str, bool],
    counts: Iterable[str] = (),
    formulas: Mapping[str, str] | None = None,
    of: str = "",
) -> Node:
    """Read a formula and hold it against what exists, as it is written.

    Parameters
    ----------
    text
        The formula.
    indicators
        Code of every indicator, and whether its figures have a numerator and a denominator.
    counts
        Names of counts, as "people.population" or "inventory.sites".
    formulas
        Formulas of the indicators that have one, by code.
    of
        Code of the indicator that the formula defines: it must not, by any way, use itself.

    Raises
    ------
    FormulaError
        For an unknown name, a part that the indicator does not have, or a circle.
    """
    node = parse(text)
    known = set(counts)
    for used in sorted(references(node), key=str):
        if used.source != "indicator":
            if f"{used.source}.{used.name}" not in known:
                raise FormulaError(
                    f"Không có số đếm «{used.source}.{used.name}». / There is no count "
                    f"{used.source}.{used.name}; there are: {', '.join(sorted(known)) or 'none'}."
                )
        elif used.name not in indicators:
            raise FormulaError(
                f"Không có chỉ tiêu «{used.name}» trong danh mục. / "
                f"No indicator {used.name!r} is in the catalogue."
            )
        elif used.part is not Part.VALUE and not indicators[used.name]:
            raise FormulaError(
                f"Chỉ tiêu «{used.name}» không có tử số, mẫu số. / "
                f"The indicator {used.name!r} has no numerator and denominator."
            )
    if of:
        _refuse_circle(of, node, formulas or {})
    return node


def _refuse_circle(of: str, node: Node, formulas: Mapping[str, str]) -> None:
    """Follow what a formula uses; a figure of the period before makes no circle."""
    frontier: list[tuple[str, tuple[str, ...]]] = [
        (used.name, (of, used.name)) for used in _used_now(node)
    ]
    seen: set[str] = set()
    while frontier:
        name, way = frontier.pop()
        if name == of:
            raise FormulaError(
                f"Công thức đi vòng: {' → '.join(way)}. / The formula goes in a circle: "
                f"{' → '.join(way)}."
            )
        if name in seen or name not in formulas:
            continue
        seen.add(name)
        frontier += [(used.name, (*way, used.name)) for used in _used_now(parse(formulas[name]))]


def _used_now(node: Node) -> list[Reference]:
    return [used for used in references(node) if used.source == "indicator" and not used.previous]


def evaluate(node: Node, values: Mapping[Reference, Decimal | None]) -> Decimal | None:
    """Value of a formula, or None where a part is missing or a divisor is zero.

    `coalesce` alone passes over what is missing. A reference that is not in `values` is missing.
    """
    match node:
        case Number(value):
            return value
        case Reference():
            return values.get(node)
        case Negative(operand):
            found = evaluate(operand, values)
            return None if found is None else -found
        case Operation(sign, left, right):
            return _operate(sign, evaluate(left, values), evaluate(right, values))
        case Call(function, arguments):
            return _call(function, [evaluate(each, values) for each in arguments])
    return None


def _operate(sign: str, left: Decimal | None, right: Decimal | None) -> Decimal | None:
    if left is None or right is None:
        return None
    try:
        match sign:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
        return None if right == 0 else left / right
    except (InvalidOperation, Overflow):
        return None  # Too large to be any figure.


def _call(function: str, given: list[Decimal | None]) -> Decimal | None:
    known = [value for value in given if value is not None]
    if function == "coalesce":
        return known[0] if known else None
    if len(known) < len(given):
        return None
    match function:
        case "min":
            return min(known)
        case "max":
            return max(known)
    return abs(known[0])


def arithmetic(node: Node, values: Mapping[Reference, Decimal | None]) -> str:
    """Write a formula with its figures in the places of the names: "(8 + 9) / 20 * 100".

    What is missing is written as "?".
    """
    match node:
        case Number(value):
            return plain(value)
        case Reference():
            known = values.get(node)
            return "?" if known is None else plain(known)
        case Negative(operand):
            return f"-{_bracketed(operand, values, '*')}"
        case Operation(sign, left, right):
            shown = arithmetic(right, values)
            stands_alone = sign in "+-" and isinstance(right, Operation) and right.sign in "*/"
            if isinstance(right, Operation) and not stands_alone:
                shown = f"({shown})"
            return f"{_bracketed(left, values, sign)} {sign} {shown}"
        case Call(function, arguments):
            return f"{function}({', '.join(arithmetic(each, values) for each in arguments)})"
    return ""


def _bracketed(node: Node, values: Mapping[Reference, Decimal | None], sign: str) -> str:
    text = arithmetic(node, values)
    weaker = isinstance(node, Operation) and node.sign in "+-" and sign in "*/"
    return f"({text})" if weaker else text


def plain(value: Decimal) -> str:
    """A number without an exponent and without useless zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
