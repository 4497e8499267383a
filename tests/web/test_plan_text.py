"""A text cut into pieces: nothing is lost, and every reading has its place."""

from hypothesis import given
from hypothesis import strategies as st

from hatangso.web.plan_text import Reading, pieces


@given(st.data())
def test_the_pieces_joined_are_the_text(data):
    text = data.draw(st.text(min_size=1, max_size=60))
    edge = st.integers(min_value=-2, max_value=len(text) + 2)
    kind = st.sampled_from(["target", "baseline", "task", "statement"])
    spans = data.draw(st.lists(st.tuples(edge, edge, kind), max_size=8))
    readings = [Reading(a, b, kind, f"r{i}") for i, (a, b, kind) in enumerate(spans)]
    found = pieces(text, readings)
    assert "".join(piece.text for piece in found) == text
    named = [anchor for piece in found for anchor in piece.anchors]
    inside = [r.anchor for r in readings if 0 <= r.start < r.end <= len(text)]
    assert sorted(named) == sorted(inside)


def test_of_two_readings_of_the_same_words_the_target_colours_them():
    found = pieces("đạt 70%.", [Reading(0, 8, "task", "b"), Reading(4, 7, "target", "a")])
    assert [(piece.text, piece.kind) for piece in found] == [
        ("đạt ", "task"),
        ("70%", "target"),
        (".", "task"),
    ]
