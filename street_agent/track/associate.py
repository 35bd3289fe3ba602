"""Which detection is which object: `associate(state, detections, at) -> (state, tracks)`. Pure:
same input, same ids.

After ByteTrack (Zhang et al., 2022): good detections are paired with the known tracks first, weak
ones then with the tracks that are left, so that an object half hidden keeps its id. Differences,
each for a reason: lost tracks are kept by *time*, not by frames (frame rates vary); ids are given
only at confirmation (clutter uses up none); a detection pairs only within its group (a rider is not
a bicycle), while car and truck share one, and the class is a vote over the track's life.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from citybrain.clock import SECOND_US, Timestamp
from citybrain.structs import Struct, replace
from street_agent.detect.detections import Detections
from street_agent.track import motion
from street_agent.track.motion import Floats, Motion
from street_agent.track.overlap import Rows, overlaps, pair, widened
from street_agent.track.tracks import Tracks

# What a detector may mistake for one another.
GROUPS = {
    "person": 0,
    "bicycle": 1,
    "motorcycle": 1,
    "car": 2,
    "truck": 2,
    "bus": 2,
}
WEAK = 0.1  # what detectors are asked for: weak detections continue a track, and begin none
OTHER_GROUP = 100  # plus the class: every other class is a group of its own


class Tuning(Struct, frozen=True, kw_only=True):
    """When a detection counts, and how long a track lasts. Defaults: tried on PETS09-S2L1 at 5 to
    10 pictures a second with two detectors."""

    good: float = 0.5  # a detection that may begin a track and is paired first
    weak: float = WEAK  # below: ignored
    overlap_good: float = 0.1  # least overlap of a pair, boxes widened by `widen`
    overlap_weak: float = 0.3
    widen: float = 0.15
    confirm_hits: int = 3  # detections before a track has an id
    tentative_s: float = 0.5  # an unconfirmed track undetected for longer is dropped
    lost_s: float = 2.0  # a confirmed one
    coast_s: float = 0.45  # reported where it is expected, undetected for at most this long


DEFAULT_TUNING = Tuning()
# Where pictures are far apart, the times above count in intervals between them instead.
UNDETECTED_INTERVALS = 2.5  # the next picture, and one that misses it, at a pace that varies
SLOW_S = 0.4  # from this interval on an object may have left its own box
SPREAD_PER_S = 2.0  # of its size, on every side: how much further it may be each second beyond that
LOST_S_MAX = 12.0  # at whatever interval
SLOW_CONFIRM_S = 0.5  # two detections so far apart are no clutter
SLOW_CONFIRM_HITS = 2


def paced(tuning: Tuning, interval_s: float) -> Tuning:
    """The tuning for pictures that are `interval_s` apart; at five a second and more it is the
    same."""
    undetected_s = UNDETECTED_INTERVALS * interval_s
    if interval_s <= SLOW_S and undetected_s <= tuning.tentative_s:
        return tuning
    most_hits = SLOW_CONFIRM_HITS if interval_s >= SLOW_CONFIRM_S else tuning.confirm_hits
    return replace(
        tuning,
        tentative_s=min(max(tuning.tentative_s, undetected_s), LOST_S_MAX),
        lost_s=min(max(tuning.lost_s, undetected_s), LOST_S_MAX),
        widen=tuning.widen + SPREAD_PER_S * max(0.0, interval_s - SLOW_S),
        confirm_hits=min(tuning.confirm_hits, most_hits),
    )


def tuned(good: float) -> Tuning:
    """For a detector whose detections count from the score `good` on."""
    return Tuning(good=good, weak=min(WEAK, good / 2))


class TrackState(Struct, frozen=True, kw_only=True, eq=False):
    """Every track, confirmed or not. Arrays are never written to once they stand here."""

    at: Timestamp
    next_id: int
    motion: Motion
    ids: NDArray[np.int64]  # [N] 0: not confirmed
    hits: NDArray[np.int64]
    first_seen: NDArray[np.int64]
    last_seen: NDArray[np.int64]
    scores: Floats
    votes: Floats  # [N, classes]

    @classmethod
    def start(cls, *, next_id: int = 1) -> "TrackState":
        whole = np.zeros(0, np.int64)
        return cls(
            at=Timestamp(0),
            next_id=next_id,
            motion=Motion.none(),
            ids=whole,
            hits=whole,
            first_seen=whole,
            last_seen=whole,
            scores=np.zeros(0),
            votes=np.zeros((0, 0)),
        )


def associate(
    state: TrackState,
    detections: Detections,
    at: Timestamp,
    *,
    aspect: float,
    tuning: Tuning = DEFAULT_TUNING,
) -> tuple[TrackState, Tracks]:
    """Pair the boxes of one picture (`aspect` = width / height) with the tracks of the earlier
    ones. `at` must not go back."""
    labels = detections.labels
    if not len(state.ids) and not len(detections):  # an empty street, most of the time
        return replace(state, at=at), _no_tracks(labels)
    tuning = paced(tuning, (at - state.at) / SECOND_US)
    state = _age(state, at, len(labels), tuning)
    measured, scores, classes = _measure(detections, aspect, tuning)
    groups = _groups(labels)
    rows, columns = _match(state, measured, scores, groups[classes], groups, tuning)
    state = _update(state, rows, measured[columns], scores[columns], classes[columns], at)
    is_fresh = scores >= tuning.good
    is_fresh[columns] = False
    fresh = np.flatnonzero(is_fresh)
    state = _confirm(_begin(state, measured[fresh], scores[fresh], classes[fresh], at), tuning)
    return state, _report(state, labels, aspect, tuning)


def _age(state: TrackState, at: Timestamp, classes: int, tuning: Tuning) -> TrackState:
    """Predict to `at` and drop what was not detected for too long."""
    undetected_s = (at - state.last_seen) / SECOND_US
    kept = np.flatnonzero(
        undetected_s <= np.where(state.ids > 0, tuning.lost_s, tuning.tentative_s)
    )
    votes = state.votes if state.votes.shape[1] == classes else np.zeros((len(state.ids), classes))
    return TrackState(
        at=at,
        next_id=state.next_id,
        motion=motion.predict(state.motion.at(kept), (at - state.at) / SECOND_US),
        ids=state.ids[kept],
        hits=state.hits[kept],
        first_seen=state.first_seen[kept],
        last_seen=state.last_seen[kept],
        scores=state.scores[kept],
        votes=votes[kept],
    )


def _measure(
    detections: Detections, aspect: float, tuning: Tuning
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Centre and size in picture heights, of the detections that count at all."""
    boxes = detections.boxes
    use = (
        (detections.scores >= tuning.weak)
        & (boxes[:, 2] > boxes[:, 0])
        & (boxes[:, 3] > boxes[:, 1])
    )
    boxes = boxes[use].astype(np.float64) * np.array((aspect, 1.0, aspect, 1.0))
    measured = np.concatenate(
        ((boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]), axis=1
    )
    scores = detections.scores[use].astype(np.float64)
    return measured, scores, detections.classes[use].astype(np.int64)


@lru_cache(maxsize=16)
def _no_tracks(labels: tuple[str, ...]) -> Tracks:
    return Tracks.none(labels)


@lru_cache(maxsize=16)
def _groups(labels: tuple[str, ...]) -> NDArray[np.int64]:
    return np.array(
        [GROUPS.get(label, OTHER_GROUP + i) for i, label in enumerate(labels)], np.int64
    )


def _match(
    state: TrackState,
    measured: Floats,
    scores: Floats,
    detected_groups: NDArray[np.int64],
    groups: NDArray[np.int64],
    tuning: Tuning,
) -> tuple[Rows, Rows]:
    """Track rows and detection columns that belong together: good boxes with confirmed tracks, weak
    ones with what is left, the rest with unconfirmed tracks."""
    half = measured[:, 2:] / 2
    boxes = np.concatenate((measured[:, :2] - half, measured[:, :2] + half), axis=1)
    expected = state.motion.boxes()
    affinity = overlaps(widened(expected, tuning.widen), widened(boxes, tuning.widen))
    if len(groups) and affinity.size:
        track_groups = groups[np.argmax(state.votes, axis=1)]
        affinity = affinity * (track_groups[:, None] == detected_groups[None, :])
    confirmed, good = state.ids > 0, scores >= tuning.good
    recent = state.last_seen >= state.at - round(tuning.tentative_s * SECOND_US)
    rows: list[Rows] = []
    columns: list[Rows] = []
    free_rows, free_columns = np.ones(len(expected), np.bool_), np.ones(len(boxes), np.bool_)
    stages = (
        (confirmed, good, tuning.overlap_good),
        (confirmed & recent, ~good, tuning.overlap_weak),
        (~confirmed, good, tuning.overlap_good),
    )
    for which_tracks, which_boxes, least in stages:
        row = np.flatnonzero(which_tracks & free_rows)
        column = np.flatnonzero(which_boxes & free_columns)
        part = affinity[np.ix_(row, column)]
        r, c = pair(np.where(part >= least, part * scores[column], 0.0))
        rows.append(row[r])
        columns.append(column[c])
        free_rows[row[r]] = False
        free_columns[column[c]] = False
    return np.concatenate(rows), np.concatenate(columns)


def _update(
    state: TrackState,
    rows: Rows,
    measured: Floats,
    scores: Floats,
    classes: NDArray[np.int64],
    at: Timestamp,
) -> TrackState:
    hits, last_seen, kept_scores, votes = (
        state.hits.copy(),
        state.last_seen.copy(),
        state.scores.copy(),
        state.votes.copy(),
    )
    hits[rows] += 1
    last_seen[rows] = at
    kept_scores[rows] = scores
    votes[rows, classes] += scores
    return TrackState(
        at=at,
        next_id=state.next_id,
        motion=motion.put(state.motion, rows, motion.correct(state.motion.at(rows), measured)),
        ids=state.ids,
        hits=hits,
        first_seen=state.first_seen,
        last_seen=last_seen,
        scores=kept_scores,
        votes=votes,
    )


def _begin(
    state: TrackState, measured: Floats, scores: Floats, classes: NDArray[np.int64], at: Timestamp
) -> TrackState:
    if not len(scores):
        return state
    votes = np.zeros((len(scores), state.votes.shape[1]))
    votes[np.arange(len(scores)), classes] = scores
    now = np.full(len(scores), at, np.int64)
    return TrackState(
        at=at,
        next_id=state.next_id,
        motion=motion.join(state.motion, motion.begin(measured)),
        ids=np.concatenate((state.ids, np.zeros(len(scores), np.int64))),
        hits=np.concatenate((state.hits, np.ones(len(scores), np.int64))),
        first_seen=np.concatenate((state.first_seen, now)),
        last_seen=np.concatenate((state.last_seen, now)),
        scores=np.concatenate((state.scores, scores)),
        votes=np.concatenate((state.votes, votes)),
    )


def _confirm(state: TrackState, tuning: Tuning) -> TrackState:
    """Give ids to what was detected often enough."""
    rows = np.flatnonzero((state.ids == 0) & (state.hits >= tuning.confirm_hits))
    if not len(rows):
        return state
    ids = state.ids.copy()
    ids[rows] = state.next_id + np.arange(len(rows))
    return TrackState(
        at=state.at,
        next_id=state.next_id + len(rows),
        motion=state.motion,
        ids=ids,
        hits=state.hits,
        first_seen=state.first_seen,
        last_seen=state.last_seen,
        scores=state.scores,
        votes=state.votes,
    )


def _report(state: TrackState, labels: tuple[str, ...], aspect: float, tuning: Tuning) -> Tracks:
    reported = np.flatnonzero(
        (state.ids > 0) & (state.last_seen >= state.at - round(tuning.coast_s * SECOND_US))
    )
    reported = reported[np.argsort(state.ids[reported], kind="stable")]
    if not len(reported):
        return Tracks.none(labels)
    boxes = state.motion.at(reported).boxes() / np.array((aspect, 1.0, aspect, 1.0))
    return Tracks(
        ids=state.ids[reported],
        boxes=np.clip(boxes, 0.0, 1.0),
        scores=state.scores[reported],
        classes=np.argmax(state.votes[reported], axis=1),
        labels=labels,
        first_seen=state.first_seen[reported],
        seen=state.last_seen[reported] == state.at,
    )
