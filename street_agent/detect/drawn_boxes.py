"""What a model found on a still, as an SVG that any browser shows: the picture's own bytes below,
boxes and names above.
"""

import base64
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from street_agent.capture.frame import Frame
from street_agent.detect.detections import Detections
from street_agent.errors import StillError

MEDIA_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".bmp": "image/bmp",
}
COLOURS = ("#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#008080")  # by class, in turn


def drawn(path: Path, frame: Frame, found: Detections) -> str:
    """The SVG. Raises `StillError` where no browser shows the picture."""
    media = MEDIA_TYPES.get(path.suffix.lower())
    if media is None:
        raise StillError(
            f"a browser shows no {path.suffix or 'such'} picture; give one of"
            f" {', '.join(MEDIA_TYPES)}."
        )
    held = base64.b64encode(path.read_bytes()).decode()
    size = max(frame.width, frame.height)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width} {frame.height}"'
        f' font-family="sans-serif" font-size="{size / 60:.1f}" stroke-width="{size / 400:.2f}">',
        f'<image href="data:{media};base64,{held}" width="{frame.width}" height="{frame.height}"/>',
    ]
    sides = np.array([frame.width, frame.height, frame.width, frame.height])
    for number, (box, score, label) in enumerate(
        zip(found.boxes * sides, found.scores, found.classes, strict=True), start=1
    ):
        x1, y1, x2, y2 = (float(side) for side in box)
        colour = quoteattr(COLOURS[label % len(COLOURS)])
        said = escape(f"{number} {found.labels[label]} {score:.2f}")
        lines += [
            f'<rect x="{x1:.1f}" y="{y1:.1f}" width="{x2 - x1:.1f}" height="{y2 - y1:.1f}"'
            f' fill="none" stroke={colour}/>',
            f'<text x="{x1:.1f}" y="{max(y1 - size / 300, size / 60):.1f}" fill={colour}'
            f' stroke="white" stroke-width="{size / 300:.2f}" paint-order="stroke">{said}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])
