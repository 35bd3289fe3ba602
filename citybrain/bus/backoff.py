"""How long to wait before the next attempt: exponential, bounded, with jitter, so that a thousand boxes do not return at one instant."""

from citybrain.ids import IdSource


class Backoff:
    """Waits of `first_s`, twice that … up to `most_s`, each shortened by chance to between half and all of it."""

    def __init__(self, *, first_s: float, most_s: float, ids: IdSource) -> None:
        self._first_s, self._most_s, self._ids = first_s, most_s, ids
        self._step = 0

    @property
    def tries(self) -> int:
        """Waits since the last attempt that went well."""
        return self._step

    def next_s(self) -> float:
        """The wait before the next attempt."""
        whole = min(self._most_s, self._first_s * 2.0 ** min(self._step, 30))
        self._step += 1
        return whole * (0.5 + 0.5 * self._ids.number() / 2**63)

    def reset(self) -> None:
        """The attempt went well."""
        self._step = 0
