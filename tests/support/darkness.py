"""Boxes that go away and cameras that go blind, on a district scenario that watches for it."""

from citybrain.domain.event import OutboxItem, VisibilityInterval
from citybrain.structs import replace
from citybrain.vocabulary import Visibility
from district_node.cores.flows.agents.limits import OFFLINE_GRACE, WATCH_EVERY
from district_node.inputs import (
    AgentEnrolled,
    AgentPresenceChanged,
    EnrolledBy,
    NodeStarted,
    WatchPolicy,
)

AWAY_S = OFFLINE_GRACE.value + WATCH_EVERY.value + 1
POLICY = WatchPolicy(agent_offline_s=900.0, camera_blind_s=600.0)


def watched(scenario, policy=POLICY, *units):
    scenario.start(*units)
    scenario.submit(NodeStarted(setup=replace(scenario.state.setup, watch=policy)))
    boxes(scenario, "box-1", "box-2")
    return scenario


def boxes(scenario, *names):
    """Enrolled and connected."""
    for name in names:
        scenario.submit(AgentEnrolled(agent=name, how=EnrolledBy.LAB_MODE))
    presence(scenario, *names, online=True)


def presence(scenario, *agents, online):
    for agent in agents:
        scenario.submit(AgentPresenceChanged(agent=agent, online=online))


def sees(scenario, visibility, reason="", source="cam-1", agent="box-1"):
    interval = VisibilityInterval(
        source=source,
        visibility=visibility,
        reason=reason,
        since=scenario.clock.now(),
        until=None,
    )
    scenario.send_items(OutboxItem(seq=0, content=interval), agent=agent)


def blind(scenario, reason="tampered", **where):
    sees(scenario, Visibility.BLIND, reason, **where)


def observes(scenario, **where):
    sees(scenario, Visibility.OBSERVED, **where)


def codes(incident):
    return [line.code for line in incident.history]


def cases(scenario, kind):
    return [one for one in scenario.state.incidents.values() if one.kind == kind]


def only(scenario, kind):
    (found,) = cases(scenario, kind)
    return found
