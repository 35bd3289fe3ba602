"""What `citybrain model check` prints: the card held against the file, one run on a grey picture, and what it costs here."""

from statistics import median

import numpy as np

from citybrain.clock import SystemClock, Timestamp
from citybrain.ids import SourceId
from street_agent.capture.frame import Frame, Pixels
from street_agent.detect.ort import open_detector

WIDTH, HEIGHT = 1280, 720


class GreyPicture:
    """A picture without anything in it."""

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
        cut=seq == 1,
        picture=GreyPicture(),
    )


def report(name: str, *, runs: int) -> list[str]:
    """The lines. Raises `ModelError` when the file does not keep its card's promise."""
    detector = open_detector(name, clock=SystemClock())
    card = detector.card
    seen = detector.detect(grey_frame())
    spent = []
    for _ in range(runs):
        detector.detect(grey_frame())
        spent.append(detector.spent)
    costs = [median(getattr(s, part) for s in spent) for part in ("pre_ms", "infer_ms", "post_ms")]
    lines = [
        f"{card.name}: {card.what}",
        f"licence {card.licence}, sha256 verified ({card.sha256[:16]}…)",
        *detector.io(),
    ]
    lines.append(f"classes {len(card.classes)}, of which for the street: {', '.join(card.street)}")
    lines.append(f"grey picture: {len(seen)} boxes (0 is right)")
    lines.append(
        f"median of {runs}, 1 thread: {costs[0]:.1f} ms fit + {costs[1]:.1f} ms model + {costs[2]:.1f} ms decode"
    )
    return lines
