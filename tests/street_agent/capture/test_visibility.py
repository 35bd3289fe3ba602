"""No silent blindness: a camera that shows nothing useful is flagged within two seconds, with its
reason, and is observed again when it recovers."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import SECOND_US, Instant, Timestamp
from citybrain.vocabulary import Visibility
from street_agent.capture import picture_statistics, visibility
from street_agent.capture.visibility import VISIBILITY_OF

STEP_US = SECOND_US // 5
FLAGGED_WITHIN_US = 2 * SECOND_US


class Monitored:
    """A camera's life in steps of a fifth of a second."""

    def __init__(self):
        self.now = 1_750_000_000 * SECOND_US
        self.before = None
        self.changes = []
        self.state = visibility.begin(now=Timestamp(self.now), instant=Instant(self.now))

    def show(self, pictures, *, discontinuity_first=False):
        for i, picture in enumerate(pictures):
            self.now += STEP_US
            discontinuity = discontinuity_first and i == 0
            statistics = picture_statistics.measure(picture, None if discontinuity else self.before)
            self.before = picture
            for _ in range(5):  # of which one is measured
                self.state = visibility.count_whole(self.state)
            self._apply(
                visibility.observe(
                    self.state,
                    statistics,
                    now=Timestamp(self.now),
                    instant=Instant(self.now),
                    discontinuity=discontinuity,
                )
            )
        return self

    def damaged(self, seconds, *, each_us=STEP_US // 5):
        """Nothing but damaged pictures, 25 a second."""
        for _ in range(round(seconds * SECOND_US / each_us)):
            self.now += each_us
            self._apply(
                visibility.observe_damaged(
                    self.state, now=Timestamp(self.now), instant=Instant(self.now)
                )
            )
            self._apply(visibility.tick(self.state, instant=Instant(self.now)))
        return self

    def silence(self, seconds):
        for _ in range(round(seconds * 5)):
            self.now += STEP_US
            self._apply(visibility.tick(self.state, instant=Instant(self.now)))
        return self

    def _apply(self, step):
        self.state, changes = step
        self.changes.extend((change, self.now) for change in changes)

    @property
    def reasons(self):
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
            level
            + chance.integers(
                -noise, noise + 1, (picture_statistics.HEIGHT, picture_statistics.WIDTH)
            ),
            0,
            255,
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


BAD_PICTURES = {
    "too_dark": lambda: flat(3, 4),
    "too_bright": lambda: flat(3, 252),
    "frozen": lambda: [street(1)[0]] * 15,
    "too_blurry": lambda: smeared(street(3)),
    "scene_change": lambda: street(3, seed=2),
}


def test_a_camera_is_blind_until_its_first_good_picture():
    camera = Monitored()
    assert camera.state.reported.visibility == Visibility.BLIND
    camera.show(street(0.2), discontinuity_first=True)
    assert camera.reasons == [""]
    assert camera.state.reported.visibility == Visibility.OBSERVED


@pytest.mark.parametrize("reason", sorted(BAD_PICTURES))
def test_each_bad_picture_is_reported_within_two_seconds_from_its_beginning_on(reason):
    camera = Monitored().show(street(4), discontinuity_first=True)
    began = camera.now + STEP_US
    camera.show(BAD_PICTURES[reason]())
    change, noticed = next((c, at) for c, at in camera.changes if c.reason == reason)
    assert noticed - began <= FLAGGED_WITHIN_US
    assert abs(change.since - began) <= STEP_US
    assert change.visibility == VISIBILITY_OF[reason] != Visibility.OBSERVED


@pytest.mark.parametrize("reason", sorted(BAD_PICTURES))
def test_a_camera_that_recovers_is_observed_again_within_a_second(reason):
    camera = Monitored().show(street(4), discontinuity_first=True).show(BAD_PICTURES[reason]())
    ended = camera.now
    camera.show(street(1.2))
    assert camera.state.reported.visibility == Visibility.OBSERVED
    assert camera.changes[-1][1] - ended <= SECOND_US


def test_silence_is_signal_loss_from_the_last_frame_on():
    camera = Monitored().show(street(2), discontinuity_first=True)
    last_frame = camera.now
    camera.silence(1.9)
    change, noticed = camera.changes[-1]
    assert change.reason == "signal_loss"
    assert change.since == last_frame
    assert noticed - last_frame <= FLAGGED_WITHIN_US


def test_pictures_that_all_arrive_damaged_are_blindness_from_the_last_whole_one_on():
    camera = Monitored().show(street(2), discontinuity_first=True)
    last_whole = camera.now
    camera.damaged(4)
    change, noticed = camera.changes[-1]
    assert (change.reason, change.visibility) == ("picture_damaged", Visibility.BLIND)
    assert change.since == last_whole
    assert noticed - last_whole <= FLAGGED_WITHIN_US
    camera.show(street(4))
    assert camera.state.reported.visibility is Visibility.OBSERVED


def test_a_camera_whose_pictures_are_damaged_from_the_start_says_so_and_not_that_it_is_silent():
    assert Monitored().damaged(3).reasons == ["picture_damaged"]


def test_one_damaged_picture_and_a_short_burst_are_not_reported():
    camera = Monitored().show(street(2), discontinuity_first=True)
    camera.damaged(0.04).show(street(2)).damaged(0.4).show(street(2))
    assert camera.reasons == [""]


def test_whole_pictures_between_many_damaged_ones_are_degraded_without_flapping():
    camera = Monitored().show(street(2), discontinuity_first=True)
    for picture in street(4):
        camera.damaged(0.8).show([picture])  # one whole picture a second
    assert camera.reasons == ["", "often_damaged"]
    assert camera.state.reported.visibility is Visibility.DEGRADED


def test_a_damaged_picture_ends_a_recovery_that_had_begun():
    camera = Monitored().damaged(3)
    for picture in street(2):
        camera.show([picture]).damaged(0.2)
    assert camera.reasons == ["picture_damaged"]


def test_silence_after_damaged_pictures_is_signal_loss():
    camera = Monitored().show(street(2), discontinuity_first=True).damaged(3).silence(2.5)
    assert camera.reasons == ["", "picture_damaged", "signal_loss"]


def test_the_new_scene_of_a_moved_camera_becomes_the_baseline():
    camera = Monitored().show(street(4), discontinuity_first=True).show(street(8, seed=2))
    assert camera.reasons == ["", "scene_change", ""]


def test_a_passing_lorry_a_flash_and_a_short_stutter_are_not_reported():
    good = street(10)
    good[20] = flat(0.2, 250)[0]
    good[30] = street(1, seed=3)[0]
    good[40] = good[41] = good[42]
    assert Monitored().show(good, discontinuity_first=True).reasons == [""]


def test_dusk_is_no_scene_change():
    dusk = [picture for level in range(0, -60, -2) for picture in street(0.4, level=level)]
    assert Monitored().show(dusk, discontinuity_first=True).reasons == [""]


def test_after_a_discontinuity_nothing_is_compared_with_what_came_before():
    camera = Monitored().show(street(3), discontinuity_first=True)
    camera.show(street(3, seed=2), discontinuity_first=True)
    assert camera.reasons == [""]


@given(
    st.lists(
        st.sampled_from(
            ["street", "dark", "still", "other", "silence", "discontinuity", "damaged"]
        ),
        max_size=25,
    )
)
def test_changes_really_change_something_and_never_go_back_in_time(steps):
    camera, still = Monitored(), street(0.2)
    for step in steps:
        if step == "silence":
            camera.silence(0.8)
        elif step == "damaged":
            camera.damaged(0.8)
        elif step == "discontinuity":
            camera.show(street(0.6), discontinuity_first=True)
        else:
            camera.show(
                {
                    "street": street(0.8),
                    "dark": flat(0.8, 3),
                    "still": still * 4,
                    "other": street(0.8, seed=2),
                }[step]
            )
    changes = [change for change, _ in camera.changes]
    assert all(a.reason != b.reason and a.since <= b.since for a, b in itertools.pairwise(changes))
    assert all(change.since <= at for change, at in camera.changes)
    assert all(change.visibility == VISIBILITY_OF[change.reason] for change in changes)
