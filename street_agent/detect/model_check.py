"""What `citybrain model check` prints: the card compared with the file, one run on a grey picture,
and what it costs on this machine."""

from statistics import median

import numpy as np

from citybrain.clock import Timestamp
from citybrain.ids import SourceId
from citybrain.system_clock import SystemClock
from street_agent.capture.frame import Frame, Pixels
from street_agent.detect.ort import open_detector

WIDTH, HEIGHT = 1280, 720


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
