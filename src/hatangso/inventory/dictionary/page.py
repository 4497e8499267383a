"""The data dictionary as a page of the documentation. Pure.

A test holds docs/data-dictionary.md to it: `hatangso inventory dictionary docs/data-dictionary.md`
writes it anew.
"""

from collections.abc import Iterator

from hatangso.inventory.dictionary.entities import ENTITIES, Attribute, Entity

_HEAD = """# Data dictionary

Written by `hatangso inventory dictionary docs/data-dictionary.md` from the tables in
`src/hatangso/inventory/dictionary/`, which also drive the templates, the checks and the interface.
An asset is known by its owner's code. `*` marks what must be filled in. A point is given by
longitude and latitude, a line by its places, both in EPSG:4326.

"""
_GEOMETRY = {"point": "a point", "line": "a line", "none": "no place of its own"}


def markdown() -> str:
    """The page: the common attributes once, then each kind with its own."""
    kinds = list(ENTITIES.values())
    common = _common(kinds)
    lines = [_HEAD + "## Every kind\n", *_table(kinds[0].attributes[:common])]
    for kind in kinds:
        layer = f" Sensitive layer `{kind.layer}`: seen under an access grant." * bool(kind.layer)
        note = f" {kind.note_vi}" if kind.note_vi else ""
        lines.append(
            f"\n## {kind.name_en} (`{kind.code}`)\n\n{kind.name_vi}.{note}\n"
            f"It has {_GEOMETRY[kind.geometry]}.{layer} Source: {kind.source}.\n"
        )
        lines += _table(kind.attributes[common:])
    return "\n".join(lines) + "\n"


def _common(kinds: list[Entity]) -> int:
    """How many attributes every kind begins with."""
    count = 0
    while all(
        len(kind.attributes) > count and kind.attributes[count] == kinds[0].attributes[count]
        for kind in kinds
    ):
        count += 1
    return count


def _table(attributes: tuple[Attribute, ...]) -> Iterator[str]:
    yield "| attribute | type | values | Vietnamese | English | source |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for each in attributes:
        name = f"`{each.name}`{' *' if each.required else ''}"
        kind = f"{each.type}{f' [{each.unit}]' if each.unit else ''}"
        vi = each.vi + (f". {each.note_vi}" if each.note_vi else "")
        yield f"| {name} | {kind} | {_values(each)} | {vi} | {each.en} | {each.source} |"


def _values(each: Attribute) -> str:
    if each.codes:
        return "; ".join(f"`{code.value}` {code.vi}" for code in each.codes)
    if each.refers_to:
        owner = f", of the body in `{each.owner_in}`" if each.owner_in else ""
        return "code of " + " or ".join(each.refers_to) + owner
    if each.minimum is not None and each.maximum is not None:
        return f"{each.minimum:g} to {each.maximum:g}"
    return ""
