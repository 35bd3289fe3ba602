"""Small real videos for the capture tests, encoded on the spot."""

from pathlib import Path

import av
import numpy as np
import pytest

WIDTH, HEIGHT = 192, 108


def scene(i: int, *, shift: int = 0) -> np.ndarray:
    """A textured street with something bright that moves; noise as a living sensor has it."""
    chance = np.random.default_rng(7)
    picture = np.kron(
        chance.integers(40, 200, (9, 16), dtype=np.uint8), np.ones((12, 12), np.uint8)
    )
    picture = np.roll(picture, shift, axis=1).astype(np.int16) + np.random.default_rng(i).integers(
        -6, 7, (HEIGHT, WIDTH)
    )
    left = (i * 3) % (WIDTH - 16)
    picture[40:70, left : left + 12] = 250
    return np.clip(picture, 0, 255).astype(np.uint8)


def encode(path: Path, pictures, *, fps: int = 25, codec: str = "mpeg4") -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=fps)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.bit_rate = 4_000_000
        for grey in pictures:
            frame = av.VideoFrame.from_ndarray(
                np.repeat(grey[:, :, None], 3, axis=2), format="rgb24"
            )
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


@pytest.fixture(scope="session")
def clip(tmp_path_factory) -> Path:
    """40 frames at 25 fps: 1.6 s."""
    return encode(tmp_path_factory.mktemp("clips") / "street.mp4", [scene(i) for i in range(40)])


@pytest.fixture(scope="session")
def make_clip(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")

    def make(name: str, pictures, *, fps: int = 25) -> Path:
        return encode(folder / name, pictures, fps=fps)

    return make


@pytest.fixture(scope="session")
def street_scene():
    return scene
