"""The port of the crews' phones: the public API is thin over it, a district implements it. Those of
the other consoles are lists and a door: see `citybrain.api.services.port`, which also says what an
`Outcome` is and what is raised.
"""

from collections.abc import AsyncIterator
from typing import Protocol

from citybrain.domain.console import Outcome, UnitAction
from citybrain.domain.crew import CrewAnswer, CrewPosition, CrewReply, CrewView
from citybrain.domain.principal import Principal
from citybrain.ids import UnitId


class CrewConsole(Protocol):
    """The crew's phone's."""

    def view(self, unit: UnitId) -> CrewView | None:
        """None: no such unit here."""
        ...

    async def answer(self, answer: CrewAnswer, caller: Principal | None = None, /) -> Outcome:
        """`caller`: who was proved to ask; None: nobody was, and it is the unit that it names."""
        ...

    async def set_duty(self, action: UnitAction, caller: Principal | None = None, /) -> Outcome:
        """As `answer`."""
        ...

    async def reply(self, reply: CrewReply, caller: Principal | None = None, /) -> Outcome: ...

    async def report(
        self, position: CrewPosition, caller: Principal | None = None, /
    ) -> Outcome: ...

    def changes(self) -> AsyncIterator[None]:
        """Yields at once and after every change of what `view` gives. Several changes may share one
        yield; none is missed."""
        ...
