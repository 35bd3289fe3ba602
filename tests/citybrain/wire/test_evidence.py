"""What an event shows goes through as it came, bounded, and is checked where a screen draws it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.domain.event import Box, Evidence
from citybrain.errors import MalformedError
from citybrain.structs import replace
from citybrain.wire.evidence import (
    PLAIN_BYTES,
    evidence_of,
    nothing_besides,
    to_pb_evidence,
)

BOX = Box(left=0.1, top=0.1, right=0.2, bottom=0.3, label="person", score=0.9, track=1)


def kept(**changes):
    """What a district keeps of an event that shows this."""
    shown = replace(Evidence(aspect=1.3, outline=((0.1, 0.1),), boxes=(BOX,)), **changes)
    return nothing_besides(to_pb_evidence(shown).SerializeToString())


def test_a_screen_gets_what_came():
    shown = Evidence(aspect=1.3, outline=((0.1, 0.2), (1e308, 1e308)), boxes=(BOX, BOX))
    assert evidence_of(nothing_besides(to_pb_evidence(shown).SerializeToString())) == shown


def test_what_an_older_state_keeps_decoded_is_shown_as_it_is():
    shown = Evidence(aspect=1.3, outline=())
    assert evidence_of(shown) is shown
    assert evidence_of(None) is None


@pytest.mark.parametrize(
    "box",
    [
        replace(BOX, right=float("nan")),
        replace(BOX, right=float("-inf")),
    ],
)
def test_nothing_is_drawn_of_what_cannot_be(box):
    assert evidence_of(kept(boxes=(box,))) is None
    assert evidence_of(kept(outline=((float("inf"), 0.0),))) is None
    assert evidence_of(b"\xff\xff") is None


def test_what_a_version_before_kept_with_a_label_without_end_is_not_drawn():
    endless = Evidence(aspect=1.3, outline=(), boxes=(replace(BOX, label="x" * 129),))
    assert evidence_of(to_pb_evidence(endless).SerializeToString()) is None


def test_evidence_is_bounded_in_corners_boxes_and_bytes():
    for changes in (
        {"boxes": (BOX,) * 1_001},
        {"outline": ((0.1, 0.1),) * 257},
        {"boxes": (replace(BOX, label="x" * 120),) * 600},
    ):
        with pytest.raises(MalformedError):
            kept(**changes)


def labelled(*labels):
    return {"boxes": tuple(replace(BOX, label=label) for label in labels)}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (labelled("x" * 1_000), "label"),
        (labelled(*["person"] * 40, "汽" * 2_000), "label"),
        (labelled(*(f"{n:0>100}" for n in range(257))), "labels"),
    ],
)
def test_labels_that_no_detector_has_are_refused_at_the_door(changes, reason):
    with pytest.raises(MalformedError) as refused:
        kept(**changes)
    assert refused.value.reason == reason


def test_labels_of_words_go_through_and_take_no_more_than_words():
    assert kept(**labelled("person", "non-motor vehicle", "x" * 128))
    assert kept(**labelled(*(f"class {n}" for n in range(256))))
    assert kept(**labelled(*["x" * 128] * 300))


numbers = st.sampled_from([0.0, 0.1, 1.0, -1.0, 1e308])
words = st.sampled_from(["", "person", "Class 1", "11", "汽车", "x" * 64, "x" * 65, "a\x12b"])
boxes = st.builds(
    Box,
    left=numbers,
    top=numbers,
    right=numbers,
    bottom=numbers,
    label=words,
    score=numbers,
    track=st.sampled_from([0, 1, 127, 128, 2**40, -1]),
)
shown_things = st.builds(
    Evidence,
    aspect=st.sampled_from([0.0, 1.33]),
    outline=st.lists(st.tuples(numbers, numbers), max_size=4).map(tuple),
    boxes=st.lists(boxes, max_size=4).map(tuple),
)


@given(shown_things)
def test_whatever_is_shown_goes_through_as_it_came(shown):
    payload = to_pb_evidence(shown).SerializeToString()
    assert nothing_besides(payload) == payload


@given(
    shown_things,
    st.sampled_from([b"\x22", b"\x2a", b"\x7a"]),
    st.binary(min_size=1, max_size=100),
    st.booleans(),
)
def test_a_field_that_nobody_here_knows_is_not_kept(shown, tag, picture, is_first):
    payload = to_pb_evidence(shown).SerializeToString()
    hidden = tag + bytes([len(picture)]) + picture
    assert nothing_besides(hidden + payload if is_first else payload + hidden) == payload


@given(shown_things.filter(lambda shown: shown.boxes), st.binary(min_size=1, max_size=60))
def test_nor_one_in_a_box_or_corner(shown, picture):
    m = to_pb_evidence(shown)
    payload = m.SerializeToString()
    hidden = b"\x42" + bytes([len(picture)]) + picture
    m.boxes[-1].MergeFromString(hidden)
    assert hidden in m.SerializeToString()
    assert nothing_besides(m.SerializeToString()) == payload


def test_what_was_made_to_be_looked_through_for_long_is_soon_decided():
    """So much of it that a search which tries two ways at each box would not end."""
    box = to_pb_evidence(Evidence(aspect=0.0, outline=(), boxes=(replace(BOX, label="1" * 20),)))
    payload = box.SerializeToString() * (PLAIN_BYTES // box.ByteSize()) + b"\x7a\x00"
    assert len(nothing_besides(payload)) == len(payload) - 2


def test_what_is_no_evidence_is_refused():
    with pytest.raises(MalformedError) as refused:
        nothing_besides(b"\xff\xff\xff")
    assert refused.value.reason == "undecodable"
