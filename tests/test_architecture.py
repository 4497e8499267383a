"""The house: floors and foreign keys. Imports are held by import-linter, in ./run test."""

import re
import tomllib

from django.apps import apps
from tests.conftest import PROJECT


def floors():
    """Height of each room, as pyproject.toml draws the house for import-linter."""
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    heights = {}
    for height, layer in enumerate(reversed(layers)):
        for room in re.split(r"[|:]", layer):
            heights[room.strip(" ()")] = height
    return heights


def relations():
    """Every foreign key between our rooms: (from room, to room, where it stands)."""
    for model in apps.get_models():
        if not model.__module__.startswith("hatangso."):
            continue
        for field in model._meta.get_fields():
            target = field.related_model
            if field.auto_created or target is None or not hasattr(target, "__module__"):
                continue
            if target.__module__.startswith("hatangso."):
                yield (
                    model.__module__.split(".")[1],
                    target.__module__.split(".")[1],
                    f"{model.__name__}.{field.name}",
                )


def test_a_foreign_key_points_to_the_same_floor_or_below():
    heights = floors()
    found = list(relations())
    assert len(found) > 20
    upward = [place for room, other, place in found if heights[room] < heights[other]]
    assert upward == []


def test_every_room_stands_on_a_floor():
    rooms = {folder.name for folder in (PROJECT / "src" / "hatangso").iterdir() if folder.is_dir()}
    assert rooms - {"locale", "__pycache__"} <= floors().keys()
