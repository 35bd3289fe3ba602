"""No silent blindness: a camera that shows nothing useful is flagged within two seconds, by name, and is observed again when it recovers."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import SECOND_US, Instant, Timestamp
from citybrain.vocabulary import Visibility
from street_agent.capture import look, visibility
from street_agent.capture.visibility import BECAUSE

STEP_US = SECOND_US // 5
FLAGGED_WITHIN_US = 2 * SECOND_US


class Story:
    """A camera's life in steps of a fifth of a second."""

    def __init__(self):
        self.now = 1_750_000_000 * SECOND_US
        self.before = None
        self.changes = []
        self.state = visibility.begin(now=Timestamp(self.now), instant=Instant(self.now))

    def show(self, pictures, *, cut_first=False):
        for i, picture in enumerate(pictures):
            self.now += STEP_US
            cut = cut_first and i == 0
            figures = look.measure(picture, None if cut else self.before)
            self.before = picture
            self._take(
                visibility.see(
                    self.state, figures, now=Timestamp(self.now), instant=Instant(self.now), cut=cut
                )
            )
        return self

    def silence(self, seconds):
        for _ in range(round(seconds * 5)):
            self.now += STEP_US
            self._take(
                visibility.wait(self.state, now=Timestamp(self.now), instant=Instant(self.now))
            )
        return self

    def _take(self, step):
        self.state, changes = step
        self.changes.extend((change, self.now) for change in changes)

    @property
    def codes(self):
        return [change.reason for change, _ in self.changes]


def street(seconds, *, seed=1, level=0, noise=6):
    layout = np.kron(np.random.default_rng(seed).integers(60, 200, (9, 16)), np.ones((10, 10), int))
    chance = np.random.default_rng(99)
    fine = chance.integers(-25, 26, layout.shape)
    return [
        np.clip(
            layout + fine + level + chance.integers(-noise, noise + 1, layout.shape), 0, 255
        ).astype(np.uint8)
        for _ in range(round(seconds * 5))
    ]


def flat(seconds, level, *, noise=3):
    chance = np.random.default_rng(5)
    return [
        np.clip(
            level + chance.integers(-noise, noise + 1, (look.HEIGHT, look.WIDTH)), 0, 255
        ).astype(np.uint8)
        for _ in range(round(seconds * 5))
    ]


def smeared(pictures, width=15):
    window = np.ones(width) / width
    out = []
    for picture in pictures:
        rows = np.apply_along_axis(
            lambda line: np.convolve(line, window, mode="same"), 1, picture.astype(float)
        )
        out.append(
            np.apply_along_axis(
                lambda line: np.convolve(line, window, mode="same"), 0, rows
            ).astype(np.uint8)
        )
    return out


TROUBLES = {
    "too_dark": lambda: flat(3, 4),
    "too_bright": lambda: flat(3, 252),
    "frozen": lambda: [street(1)[0]] * 15,
    "too_blurry": lambda: smeared(street(3)),
    "scene_change": lambda: street(3, seed=2),
}


def test_a_camera_is_blind_until_its_first_good_picture():
    story = Story()
    assert story.state.said.visibility == Visibility.BLIND
    story.show(street(0.2), cut_first=True)
    assert story.codes == [""]
    assert story.state.said.visibility == Visibility.OBSERVED


@pytest.mark.parametrize("code", sorted(TROUBLES))
def test_each_trouble_is_named_within_two_seconds_and_dated_back_to_its_beginning(code):
    story = Story().show(street(4), cut_first=True)
    began = story.now + STEP_US
    story.show(TROUBLES[code]())
    change, noticed = next((c, at) for c, at in story.changes if c.reason == code)
    assert noticed - began <= FLAGGED_WITHIN_US
    assert abs(change.since - began) <= STEP_US
    assert change.visibility == BECAUSE[code] != Visibility.OBSERVED


@pytest.mark.parametrize("code", sorted(TROUBLES))
def test_a_camera_that_recovers_is_observed_again_within_a_second(code):
    story = Story().show(street(4), cut_first=True).show(TROUBLES[code]())
    ended = story.now
    story.show(street(1.2))
    assert story.state.said.visibility == Visibility.OBSERVED
    assert story.changes[-1][1] - ended <= SECOND_US


def test_silence_is_signal_loss_from_the_last_frame_on():
    story = Story().show(street(2), cut_first=True)
    last_frame = story.now
    story.silence(1.9)
    change, noticed = story.changes[-1]
    assert change.reason == "signal_loss"
    assert change.since == last_frame
    assert noticed - last_frame <= FLAGGED_WITHIN_US


def test_a_moved_camera_is_taken_as_it_is_now_after_a_while():
    story = Story().show(street(4), cut_first=True).show(street(8, seed=2))
    assert story.codes == ["", "scene_change", ""]


def test_a_passing_lorry_a_flash_and_a_short_stutter_are_no_trouble():
    good = street(10)
    good[20] = flat(0.2, 250)[0]
    good[30] = street(1, seed=3)[0]
    good[40] = good[41] = good[42]
    assert Story().show(good, cut_first=True).codes == [""]


def test_dusk_is_no_scene_change():
    dusk = [picture for level in range(0, -60, -2) for picture in street(0.4, level=level)]
    assert Story().show(dusk, cut_first=True).codes == [""]


def test_after_a_cut_nothing_is_compared_with_what_came_before():
    story = Story().show(street(3), cut_first=True)
    story.show(street(3, seed=2), cut_first=True)
    assert story.codes == [""]


@given(
    st.lists(st.sampled_from(["street", "dark", "still", "other", "silence", "cut"]), max_size=25)
)
def test_changes_really_change_something_and_never_go_back_in_time(steps):
    story, still = Story(), street(0.2)
    for step in steps:
        if step == "silence":
            story.silence(0.8)
        elif step == "cut":
            story.show(street(0.6), cut_first=True)
        else:
            story.show(
                {
                    "street": street(0.8),
                    "dark": flat(0.8, 3),
                    "still": still * 4,
                    "other": street(0.8, seed=2),
                }[step]
            )
    said = [change for change, _ in story.changes]
    assert all(a.reason != b.reason and a.since <= b.since for a, b in itertools.pairwise(said))
    assert all(change.since <= at for change, at in story.changes)
    assert all(change.visibility == BECAUSE[change.reason] for change in said)
