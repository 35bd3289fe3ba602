"""A district's public API over a fake screen: the real services, lists and feed, with a screen's
values behind them instead of a node.
"""

from collections.abc import Callable, Mapping

from starlette.applications import Starlette

from citybrain.api.errors import NoSuchResourceError
from citybrain.api.lists.area import is_in_area
from citybrain.api.lists.port import PublicList
from citybrain.api.methods import ApiService
from citybrain.api.resources.district import district_message
from citybrain.api.resources.incident import (
    contribution_message,
    incident_detail_message,
    incident_message,
)
from citybrain.api.resources.source import source_id, source_message
from citybrain.api.resources.unit import unit_message
from citybrain.api.services.crew import crew_service
from citybrain.api.services.district import district_service
from citybrain.conditions import Condition
from citybrain.domain.agent import AgentStatus, SourceStatus
from citybrain.domain.clock import ClockAction
from citybrain.domain.console import (
    AgentAction,
    AgentStanding,
    DistrictSnapshot,
    HandOver,
    OperatorAction,
    Outcome,
    QueueEntry,
    ShiftAction,
    UnitAction,
)
from citybrain.domain.report import Report
from citybrain.domain.series import SeriesPoint
from citybrain.domain.unit import UnitReport
from citybrain.feed.change_feed import ChangeFeed
from citybrain.feed.collection import Collection
from citybrain.ids import CountingIds
from citybrain.pack.asset import Asset
from citybrain.pack.pack import Words
from citybrain.stages import FREE_UNIT_STATES
from citybrain.structs import replace
from citybrain.vocabulary import SEVERITY_RANK, Severity
from citybrain.web.base_map import BaseMap
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.reports import CLOCK
from district_node.api.assets import ASSETS, asset_list
from district_node.api.kinds import KINDS, kind_list
from district_node.playbooks.load import load_playbooks
from district_node.web.app import build

ENDED = {"closed", "merged", "rejected"}


def _is(word: Callable[[object], object]) -> Callable[[object, str], bool]:
    return lambda value, wanted: str(word(value)).lower() == wanted.lower()


def _queue(entry: QueueEntry, _: object) -> tuple[float, int]:
    ended = entry.report.stage in ENDED
    return (
        1.0 if ended else -entry.priority,
        -entry.report.changed_at if ended else entry.report.opened_at,
    )


COLLECTIONS = {
    "incidents": Collection(
        name="incidents",
        orders={
            "queue": _queue,
            "severity": lambda entry, _: (SEVERITY_RANK[Severity(entry.report.severity)],),
        },
        filters={
            "open": _is(lambda entry: entry.report.stage not in ENDED),
            "queued": _is(
                lambda entry: entry.report.stage not in ENDED and entry.waits_for != "area"
            ),
            "stage": _is(lambda entry: entry.report.stage),
            "waits_for": _is(lambda entry: entry.waits_for),
            "severity": _is(lambda entry: entry.report.severity),
            "owner": _is(lambda entry: entry.owner),
            "area": is_in_area(lambda entry: entry.report.place),
        },
        text=lambda entry: f"{entry.report.number} {entry.report.incident} {entry.report.kind}",
    ),
    "units": Collection(
        name="units",
        orders={"id": lambda unit, _: (unit.unit,)},
        filters={
            "id": _is(lambda unit: unit.unit),
            "free": _is(lambda unit: unit.state in FREE_UNIT_STATES),
            "area": is_in_area(lambda unit: unit.place),
        },
        text=lambda unit: f"{unit.unit} {unit.name}",
    ),
    "sources": Collection(
        name="sources",
        orders={"id": lambda pair, _: (pair[0].agent, pair[1].source)},
        filters={
            "visibility": _is(lambda pair: pair[1].visibility),
            "area": is_in_area(lambda pair: pair[1].place),
        },
        text=lambda pair: f"{pair[0].agent} {pair[1].source}",
    ),
    "district": Collection(name="district", orders={"id": lambda s, _: (s.district,)}, filters={}),
}


class FakeDistrictApi:
    """See `citybrain.api.services.port.DistrictApi`. `contributions`: what an incident rests on,
    by its id, as public messages. `poke` of the screen brings the lists up to date.
    """

    def __init__(self, screen: FakeDistrictScreen, epoch: str = "life") -> None:
        self.screen, self.epoch = screen, epoch
        self.conditions: tuple[Condition, ...] = ()
        self.standings: tuple[AgentStanding, ...] = ()
        self.agent_actions: list[AgentAction] = []
        self.agent_refusal: Outcome | None = None  # of each of them
        self.skews_us: dict[str, int] = {}
        self.headings: dict[str, float] = {}  # of units that move, by their ids
        self.positioned_at: dict[str, int | None] = {}  # of units; the others just said it
        self.names: dict[str, str] = {}  # of cases, cameras and boxes, by their ids
        self.contributions: dict[str, list[object]] = {}
        self.attachments: dict[str, list[object]] = {}  # of cases, as public messages
        self.points: tuple[SeriesPoint, ...] = ()  # of every sensor that is asked for
        self.assets: tuple[Asset, ...] = ()
        self.handed: tuple[HandOver, ...] = ()  # between shifts
        self._rows: dict[str, object] = {}
        self.lists: Mapping[str, PublicList[object]] = {
            "incidents": self._list("incidents", self._incidents, self._incident, self._detail),
            "units": self._list("units", self._units, self._unit),
            "sources": self._list("sources", self._sources, self._source),
            "district": self._list("district", self._district, self._overview),
            "kinds": kind_list(lambda: _Playbooks),
            "assets": asset_list(lambda: self),
        }
        self.feed = ChangeFeed(epoch)
        for collection in (*COLLECTIONS.values(), KINDS, ASSETS):
            self.feed.add(collection)
        self.refresh()
        screen.on_poke.append(self.refresh)

    def _unit(self, unit: UnitReport, _: object) -> object:
        return unit_message(
            unit,
            heading_deg=self.headings.get(unit.unit),
            positioned_at=self.positioned_at.get(unit.unit, CLOCK.now()),
        )

    @property
    def setup(self) -> "FakeDistrictApi":
        """As much of a state as the list of assets reads."""
        return self

    def now(self) -> int:
        return CLOCK.now()

    def incident_id(self, name: str) -> str:
        return name

    async def act(self, action: OperatorAction, caller=None) -> Outcome:
        return await self.screen.act(action, caller)

    async def series(self, asked):
        return tuple(one for one in self.points if one.source == asked.source)

    async def attachment(self, asked, caller=None):
        raise NoSuchResourceError("attachment", asked.attachment, "A fake has none.")

    async def act_on_unit(self, action: UnitAction, caller=None) -> Outcome:
        return self.screen.outcome(action, caller)

    async def act_on_agent(self, action: AgentAction, caller=None) -> Outcome:
        self.agent_actions.append(action)
        return self.agent_refusal or Outcome(request=action.request, done=True)

    async def act_on_shift(self, action: ShiftAction, caller=None) -> Outcome:
        outcome = self.screen.outcome(action, caller)
        if action.hand_over is not None:
            self.handed = tuple(
                replace(one, taken_by=action.operator) if one.hand_over == action.hand_over else one
                for one in self.handed
            )
        return outcome

    def hand_overs(self) -> tuple[HandOver, ...]:
        return self.handed

    async def report(self, report: Report, caller=None) -> Outcome:
        return await self.screen.report(report, caller)

    async def set_clock(self, action: ClockAction, caller=None) -> Outcome:
        return self.screen.outcome(action, caller)

    def refresh(self, names=None) -> None:
        for name in self.lists if names is None else names:
            self.feed.refresh(name, self.lists[name].items(), CLOCK.now())

    def _list(self, name, items, row, detail=None) -> PublicList[object]:
        return PublicList(collection=COLLECTIONS[name], items=items, row=row, detail=detail or row)

    @property
    def _value(self) -> DistrictSnapshot:
        return self.screen.value

    def _incidents(self) -> Mapping[str, QueueEntry]:
        return {entry.report.incident: entry for entry in self._value.queue}

    def _units(self) -> Mapping[str, object]:
        return {unit.unit: unit for unit in self._value.units}

    def _sources(self) -> Mapping[str, object]:
        """The same pair for the same values, as a list's rows are compared by identity."""
        rows = {}
        for agent in self._value.agents:
            for source in agent.sources:
                key = source_id(agent, source)
                known = self._rows.get(key)
                is_same = known is not None and known[0] is agent and known[1] is source
                rows[key] = known if is_same else (agent, source)
        self._rows = rows
        return dict(rows)

    def _district(self) -> Mapping[str, DistrictSnapshot]:
        return {self._value.district: self._value}

    def _incident(self, entry: QueueEntry, _: object) -> object:
        return incident_message(entry, names=self.names)

    def _source(self, pair: tuple[AgentStatus, SourceStatus], _: object) -> object:
        agent, source = pair
        names = (self.names.get(id_, "") for id_ in (source_id(agent, source), agent.agent))
        return source_message(
            agent, source, **dict(zip(("name", "agent_name"), names, strict=True))
        )

    def _detail(self, entry: QueueEntry, _: object) -> object:
        return incident_detail_message(
            entry,
            contributions=self.contributions.get(entry.report.incident, [_episode(entry)]),
            orders=[],
            reported_kind=entry.report.kind,
            playbook="",
            verification=None,
            names=self.names,
            attachments=self.attachments.get(entry.report.incident, []),
        )

    def _overview(self, value: DistrictSnapshot, _: object) -> object:
        return district_message(
            district=value.district,
            name_en=value.name,
            name_zh=value.name,
            centre=value.centre,
            software_version="0.1.0",
            links=value.links,
            counts=value.counts,
            agents=value.agents,
            names=self.names,
            conditions=self.conditions,
            standings=self.standings,
            skews_us=self.skews_us,
        )


def _episode(entry: QueueEntry) -> object:
    """The camera or sensor of an entry, as what the incident rests on."""
    is_camera = entry.evidence is not None
    return contribution_message(
        type_="camera" if is_camera else "sensor",
        source=entry.source,
        rule=entry.rule,
        live=True,
        since=entry.report.opened_at,
        received_at=entry.report.opened_at,
        verified_by="look_again" if is_camera else "reading",
    )


class _Playbooks:
    """As much of a state as the list of kinds reads."""

    class setup:  # noqa: N801  # the state's own name
        playbooks = load_playbooks()


def services(api: FakeDistrictApi, crews: FakeCrewScreen) -> tuple[ApiService, ...]:
    return district_service(api, CountingIds()), crew_service(crews, CountingIds())


def district_app(
    screen: FakeDistrictScreen,
    crews: FakeCrewScreen,
    api: FakeDistrictApi | None = None,
    *,
    words: Words | None = None,
    proves_nodes: bool = True,
    base_map: BaseMap | None = None,
    telephone: str = "",
) -> Starlette:
    """The district's pages over fake screens, with the `words` of packs."""
    return build(
        services(api or FakeDistrictApi(screen), crews),
        crews,
        district=screen.value.district,
        name={"en": screen.value.name, "zh": screen.value.name},
        clock=CLOCK,
        words=words,
        proves_nodes=proves_nodes,
        base_map=base_map,
        telephone=telephone,
    )
