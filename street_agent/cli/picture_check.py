"""What `street check` says of a camera's picture, in plain sentences: how it is sent, and what is
odd about it. Decides nothing for the agent."""

from collections.abc import Iterator

from street_agent.capture.geometry import Geometry
from street_agent.capture.live import SNAPSHOT_EVERY_S
from street_agent.capture.trial import Trial

SMALL_PX = 240  # of the shorter side: a person far away has too few pixels to be found
BIG_PX = 2_700 * 1_600  # above: it is decoded at a cost, and the model sees it shrunk all the same
WIDE = 2.4  # one side to the other: the model sees a strip, and little of its height


def sent(trial: Trial, geometry: Geometry) -> str:
    """How the picture is sent, where that is not as it is seen."""
    words = []
    if trial.turn:
        by = "rotate says so" if geometry.rotate_deg is not None else "its stream says so"
        words.append(f"turned by {trial.turn * 90}° clockwise ({by})")
    seen = (trial.frame.width, trial.frame.height)
    upright = (trial.sent_width, trial.sent_height)
    if (seen if trial.turn % 2 == 0 else seen[::-1]) != upright:
        by = "aspect says so" if geometry.aspect is not None else "its pixels are not square"
        words.append(f"sent as {trial.sent_width}x{trial.sent_height} ({by})")
    return "".join(f", {one}" for one in words)


def odd(trial: Trial, detect_fps: float) -> Iterator[str]:
    """What an installer should know of it before leaving."""
    width, height = trial.frame.width, trial.frame.height
    if min(width, height) < SMALL_PX:
        yield (
            f"its picture is small ({width}x{height}): what is far away will not be found; take a"
            " larger stream of the camera"
        )
    if trial.sent_width * trial.sent_height > BIG_PX:
        yield (
            f"its picture is big ({trial.sent_width}x{trial.sent_height}): decoding it takes much"
            " of the box, and the model sees it shrunk; take a smaller stream (sub-stream)"
        )
    if max(width, height) > WIDE * min(width, height):
        yield (
            f"its picture is a strip ({width}x{height}): the model sees it shrunk to the length of"
            " its longer side; take a stream of one lens, or set `aspect` if it only looks so"
        )
    if trial.is_snapshot:
        yield (
            f"its address gives single pictures and is asked every {SNAPSHOT_EVERY_S:g} s, though"
            f" detect_fps is {detect_fps:g}; the camera's stream address (rtsp://) gives more"
            if detect_fps > 1 / SNAPSHOT_EVERY_S
            else f"its address gives single pictures and is asked every {SNAPSHOT_EVERY_S:g} s"
        )
    elif trial.is_untimed:
        yield "its stream has no times of its own: pictures are timed by their arrival"
    if trial.damaged_before:
        yield (
            f"{trial.damaged_before} pictures arrived damaged before the first whole one; look at"
            " cable, radio link and switch"
        )
