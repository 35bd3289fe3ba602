"""A model's card may name the decoder of an installed package; whatever that one does wrong blinds
its own cameras, with words for people."""

from dataclasses import replace

import numpy as np
import pytest
from fake_distributions import forget, install

from citybrain.clock import ManualClock
from models.card import load
from street_agent.detect import chosen_head
from street_agent.detect.chosen_head import CheckedHead, head_of
from street_agent.detect.heads import Candidates, YoloxHead
from street_agent.detector_pool import MODEL_RETRY_S, DetectorPool
from street_agent.errors import PluginModelError
from street_agent.limits import DECODED_BOXES

TINY = load("tiny")
CARD = replace(TINY, decoder=replace(TINY.decoder, head="acme-corners", options={"scale": 2}))


def some(boxes=((0, 0, 4, 4),), scores=(0.5,), classes=(1,)):
    return Candidates(
        boxes=np.array(boxes, np.float32),
        scores=np.array(scores, np.float32),
        classes=np.array(classes),
    )


class Decoder:
    """Gives what it was told to."""

    port = "decoder/1"
    outputs = {"output": (4, 6)}  # noqa: RUF012 - as a package's author would write it
    gives: object = some()

    def __init__(self, card):
        self.card = card

    def decode(self, outputs, score_min):
        if isinstance(self.gives, BaseException):
            raise self.gives
        return self.gives


@pytest.fixture
def offer(monkeypatch):
    """Let the installed decoder be this class."""

    def offered(kind):
        monkeypatch.setattr(chosen_head, "load", lambda group, name, port: kind)
        return kind

    return offered


def test_a_built_in_head_is_no_plugin():
    assert isinstance(head_of(TINY), YoloxHead)


def test_the_decoder_of_a_package_gets_its_card_and_decodes(offer):
    offer(Decoder)
    head = head_of(CARD)
    assert isinstance(head, CheckedHead)
    assert head.outputs == {"output": (4, 6)}
    found = head.decode([np.zeros((1, 4, 6), np.float32)], 0.3)
    assert (found.boxes.dtype, found.scores.dtype, found.classes.dtype) == ("<f4", "<f4", "<i8")


@pytest.mark.parametrize(
    ("gives", "words"),
    [
        (ValueError("no such shape"), r"failed on a picture \(ValueError: no such shape\)"),
        (None, "gave NoneType instead of Candidates"),
        (some(boxes=((0, 0, 4),)), "instead of"),
        (some(classes=(1, 0)), "instead of"),
        (some(scores=((0.5,),)), "instead of"),
        (some(boxes=((0, 0, np.nan, 4),)), "not finite"),
        (some(scores=(np.inf,)), "not finite"),
        (some(scores=(1.5,)), "scores outside 0..1"),
        (some(scores=(-0.5,)), "scores outside 0..1"),
        (some(classes=(2,)), "classes outside 0..1"),
        (some(classes=(-1,)), "classes outside 0..1"),
        (some(classes=(0.5,)), "no whole numbers"),
        (some(boxes=((4, 0, 0, 4),)), "left is beyond their right"),
        (some(*(((v,) * (DECODED_BOXES.value + 1)) for v in ((0, 0, 1, 1), 0.1, 1))), "more than"),
    ],
)
def test_what_no_decoder_may_do_is_named(offer, gives, words):
    offer(type("Bad", (Decoder,), {"gives": gives}))
    with pytest.raises(PluginModelError, match=words) as error:
        head_of(CARD).decode([], 0.3)
    assert "model tiny: its decoder acme-corners" in str(error.value)


def test_no_boxes_are_fine(offer):
    none = Candidates(
        boxes=np.zeros((0, 4), np.float32), scores=np.zeros(0, np.float32), classes=np.zeros(0, int)
    )
    offer(type("Empty", (Decoder,), {"gives": none}))
    assert len(head_of(CARD).decode([], 0.3).scores) == 0


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        ({}, "asks for no output"),
        ({"a": 7}, r"asks for the output 'a' as 7, and \(rows, columns\) is wanted"),
        ({"a": (0, 4)}, "is wanted"),
        ({"a": (2.0, 4)}, "is wanted"),
        (7, "cannot be made"),
    ],
)
def test_what_it_asks_of_the_model_is_checked(offer, outputs, words):
    offer(type("Bad", (Decoder,), {"outputs": outputs}))
    with pytest.raises(PluginModelError, match=words):
        head_of(CARD)


def test_a_decoder_that_will_not_have_the_card_says_why(offer):
    def refuse(self, card):
        raise ValueError("options.scale is missing")

    offer(type("Picky", (Decoder,), {"__init__": refuse}))
    with pytest.raises(PluginModelError, match="ValueError: options.scale is missing"):
        head_of(CARD)


def test_a_head_that_nobody_has_is_refused_with_those_that_there_are():
    wanted = r"'acme-corners' .*not built in \(yolox, gfl, yolov8, detr\)"
    with pytest.raises(PluginModelError, match=wanted):
        head_of(CARD)


def test_a_package_that_cannot_be_imported_is_named(tmp_path, monkeypatch):
    install(
        tmp_path,
        "acme-city",
        "[citybrain.detectors]\nacme-corners = acme_corners_x:D\n",
        {"acme_corners_x.py": "import torchless"},
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(PluginModelError, match="of acme-city 1.0 cannot be imported.*torchless"):
        head_of(CARD)
    forget(tmp_path)


def test_a_detector_opened_again_has_a_decoder_made_anew():
    clock, opened = ManualClock(), []

    class Detector:
        def close(self):
            opened[-1] = "closed"

    def open_model(name):
        opened.append("open")
        return Detector()

    pool = DetectorPool(open_model=open_model, clock=clock)
    pool.get("x")
    refusal = pool.refuse_in_use("x", PluginModelError("it failed"))
    assert (refusal.reason, opened) == ("plugin", ["closed"])
    assert pool.get("x") is refusal
    clock.advance(MODEL_RETRY_S + 1)
    assert isinstance(pool.get("x"), Detector)
    assert opened == ["closed", "open"]
