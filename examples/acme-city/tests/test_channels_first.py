"""The decoder finds what open-citybrain's own finds in the same numbers the other way round."""

from dataclasses import replace
from pathlib import Path

import acme_city
import numpy as np
import pytest
from acme_city.channels_first import ChannelsFirst

from models.card import load
from street_agent.detect.chosen_head import head_of
from street_agent.detect.heads import YoloxHead

CARD = load(str(Path(acme_city.__file__).parent / "cards" / "acme-tiny.toml"))


def test_the_card_finds_its_decoder_by_the_entry_point():
    assert head_of(CARD).outputs == {"boxes": (7, 1600)}


def test_it_finds_what_the_built_in_head_finds_the_other_way_round():
    raw = np.random.default_rng(7).uniform(0, 1, (1, 1600, 7)).astype(np.float32)
    found = ChannelsFirst(CARD).decode([raw.transpose(0, 2, 1)], 0.6)
    wanted = YoloxHead(load("tiny")).decode([raw], 0.6)
    assert len(found.scores) > 50
    assert found.boxes == pytest.approx(wanted.boxes, abs=1e-3)
    assert found.scores == pytest.approx(wanted.scores)
    assert np.array_equal(found.classes, wanted.classes)


def test_a_card_without_a_stride_is_told_so():
    with pytest.raises(ValueError, match="no `stride`"):
        ChannelsFirst(replace(CARD, decoder=replace(CARD.decoder, options={})))
