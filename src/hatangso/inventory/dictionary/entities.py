"""Entities and attributes as frozen records, read once from the tables beside this file. Pure."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

FOLDER = Path(__file__).parent

AttributeType = Literal["text", "integer", "decimal", "date", "code", "boolean", "reference"]
GeometryType = Literal["point", "line", "none"]

#: What a reference may name besides an asset: a body by its code, a commune by its code.
ORGANISATION, UNIT = "organisation", "unit"


class UnknownEntityError(KeyError):
    """There is no such entity; the message names those there are."""

    def __init__(self, code: str) -> None:
        super().__init__(f"There is no entity {code!r}; there are {', '.join(ENTITIES)}.")


@dataclass(frozen=True, slots=True)
class Code:
    """One value of a code list, and what people call it."""

    value: str
    vi: str
    en: str

    def title(self, language: str) -> str:
        """Its name in a language ("vi", "en")."""
        return self.en if language == "en" else self.vi


@dataclass(frozen=True, slots=True)
class Attribute:
    """One column of an entity.

    ``refers_to`` holds the entities whose codes a reference may name, or ``organisation``, or
    ``unit``. The thing named is the same owner's, unless the attribute ``owner_in`` names
    another's body.
    """

    name: str
    type: AttributeType
    unit: str
    required: bool
    codes: tuple[Code, ...]
    minimum: float | None
    maximum: float | None
    refers_to: tuple[str, ...]
    owner_in: str
    vi: str
    en: str
    note_vi: str
    example: str
    source: str

    def title(self, language: str) -> str:
        """Its name in a language ("vi", "en")."""
        return self.en if language == "en" else self.vi

    @property
    def is_text(self) -> bool:
        """Whether its values are strings: text, a code, a reference."""
        return self.type in {"text", "code", "reference"}


@dataclass(frozen=True, slots=True)
class Entity:
    """A kind of asset: its geometry, the sensitive layer it belongs to, and its attributes.

    ``layer`` is empty where every asset of the kind may be shown under the common rule; else only
    its operator, and who holds an access grant for that layer, see it.
    """

    code: str
    name_vi: str
    name_en: str
    geometry: GeometryType
    layer: str
    note_vi: str
    source: str
    attributes: tuple[Attribute, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the attributes, in order; ``code`` is the first."""
        return tuple(attribute.name for attribute in self.attributes)

    @property
    def columns(self) -> tuple[Attribute, ...]:
        """Attributes besides the own code."""
        return self.attributes[1:]

    @property
    def references(self) -> tuple[Attribute, ...]:
        """Attributes that name another asset (not a body, not a unit)."""
        return tuple(
            attribute
            for attribute in self.attributes
            if attribute.type == "reference"
            and not {ORGANISATION, UNIT}.intersection(attribute.refers_to)
        )

    def attribute(self, name: str) -> Attribute:
        """One attribute by its name.

        Raises
        ------
        KeyError
            When the entity has none of that name.
        """
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute
        raise KeyError(name)

    def title(self, language: str) -> str:
        """Its name in a language ("vi", "en")."""
        return self.name_en if language == "en" else self.name_vi


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _code_lists() -> dict[str, tuple[Code, ...]]:
    lists: dict[str, tuple[Code, ...]] = {}
    for row in _rows("codes"):
        code = Code(row["value"], row["vi"], row["en"])
        lists[row["list"]] = (*lists.get(row["list"], ()), code)
    return lists


def _attributes(name: str, lists: dict[str, tuple[Code, ...]]) -> tuple[Attribute, ...]:
    return tuple(
        Attribute(
            name=row["name"],
            type=cast("AttributeType", row["type"]),
            unit=row["unit"],
            required=row["required"] == "yes",
            codes=lists[row["codes"]] if row["codes"] else (),
            minimum=float(row["minimum"]) if row["minimum"] else None,
            maximum=float(row["maximum"]) if row["maximum"] else None,
            refers_to=tuple(row["refers_to"].split(";")) if row["refers_to"] else (),
            owner_in=row["owner_in"],
            vi=row["vi"],
            en=row["en"],
            note_vi=row["note_vi"],
            example=row["example"],
            source=row["source"],
        )
        for row in _rows(name)
    )


def _read() -> dict[str, Entity]:
    lists = _code_lists()
    common = _attributes("common", lists)
    return {
        row["code"]: Entity(
            code=row["code"],
            name_vi=row["vi"],
            name_en=row["en"],
            geometry=cast("GeometryType", row["geometry"]),
            layer=row["layer"],
            note_vi=row["note_vi"],
            source=row["source"],
            attributes=common + _attributes(row["code"], lists),
        )
        for row in _rows("entities")
    }


#: Every entity by its code, in the order in which they are filed: what is referred to comes first.
ENTITIES: dict[str, Entity] = _read()


def entity(code: str) -> Entity:
    """One entity by its code.

    Raises
    ------
    UnknownEntityError
        When there is none.
    """
    try:
        return ENTITIES[code]
    except KeyError:
        raise UnknownEntityError(code) from None
