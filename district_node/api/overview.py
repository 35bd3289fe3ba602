"""The district itself, as a list of one row, so that it is watched like the others."""

from collections.abc import Callable, Mapping

from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.district import district_message
from citybrain.clock import SECOND_US, Timestamp
from citybrain.conditions import Condition
from citybrain.domain.agent import AgentStatus
from citybrain.domain.console import AgentStanding, LinkStatus
from citybrain.feed.collection import Collection
from citybrain.ids import AgentId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field
from district_node.api.paging import on_call_rows
from district_node.api.sources import nameless
from district_node.cores import view
from district_node.cores.agents.known_agent import Agent
from district_node.cores.agents.standings import agent_standings
from district_node.cores.state import DistrictState
from district_node.inputs import Setup
from district_node.paging.policy import PagingSetup
from district_node.shell.consoles import RuntimeStatus

MINUTE_US = 60 * SECOND_US


class Overview(Struct, frozen=True, kw_only=True):
    """What a district says of itself."""

    setup: Setup
    links: tuple[LinkStatus, ...]
    counts: dict[str, float]
    agents: tuple[AgentStatus, ...]
    conditions: tuple[Condition, ...] = ()
    standings: tuple[AgentStanding, ...] = ()
    on_call: tuple[PublicMessage, ...] = ()
    skews_us: dict[AgentId, int] = field(default_factory=dict)  # of those whose clock is off


def overview_list(
    state: Callable[[], DistrictState],
    status: RuntimeStatus,
    software_version: str,
    now: Callable[[], Timestamp],
    name_of: Callable[[str], str] = nameless,
) -> PublicList[Overview]:
    """The list over the state that `state` gives, and what is shown beside it. `name_of`: what
    people call an agent, by its id."""
    overviews = _Overviews(state, status, now)

    def row(overview: Overview, _: Timestamp) -> PublicMessage:
        setup = overview.setup
        agents = (
            *(one.agent for one in overview.agents),
            *(one.agent for one in overview.standings),
        )
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
            standings=overview.standings,
            on_call=overview.on_call,
            skews_us=overview.skews_us,
            names={agent: name_of(agent) for agent in agents},
        )

    return PublicList(collection=DISTRICT, items=overviews.now, row=row, detail=row)


class _Overviews:
    """The same object as long as nothing in it is another."""

    def __init__(
        self,
        state: Callable[[], DistrictState],
        status: RuntimeStatus,
        now: Callable[[], Timestamp],
    ) -> None:
        self._state, self._status, self._now = state, status, now
        self._last: Overview | None = None
        self._looked_at: tuple[object, object] = (None, None)
        self._minute = -1
        self._found: tuple[AgentStanding, ...] = ()
        self._on_call_of: tuple[PagingSetup | None, int] = (None, -1)
        self._on_call_rows: tuple[PublicMessage, ...] = ()
        self._skews_of: tuple[SortedMap[AgentId, Agent], dict[AgentId, int]] | None = None

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
            standings=self._standings(state),
            on_call=self._on_call(state.setup.paging),
            skews_us=self._skews_us(state),
        )
        if self._last is None or not _is_same(self._last, found):
            self._last = found
        return {state.setup.district: self._last}

    def _standings(self, state: DistrictState) -> tuple[AgentStanding, ...]:
        """Looked for anew where what they depend on is another, and each minute for the ends of
        certificates."""
        at = self._now()
        minute = at // MINUTE_US
        parts = (state.enrolments, state.agents)
        if minute != self._minute or any(
            a is not b for a, b in zip(parts, self._looked_at, strict=True)
        ):
            self._looked_at, self._minute = parts, minute
            self._found = agent_standings(state, at)
        return self._found

    def _on_call(self, setup: PagingSetup) -> tuple[PublicMessage, ...]:
        """Looked for anew each minute: hours begin and end with one."""
        minute = self._now() // MINUTE_US
        if setup is not self._on_call_of[0] or minute != self._on_call_of[1]:
            self._on_call_of = (setup, minute)
            self._on_call_rows = tuple(on_call_rows(setup, self._now()))
        return self._on_call_rows

    def _skews_us(self, state: DistrictState) -> dict[AgentId, int]:
        """Those of all agents are looked at only when one of them is another."""
        if self._skews_of is None or self._skews_of[0] is not state.agents:
            found = {name: a.skew_us for name, a in state.agents.unordered().items() if a.skew_us}
            self._skews_of = (state.agents, found)
        return self._skews_of[1]


def _is_same(one: Overview, other: Overview) -> bool:
    # a setup is large and never changes in place
    return (
        one.setup is other.setup
        and (one.links, one.counts, one.conditions) == (other.links, other.counts, other.conditions)
        and one.standings == other.standings
        and one.skews_us == other.skews_us
        and one.on_call == other.on_call
        and len(one.agents) == len(other.agents)
        and all(a is b for a, b in zip(one.agents, other.agents, strict=True))
    )


DISTRICT: Collection[Overview] = Collection(
    name="district",
    orders={"id": lambda overview, _: (overview.setup.district,)},
    filters={},
)
