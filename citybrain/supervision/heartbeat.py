"""Whether a thread that its process cannot do without goes on. Who watches it is
`citybrain.supervision.sd_notify`.
"""


class Heartbeat:
    """One thread's. `beat` from that thread, `silent_rounds` from the one that watches; from the
    first beat on."""

    def __init__(self, thread: str) -> None:
        self.thread = thread
        self.silent_rounds = 0
        self._beats, self._seen = 0, 0

    def beat(self) -> None:
        self._beats += 1

    def end(self) -> None:
        """Its thread ends in order: it is missed no more."""
        self._beats, self._seen, self.silent_rounds = 0, 0, 0

    def watch(self) -> None:
        """A round is over."""
        beats = self._beats
        self.silent_rounds = 0 if beats != self._seen or not beats else self.silent_rounds + 1
        self._seen = beats
