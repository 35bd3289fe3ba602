"""Puts other packs, playbooks, assets and people to call in force while the node runs: reads the
configuration again when asked to, and journals what it says. Of one with faults nothing is taken.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from citybrain.decider.command import Notice
from citybrain.decider.commit_loop import CommitLoop
from citybrain.domain.principal import Role, unauthenticated
from citybrain.errors import CityBrainError
from district_node.cores.state import DistrictState
from district_node.errors import PacksRefusedError
from district_node.inputs import PacksChanged, Setup

CONFIGURATION = "configuration"  # the principal: whoever may write the file

log = logging.getLogger(__name__)


class Configuration(Protocol):
    """What was read: its packs, playbooks and assets stand in `setup`."""

    @property
    def setup(self) -> Setup: ...


C = TypeVar("C", bound=Configuration)


class PackReload(Generic[C]):
    """`request` from a signal handler; `run` beside the node. `on_taken` gets what was taken."""

    def __init__(
        self,
        read: Callable[[], C],
        commit_loop: CommitLoop[DistrictState],
        on_taken: Callable[[C], Awaitable[None]],
    ) -> None:
        self._read, self._commit_loop, self._on_taken = read, commit_loop, on_taken
        self._requested = asyncio.Event()

    def request(self) -> None:
        """Read the configuration again, soon; requests that wait are one."""
        self._requested.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._requested.wait()
            self._requested.clear()
            try:
                await self._reload()
            except (CityBrainError, OSError) as error:
                log.warning("the packs in force stay as they are: %s", error)

    async def _show(self, files: C) -> None:
        """What is in force stays so, whatever becomes of the pages; the next request tries anew."""
        try:
            await self._on_taken(files)
        except (CityBrainError, OSError) as error:
            log.warning("the pages do not show what is in force, reload once more: %s", error)

    async def _reload(self) -> None:
        files = await asyncio.to_thread(self._read)
        setup, known = files.setup, self._commit_loop.state.setup
        packs = ", ".join(f"{pack.name} {pack.version}" for pack in setup.packs)
        if is_in_force(setup, known):
            # whoever signals every minute must not fill the journal with 20,000 assets each time
            await self._show(files)
            log.info("packs %s and their assets are in force already", packs)
            return
        changed = PacksChanged(
            packs=setup.packs,
            playbooks=setup.playbooks,
            assets=setup.assets,
            calendar=setup.calendar,
            paging=setup.paging,
            routing=setup.routing,
            principal=unauthenticated(CONFIGURATION, Role.OPERATOR),
        )
        committed = await asyncio.wrap_future(self._commit_loop.submit(changed))
        for command in committed.commands:
            if isinstance(command, Notice) and command.code == "packs_refused":
                raise PacksRefusedError(command.detail)
        await self._show(files)
        log.info(
            "in force: packs %s, %d playbooks, %d assets, %d people to call; anything else in the"
            " configuration waits for a restart",
            packs,
            len(setup.playbooks),
            len(setup.assets),
            len(setup.paging.people),
        )


def is_in_force(setup: Setup, known: Setup) -> bool:
    """Whether all of `setup` that a reload puts in force is in `known` already."""
    return (
        setup.packs,
        setup.playbooks,
        setup.assets,
        setup.calendar,
        setup.paging,
        setup.routing,
    ) == (
        known.packs,
        known.playbooks,
        known.assets,
        known.calendar,
        known.paging,
        known.routing,
    )
