"""What `citybrain model check` prints: the card compared with the file, one run on a grey picture
and what it costs on this machine; what it finds on a still; how precise it is on labelled pictures.
"""

from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from citybrain.clock import Timestamp
from citybrain.ids import SourceId
from citybrain.system_clock import SystemClock
from street_agent.capture.frame import Frame, Pixels
from street_agent.capture.libav.still import open_still
from street_agent.detect.average_precision import LabelledBoxes, class_precision
from street_agent.detect.drawn_boxes import drawn
from street_agent.detect.heads import Floats
from street_agent.detect.labelled_folder import LabelledPicture, labelled_pictures
from street_agent.detect.ort import DetectorOptions, open_detector

WIDTH, HEIGHT = 1280, 720
SCORE_MIN = 0.01  # average precision asks for what is doubtful too


class GreyPicture:
    """A picture without any object."""

    def bgr(self, width: int, height: int) -> Pixels:
        return np.full((height, width, 3), 114, np.uint8)

    def grey(self, width: int, height: int) -> Pixels:
        return np.full((height, width), 114, np.uint8)


def grey_frame(seq: int = 1) -> Frame:
    """A frame of a grey picture."""
    return Frame(
        source=SourceId("grey"),
        seq=seq,
        captured_at=Timestamp(0),
        error_ms=0.0,
        width=WIDTH,
        height=HEIGHT,
        discontinuity=seq == 1,
        picture=GreyPicture(),
    )


def report(name: str, *, runs: int) -> list[str]:
    """The lines. Raises `ModelError` when the file is not what its card says."""
    detector = open_detector(name, clock=SystemClock())
    card = detector.card
    found = detector.detect(grey_frame())
    timings = []
    for _ in range(runs):
        detector.detect(grey_frame())
        timings.append(detector.timings)
    costs = [
        median(getattr(t, part) for t in timings) for part in ("pre_ms", "infer_ms", "post_ms")
    ]
    lines = [
        f"{card.name}: {card.description}",
        f"licence {card.licence}, sha256 verified ({card.sha256[:16]}…)",
        *detector.io(),
    ]
    lines.append(
        f"classes {len(card.classes)}, of which for the street: {', '.join(card.used_classes)}"
    )
    lines.append(f"grey picture: {len(found)} boxes (0 is right)")
    lines.append(
        f"median of {runs}, 1 thread: {costs[0]:.1f} ms preprocess + {costs[1]:.1f} ms model +"
        f" {costs[2]:.1f} ms decode"
    )
    return lines


def on_still(name: str, picture: Path, out: Path | None) -> list[str]:
    """What the model finds on the picture, best first; with `out`, drawn into that SVG. Raises
    `ModelError`."""
    detector = open_detector(name, clock=SystemClock())
    frame = open_still(picture)
    found = detector.detect(frame)
    lines = [f"{picture.name}: {frame.width}x{frame.height}, {len(found)} boxes"]
    for number, (box, score, label) in enumerate(
        zip(found.boxes, found.scores, found.classes, strict=True), start=1
    ):
        left, top = int(box[0] * frame.width), int(box[1] * frame.height)
        right, bottom = int(box[2] * frame.width), int(box[3] * frame.height)
        place = f"{right - left}x{bottom - top} at {left},{top}"
        lines.append(f"{number:3} {found.labels[label]:12} {score:.2f}  {place}")
    if out is not None:
        out.write_text(drawn(picture, frame, found), encoding="utf-8")
        lines.append(f"drawn into {out}")
    return lines


def on_labelled(
    name: str, folder: Path, progress: Callable[[int], None] | None = None
) -> list[str]:
    """Average precision of each class that is both labelled and used. `progress` hears how many
    pictures are done. Raises `ModelError`."""
    detector = open_detector(
        name, clock=SystemClock(), options=DetectorOptions(score_min=SCORE_MIN)
    )
    by_class: dict[str, list[LabelledBoxes]] = {label: [] for label in detector.labels}
    unused: dict[str, int] = {}
    done = 0
    for done, picture in enumerate(labelled_pictures(folder), start=1):
        frame = open_still(picture.path, done)
        found = detector.detect(frame)
        sides = np.array([frame.width, frame.height] * 2, np.float32)
        for said in picture.names:
            if said not in by_class:
                unused[said] = unused.get(said, 0) + 1
        for number, label in enumerate(detector.labels):
            mine = found.classes == number
            by_class[label].append(
                _boxes(picture, label, sides, found.boxes[mine], found.scores[mine])
            )
        if progress is not None:
            progress(done)
    return _precision_lines(by_class, unused, done)


def _boxes(
    picture: LabelledPicture,
    label: str,
    sides: Floats,
    found: Floats,
    scores: Floats,
) -> LabelledBoxes:
    """One class of one picture, in shares of it."""
    shares = picture.boxes / sides if picture.is_in_pixels else picture.boxes
    named = np.array([said == label for said in picture.names], bool)
    crowds = np.array(picture.crowds, bool)
    return LabelledBoxes(
        found=found, scores=scores, labels=shares[named & ~crowds], crowds=shares[named & crowds]
    )


def _precision_lines(
    by_class: dict[str, list[LabelledBoxes]], unused: dict[str, int], pictures: int
) -> list[str]:
    lines = [f"{pictures} pictures", f"{'class':14} {'labels':>7} {'AP50':>6} {'AP50:95':>8}"]
    judged = {label: class_precision(boxes) for label, boxes in by_class.items()}
    known = {label: one for label, one in judged.items() if one is not None}
    for label, one in known.items():
        lines.append(f"{label:14} {one.labels:7} {one.ap50:6.3f} {one.ap:8.3f}")
    if len(known) > 1:
        ap50 = sum(one.ap50 for one in known.values()) / len(known)
        ap = sum(one.ap for one in known.values()) / len(known)
        lines.append(f"{'mean':14} {'':7} {ap50:6.3f} {ap:8.3f}")
    absent = [label for label in by_class if label not in known]
    if absent:
        lines.append(f"not labelled there: {', '.join(absent)}")
    if unused:
        said = ", ".join(f"{label} ({count})" for label, count in sorted(unused.items()))
        lines.append(f"labelled, but none of the card's `used_classes`: {said}")
    return lines
