"""Bodies that a task names, and the part each has in it: lead, coordinate or do."""

from __future__ import annotations

import re

from hatangso.engines.plantext.assignments import assignments_in
from hatangso.engines.plantext.body_names import (
    begins_with_body,
    bodies_of_heading,
    divided,
    name_from,
    task_words,
    tidy_name,
)
from hatangso.engines.plantext.records import Body
from hatangso.engines.plantext.spans import fold

MAX_READ = 4000
"""Bodies and deadlines are looked for in so much of a task, so that time stays linear."""


_BEFORE_ACTOR = re.compile(r"(?:voi|cung voi|cung|cho)\s+")


_LEAD_OF_OTHERS = re.compile(
    r"(?:don vi|co quan|cap|nganh|to chuc|nha nuoc|doanh nghiep|ai|tinh|xa|huyen|ubnd)\s*$"
)


def role_of_owner(folded: str) -> str:
    """Return the role of the body under whose heading a task stands."""
    for match in task_words("lead").finditer(folded):
        if not _LEAD_OF_OTHERS.search(
            folded[max(0, match.start() - 24) : match.start()]
        ) and not folded[match.end() :].startswith(" thuc hien theo quy dinh"):
            return "lead"
    if folded.startswith("dau moi "):
        return "lead"
    opening = re.match(r"(?:[\w,]+\s+){0,6}?(?:phoi hop)\b", folded)
    if opening and not re.match(
        r"(?:chu dong|tong hop|lap|xay dung|huong dan|tham muu|to chuc|bao cao|ra soat|"
        r"trien khai|tiep nhan|theo doi|kiem tra|danh gia)\b",
        folded,
    ):
        return "coordinate"
    if re.search(r"\b(?:theo|can cu) chuc nang,? nhiem vu\b[^.;]{0,60}\bphoi hop\b", folded):
        return "coordinate"
    return "do"


_SERVED = re.compile(r"\s*(?:thu tuc|quy trinh|cac quy dinh|ky nang|cach)\b")
"""Who is guided "thủ tục về đất đai" is served and has no part in the task."""


def others_in(text: str, folded: str, *, actors: bool) -> list[tuple[str, str]]:
    """Return the bodies that a task's words give a part in it: (name, role)."""
    found: list[tuple[int, str, str]] = []
    for role, key in (("coordinate", "coordinate"), ("do", "directing")):
        for match in task_words(key).finditer(folded):
            place = match.end()
            before = folded[max(0, match.start() - 12) : match.start()]
            if role == "do" and re.search(r"\b(?:theo|su|duoc|cong tac)\s*$", before):
                continue  # "theo hướng dẫn của ...": a noun
            while place < len(folded) and folded[place] == " ":
                place += 1
            skipped = _BEFORE_ACTOR.match(folded, place)
            place = skipped.end() if skipped else place
            end = name_from(text, folded, place, min(len(text), place + 320))
            if end is None or (match.group() == "huong dan" and _SERVED.match(folded, end)):
                continue
            for a, b in divided(text[place:end]):
                name = tidy_name(text[place + a : place + b])
                if name:
                    found.append((place + a, name, role))
    for match in re.finditer(r"\bchu tri,\s+", folded):
        # "Sở A chủ trì, Sở B phối hợp ..."
        end = name_from(text, folded, match.end(), min(len(text), match.end() + 320))
        if end is not None and folded[end:].lstrip(" ,").startswith("phoi hop"):
            for a, b in divided(text[match.end() : end]):
                name = tidy_name(text[match.end() + a : match.end() + b])
                if name:
                    found.append((match.end() + a, name, "coordinate"))
    if actors:
        found.extend(_actors(text, folded))
    found.sort(key=lambda f: f[0])
    return [(name, role) for _, name, role in found]


_OPENINGS = re.compile(
    r"(?:(?:^|[;.]\s+)(?:(?:cac )?(?:ong|dong chi)(?:,? ?\(?ba\)?)?\s*:?\s+)?"
    r"(?:(?:can cu|tren co so|trong qua trinh|dinh ky|hang nam|hang quy)\b[^,;.]{0,90},\s+)?|\()"
    r"(?=\S)"
)
"""Where a sentence's subject may begin: "Căn cứ Kế hoạch này, các sở ...", "(Sở A chủ trì; ..."."""


def _actors(text: str, folded: str) -> list[tuple[int, str, str]]:
    """Return the bodies that begin a sentence as its subject: (place, name, role)."""
    found: list[tuple[int, str, str]] = []
    for opening in _OPENINGS.finditer(folded):
        place = opening.end()
        behind = opening.group().rstrip().endswith(",")
        listed = opening.group().startswith(";") and folded.startswith("cac ", place)
        if not (text[place].isupper() or behind or listed) or not begins_with_body(text, place):
            continue
        if task_words("directing").match(folded, place) or task_words("after_body").match(
            folded, place
        ):
            continue
        end = name_from(text, folded, place, min(len(text), place + 320))
        if end is None or end >= len(text.rstrip(" ./")):
            continue
        after = folded[end : end + 90].lstrip(" ,:")
        first = re.split(r"[;.)]", after)[0]
        role = "do"
        if listed and not (
            task_words("after_body").match(after) or task_words("lead").match(after)
        ):
            continue
        if opening.group() == "(" and not re.match(r"(?:chu tri|phoi hop|thuc hien)\b", first):
            continue
        if task_words("lead").search(first):
            role = "lead"
        elif re.match(r"(?:co trach nhiem\s+|chiu trach nhiem\s+|chu dong\s+)?phoi hop", first):
            role = "coordinate"
        for a, b in divided(text[place:end]):
            name = tidy_name(text[place + a : place + b])
            if name:
                found.append((place + a, name, role))
    return found


def assigned_in(text: str, folded: str) -> list[tuple[str, str]]:
    """Return the roles in "Giao Sở A chủ trì, phối hợp với Sở B ...": lead and the rest."""
    found = []
    for match in re.finditer(r"\b(?:giao|phan cong|de nghi|yeu cau)\s+(?:cho\s+)?", folded):
        end = name_from(text, folded, match.end(), min(len(text), match.end() + 320))
        if end is None:
            continue
        after = folded[end:].lstrip(" ,:")
        after = re.sub(
            r"^(?:theo chuc nang,? nhiem vu[^,;.]{0,40}?|co trach nhiem)\s*,?\s*"
            r"(?=phoi hop|chu tri)",
            "",
            after,
        )
        role = "lead" if task_words("lead").search(re.split(r"[;.]", after[:70])[0]) else "do"
        if after.startswith("phoi hop"):
            role = "coordinate"
        for a, b in divided(text[match.end() : end]):
            name = tidy_name(text[match.end() + a : match.end() + b])
            if name:
                found.append((name, role))
    return found


def bodies_of_task(text: str, folded: str, owners: list[str]) -> tuple[Body, ...]:
    """Return the bodies of a task with their roles, each once, the owners first."""
    held: dict[str, Body] = {}
    role = role_of_owner(folded) if owners else "do"

    def keep(name: str, said: str) -> None:
        key = fold(name)
        key = re.sub(r"^(?:cac|nhung)\s+", "", key)
        if key not in held:
            held[key] = Body(name, said)

    for owner in owners:
        keep(owner, role)
    for each in assignments_in(folded):
        if each.role != "time":
            for name in bodies_of_heading(text[each.value_begin : each.end]):
                keep(name, each.role)
        # What a label has said is not read again as a sentence.
        blank = "." + " " * (each.end - each.begin - 1)
        text = text[: each.begin] + blank + text[each.end :]
        folded = folded[: each.begin] + blank + folded[each.end :]
    for name, said in assigned_in(text, folded):
        keep(name, said)
    for name, said in others_in(text, folded, actors=not owners):
        keep(name, said)
    return tuple(held.values())
