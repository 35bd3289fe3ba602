"""Decoder heads against slow and obvious ones."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.card import load
from street_agent.detect.chosen_head import head_of
from street_agent.detect.heads import GflHead, YoloxHead

YOLOX, NANODET = load("yolox-nano"), load("nanodet-g")


def small(card, side=64):
    return replace(card, input=replace(card.input, width=side, height=side))


def yolox_slowly(raw, card, score_min):
    """Cell by cell, as YOLOX's own demo does it."""
    found, row = [], 0
    for stride in card.decoder.strides:
        cells = card.input.width // stride
        for y in range(cells):
            for x in range(cells):
                tx, ty, tw, th, objectness, *classes = (float(v) for v in raw[row])
                row += 1
                label, best = max(
                    (
                        (i, objectness * classes[card.classes.index(n)])
                        for i, n in enumerate(card.used_classes)
                    ),
                    key=lambda pair: pair[1],
                )
                if best >= score_min:
                    cx, cy, w, h = (
                        (tx + x) * stride,
                        (ty + y) * stride,
                        np.exp(tw) * stride,
                        np.exp(th) * stride,
                    )
                    found.append((cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2, best, label))
    return found


def gfl_slowly(scores, boxes, card, score_min):
    found = []
    for stride, level_scores, level_boxes in zip(card.decoder.strides, scores, boxes, strict=True):
        cells = -(-card.input.width // stride)
        for row in range(len(level_scores)):
            x, y = (row % cells + 0.5) * stride, (row // cells + 0.5) * stride
            label, best = max(
                (
                    (i, float(level_scores[row][card.classes.index(n)]))
                    for i, n in enumerate(card.used_classes)
                ),
                key=lambda pair: pair[1],
            )
            if best >= score_min:
                sides = []
                for side in range(4):
                    weights = np.exp(
                        level_boxes[row][
                            side * card.decoder.bins : (side + 1) * card.decoder.bins
                        ].astype(float)
                    )
                    sides.append(
                        float((weights / weights.sum()) @ np.arange(card.decoder.bins)) * stride
                    )
                found.append((x - sides[0], y - sides[1], x + sides[2], y + sides[3], best, label))
    return found


def rows_of(candidates):
    return [
        (*map(float, box), float(s), int(c))
        for box, s, c in zip(candidates.boxes, candidates.scores, candidates.classes, strict=True)
    ]


@settings(max_examples=20)
@given(st.integers(0, 2**32), st.floats(0.05, 0.9))
def test_the_yolox_head_agrees_with_a_slow_reference(seed, score_min):
    card = small(YOLOX)
    head = YoloxHead(card)
    ((_, (rows, columns)),) = head.outputs.items()
    chance = np.random.default_rng(seed)
    raw = chance.normal(0, 1, (rows, columns)).astype(np.float32)
    raw[:, 4:] = chance.random((rows, columns - 4))
    expected = yolox_slowly(raw, card, score_min)
    found = rows_of(head.decode([raw[None]], np.float32(score_min)))
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, rel=1e-4, abs=1e-3)


@settings(max_examples=20)
@given(st.integers(0, 2**32), st.floats(0.5, 0.99))
def test_the_gfl_head_agrees_with_a_slow_reference(seed, score_min):
    card = small(NANODET)
    head = GflHead(card)
    chance = np.random.default_rng(seed)
    levels = len(card.decoder.strides)
    shapes = list(head.outputs.values())
    scores = [chance.random(shape).astype(np.float32) for shape in shapes[:levels]]
    boxes = [chance.normal(0, 3, shape).astype(np.float32) for shape in shapes[levels:]]
    expected = gfl_slowly(scores, boxes, card, score_min)
    found = rows_of(
        head.decode([array[None] for array in (*scores, *boxes)], np.float32(score_min))
    )
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, rel=1e-4, abs=1e-3)


def test_classes_other_than_the_street_ones_are_no_candidates():
    card = small(YOLOX)
    head = head_of(card)
    rows = next(iter(head.outputs.values()))[0]
    raw = np.zeros((1, rows, 85), np.float32)
    raw[0, :, 4] = 1.0
    raw[0, :, 5 + card.classes.index("kite")] = 1.0
    assert len(head.decode([raw], 0.3).scores) == 0


def test_nothing_above_the_score_gives_empty_arrays_of_the_right_shape():
    for card in (small(YOLOX), small(NANODET)):
        head = head_of(card)
        blank = [np.zeros((1, *shape), np.float32) for shape in head.outputs.values()]
        found = head.decode(blank, 0.3)
        assert found.boxes.shape == (0, 4)
        assert found.scores.shape == found.classes.shape == (0,)


@pytest.mark.parametrize(
    ("name", "boxes"),
    [
        ("yolox-nano", 3549),
        ("nanodet-g", 2704 + 676 + 169),
        ("picodet-s", 2704 + 676 + 169 + 49),
        ("tiny", 1600),
    ],
)
def test_each_cards_cells_are_those_of_its_model(name, boxes):
    card = load(name)
    head = head_of(card)
    assert (
        sum(rows for output, (rows, _) in head.outputs.items() if output in card.decoder.scores)
        == boxes
    )
