"""Under whom a task stands: the bodies of its heading, and the part that the heading gives them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hatangso.engines.plantext.bodies import bodies_of_task, others_in, role_of_owner
from hatangso.engines.plantext.body_names import begins_with_body, bodies_of_heading, told_of
from hatangso.engines.plantext.layout import Block
from hatangso.engines.plantext.records import Body
from hatangso.engines.plantext.sections import Outline
from hatangso.engines.plantext.spans import fold

_DUTY = re.compile(
    r"(?<!co quan)(?<!don vi)(?<!nganh)(?<!cap),?\s+(?:chu dong\s+|co (?:trach nhiem|nhiem vu)\s+)?"
    r"(?=(?:chu tri|phoi hop|la (?:co quan|dau moi|don vi)|lam dau moi|"
    r"co (?:trach nhiem|nhiem vu)|chiu trach nhiem|"
    r"thuc hien (?:cac |mot so )?(?:nhiem vu|noi dung))\b)"
)
"""Where a heading goes on from the names to what they have to do."""
_PART_OF_IT = re.compile(r"(?:la\s+)?(?:chu dong\s+)?(?:chu tri|phoi hop|lam dau moi|dau moi)\b")


@dataclass(frozen=True, slots=True)
class Owners:
    """The bodies under whose heading a task stands.

    Attributes
    ----------
    names : tuple of str
        Those of the heading, or none.
    role : str or None
        The part that the heading gives them; None where each task says it.
    others : tuple of Body
        Those whom the heading names beside them.
    """

    names: tuple[str, ...] = ()
    role: str | None = None
    others: tuple[Body, ...] = ()

    def __bool__(self) -> bool:
        """Whether any body is named."""
        return bool(self.names)

    def under(self, line: Owners) -> Owners:
        """Return these owners with the part that a line under their heading gives."""
        return Owners(self.names, line.role or self.role, (*line.others, *self.others))


def owners_of(title: str) -> Owners:
    """Return the owners that a heading names: "Sở A chủ trì, phối hợp với Sở B" has two parts."""
    folded = fold(title)
    duty = _DUTY.search(folded)
    if duty is None:
        return Owners(tuple(bodies_of_heading(title)))
    names = tuple(bodies_of_heading(title[: duty.start()]))
    return Owners(names, *_part(title[duty.end() :]))


def part_of_line(text: str) -> Owners | None:
    """Return what a line gives those above it: "Chủ trì, phối hợp với Sở B:"; None if nothing."""
    return Owners((), *_part(text)) if _PART_OF_IT.match(fold(text)) else None


def _part(said: str) -> tuple[str | None, tuple[Body, ...]]:
    folded = fold(said)
    role = role_of_owner(folded)
    others = tuple(Body(name, part) for name, part in others_in(said, folded, actors=False))
    return (role if role != "do" else None), others


def owners_above(plan: Outline, section: int | None) -> Owners:
    """Return the owners of a section: of the nearest heading of the organisation part with any."""
    line = Owners()
    for above in plan.chain(section):
        if above.parent is None or above.role != "organisation":
            break
        if begins_with_body(above.title, told_of(above.title)):
            return owners_of(above.title).under(line)
        given = part_of_line(above.title)
        if given is not None:
            line = given.under(line)
    return Owners()


def bodies_with_owners(text: str, folded: str, owners: Owners) -> tuple[Body, ...]:
    """Return the bodies of a task under its owners, each once, the owners first.

    Parameters
    ----------
    text : str
        The task's words.
    folded : str
        The same, folded (see `spans.fold`).
    owners : Owners
        The bodies under whose heading it stands.
    """
    own = bodies_of_task(text, folded, list(owners.names))
    count = len(owners.names)
    if owners.role is not None:
        own = tuple(
            Body(b.name, owners.role) if n < count and b.role == "do" else b
            for n, b in enumerate(own)
        )
    known = {fold(b.name) for b in own}
    return (*own, *(b for b in owners.others if fold(b.name) not in known))


def sign_of(block: Block, text: str) -> str:
    """Return the sign that a list item begins with: "-", "+"; "" of one without."""
    return text[block.start] if block.kind == "bullet" else ""
