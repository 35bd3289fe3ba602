"""The district itself, as a list of one row, so that it is watched like the others."""

from collections.abc import Callable, Mapping

from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.district import district_message
from citybrain.clock import Timestamp
from citybrain.conditions import Condition
from citybrain.domain.agent import AgentStatus
from citybrain.domain.console import LinkStatus
from citybrain.feed.collection import Collection
from citybrain.structs import Struct
from district_node.cores import view
from district_node.cores.state import DistrictState
from district_node.inputs import Setup
from district_node.shell.consoles import RuntimeStatus


class Overview(Struct, frozen=True, kw_only=True):
    """What a district says of itself."""

    setup: Setup
    links: tuple[LinkStatus, ...]
    counts: dict[str, float]
    agents: tuple[AgentStatus, ...]
    conditions: tuple[Condition, ...] = ()


def overview_list(
    state: Callable[[], DistrictState], status: RuntimeStatus, software_version: str
) -> PublicList[Overview]:
    """The list over the state that `state` gives, and what is shown beside it."""
    overviews = _Overviews(state, status)

    def row(overview: Overview, _: Timestamp) -> PublicMessage:
        setup = overview.setup
        return district_message(
            district=setup.district,
            name_en=setup.name.en,
            name_zh=setup.name.zh,
            centre=setup.centre,
            software_version=software_version,
            links=overview.links,
            counts=overview.counts,
            agents=overview.agents,
            conditions=overview.conditions,
        )

    return PublicList(collection=DISTRICT, items=overviews.now, row=row, detail=row)


class _Overviews:
    """The same object as long as nothing in it is another."""

    def __init__(self, state: Callable[[], DistrictState], status: RuntimeStatus) -> None:
        self._state, self._status = state, status
        self._last: Overview | None = None

    def now(self) -> Mapping[str, Overview]:
        state = self._state()
        found = Overview(
            setup=state.setup,
            links=self._status.links(),
            counts=self._status.counts()
            | view.intake_counts(state.intake.counters)
            | view.link_counts(state.city)
            | {"incidents": float(len(state.incidents))},
            agents=self._status.agents(),
            conditions=self._status.conditions(),
        )
        if self._last is None or not _is_same(self._last, found):
            self._last = found
        return {state.setup.district: self._last}


def _is_same(one: Overview, other: Overview) -> bool:
    # a setup is large and never changes in place
    return (
        one.setup is other.setup
        and (one.links, one.counts, one.conditions) == (other.links, other.counts, other.conditions)
        and len(one.agents) == len(other.agents)
        and all(a is b for a, b in zip(one.agents, other.agents, strict=True))
    )


DISTRICT: Collection[Overview] = Collection(
    name="district",
    orders={"id": lambda overview, _: (overview.setup.district,)},
    filters={},
)
