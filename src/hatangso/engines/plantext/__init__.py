"""A plan's text into targets, baselines and tasks, each tied to its words.

``read_plan(text)`` is the whole of it; `documents.text_of` gives the text of a file.
"""

from hatangso.engines.plantext.reader import read_plan
from hatangso.engines.plantext.records import (
    SCHEMA_VERSION,
    Baseline,
    Body,
    Condition,
    DocumentRef,
    Header,
    PlanReading,
    Section,
    Statement,
    Target,
    Task,
    Warning,
)

__all__ = [
    "SCHEMA_VERSION",
    "Baseline",
    "Body",
    "Condition",
    "DocumentRef",
    "Header",
    "PlanReading",
    "Section",
    "Statement",
    "Target",
    "Task",
    "Warning",
    "read_plan",
]
