"""Sources as packages would write them: one that keeps its port, and ones that break."""

import threading

import numpy as np

from street_agent.plugins.port import ArrayPicture, Reading


class ScriptedSource:
    """Gives what its script says: values to give, exceptions to raise. Then it waits."""

    def __init__(self, *script, opens=None, closes=None):
        self._script, self._opens, self._closes = list(script), opens, closes
        self.calls = []
        self._closed = threading.Event()

    def open(self):
        self.calls.append("open")
        if self._opens is not None:
            raise self._opens

    def read(self, wait_s):
        if not self._script:
            self._closed.wait(wait_s)
            return None
        step = self._script.pop(0)
        if isinstance(step, BaseException):
            raise step
        return step

    def close(self):
        self.calls.append("close")
        self._closed.set()
        if self._closes is not None:
            raise self._closes


class Sources:
    """Makes one scripted source after the other; the last one again and again."""

    def __init__(self, *scripted):
        self._scripted, self.made = list(scripted), []

    def __call__(self):
        made = self._scripted.pop(0) if len(self._scripted) > 1 else self._scripted[0]
        self.made.append(made)
        if isinstance(made, BaseException):
            raise made
        return made


def reading(value, at=None):
    return Reading(value=value, at=at)


def picture(height=240, width=320, *, at=None, seed=0):
    """Noise: a picture that no visibility check calls dark, blurred or frozen."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    return ArrayPicture(pixels=pixels, at=at)
