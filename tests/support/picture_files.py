"""Picture files that tests make themselves."""

from pathlib import Path

import av
import numpy as np


def write_png(path: Path, pixels: np.ndarray) -> None:
    """`pixels` [height, width, 3], blue first."""
    height, width = pixels.shape[:2]
    with av.open(str(path), "w", format="image2") as container:
        stream = container.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = width, height, "rgb24"
        frame = av.VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format="rgb24")
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
