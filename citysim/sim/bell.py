"""Moments that a fault waits for: whoever listens strikes when what it waits for comes to pass. Knows nothing of what that is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Wants = Callable[..., bool]  # of what has just come to pass: whether it is what is waited for
Strike = Callable[..., object]


def anything(*_what: Any) -> bool:
    """Whatever comes to pass is waited for."""
    return True


@dataclass(slots=True)
class _Listener:
    strike: Strike
    wants: Wants
    passes: int
    is_once: bool


class Bell:
    """`ring(*what)` strikes every listener that wants it, in the order in which they began to listen."""

    def __init__(self) -> None:
        self._listeners: dict[str, _Listener] = {}

    def listen(
        self,
        name: str,
        strike: Strike,
        *,
        wants: Wants = anything,
        passes: int = 0,
        is_once: bool = True,
    ) -> None:
        """`name` tells listeners apart; one that listens already listens anew. So many rings that it wants it lets `passes` by."""
        self._listeners[name] = _Listener(strike, wants, passes, is_once)

    def forget(self, name: str) -> None:
        self._listeners.pop(name, None)

    def ring(self, *what: Any) -> None:
        """Something has come to pass. What a strike raises is for whoever rings."""
        for name, listener in list(self._listeners.items()):
            if self._listeners.get(name) is not listener or not listener.wants(
                *what
            ):  # a strike before it may have sent it away
                continue
            if listener.passes:
                listener.passes -= 1
                continue
            if listener.is_once:
                del self._listeners[name]
            listener.strike(*what)
