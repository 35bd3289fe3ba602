"""What an event shows goes through as it came, bounded, and is checked where a screen draws it."""

import pytest

from citybrain.domain.event import Box, Evidence
from citybrain.errors import MalformedError
from citybrain.structs import replace
from citybrain.wire.evidence import evidence_of, to_pb_evidence, undecoded

BOX = Box(left=0.1, top=0.1, right=0.2, bottom=0.3, label="person", score=0.9, track=1)


def kept(**changes):
    """What a district keeps of an event that shows this."""
    shown = replace(Evidence(aspect=1.3, outline=((0.1, 0.1),), boxes=(BOX,)), **changes)
    return undecoded(to_pb_evidence(shown))


def test_a_screen_gets_what_came():
    shown = Evidence(aspect=1.3, outline=((0.1, 0.2), (1e308, 1e308)), boxes=(BOX, BOX))
    assert evidence_of(undecoded(to_pb_evidence(shown))) == shown


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
