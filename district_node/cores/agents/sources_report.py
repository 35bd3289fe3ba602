"""What the city gets to know of this district's cameras: how many there are of the boxes that are
believed, and how many of them see nothing. Changes nothing.
"""

from collections import Counter

from citybrain.clock import Timestamp, later
from citybrain.domain.link import SourcesReport
from citybrain.ids import AgentId, DistrictId, SourceId
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citybrain.vocabulary import Visibility
from district_node.cores import darkness, enrolment
from district_node.cores.agents.known_agent import Agent
from district_node.cores.enrolment import Enrolments
from district_node.cores.flows.agents.limits import OFFLINE_GRACE


def sources_report(
    agents: SortedMap[AgentId, Agent],
    enrolments: Enrolments,
    *,
    district: DistrictId,
    at: Timestamp,
) -> SourcesReport:
    """As of `at`. A box that has just gone still counts as connected: it may be a reconnect."""
    boxes = offline = 0
    seen: Counter[Visibility] = Counter()
    for name, agent in agents.items():
        if name not in enrolments.boxes or enrolment.refusal(enrolments, name, at):
            continue
        is_away = _is_away(agent, at)
        boxes, offline = boxes + 1, offline + is_away
        seen.update(
            Visibility.UNKNOWN if is_away else _visibility(agent, source)
            for source, known in agent.sources.items()
            if known.is_camera
        )
    return SourcesReport(
        district=district,
        at=at,
        cameras=seen.total(),
        cameras_blind=seen[Visibility.BLIND],
        cameras_degraded=seen[Visibility.DEGRADED],
        cameras_unknown=seen[Visibility.UNKNOWN],
        agents=boxes,
        agents_offline=offline,
    )


def says_the_same(one: SourcesReport, other: SourcesReport) -> bool:
    """Whether only the time is another."""
    return replace(one, at=other.at) == other


def _is_away(agent: Agent, at: Timestamp) -> bool:
    since = darkness.offline_since(agent)
    return since is not None and later(since, OFFLINE_GRACE.value) <= at


def _visibility(agent: Agent, source: SourceId) -> Visibility:
    latest = agent.visibilities.get(source)
    return Visibility.UNKNOWN if latest is None else latest.visibility
