"""The data dictionary: which attributes each kind of asset has.

The tables ``<entity>.csv`` beside this file are the one place: the models, the templates, the
checks, the interface and docs/data-dictionary.md follow them, and a test holds them together.
"""

from hatangso.inventory.dictionary.entities import (
    ENTITIES,
    Attribute,
    Code,
    Entity,
    UnknownEntityError,
    entity,
)

__all__ = ["ENTITIES", "Attribute", "Code", "Entity", "UnknownEntityError", "entity"]
