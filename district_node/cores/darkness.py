"""Whether anything can still see what an incident rests on: which cameras and sensors are dark,
since when and where. Changes nothing.
"""

from citybrain.clock import Timestamp, later
from citybrain.domain.console import Unwitnessed
from citybrain.geo import Point
from citybrain.ids import AgentId, SourceId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct
from citybrain.vocabulary import Visibility
from district_node.cores.agents.known_agent import NEVER, Agent
from district_node.cores.assets import find_asset
from district_node.cores.flows.agents.limits import OFFLINE_GRACE
from district_node.cores.incidents.contribution import (
    Episode,
    EpisodeKey,
    agent_label,
    episode_key,
)
from district_node.cores.incidents.incident import Incident, Watched
from district_node.cores.incidents.place_doubt import is_out_of_reach
from district_node.inputs import Setup

OFFLINE, BLIND = "offline", "blind"


class Dark(Struct, frozen=True, kw_only=True):
    """A source that sees nothing now. `since` is of this node's time."""

    state: str  # "offline": its box is not connected; "blind": it says so itself
    reason: str  # why it is blind, a code
    since: Timestamp


def offline_since(agent: Agent | None) -> Timestamp | None:
    """Since when the box is away; None: it is connected, or nobody has said yet that it came."""
    is_known = agent is not None and not agent.online and agent.changed_at != NEVER
    return agent.changed_at if agent is not None and is_known else None


def blind_since(agent: Agent, source: SourceId, at: Timestamp) -> Timestamp | None:
    """Since when the source says that it is blind; None: it does not."""
    latest = agent.visibilities.get(source)
    if latest is None or latest.visibility is not Visibility.BLIND:
        return None
    return Timestamp(min(latest.since - agent.skew_us, at))


def darkness(agent: Agent | None, source: SourceId, at: Timestamp) -> Dark | None:
    """Why the source cannot see; None: it can, or its box has been away for so short that it may be
    a reconnect."""
    if agent is None:
        return None
    away = offline_since(agent)
    if away is not None:
        is_long = later(away, OFFLINE_GRACE.value) <= at
        return Dark(state=OFFLINE, reason="", since=away) if is_long else None
    since = blind_since(agent, source, at)
    if since is None:
        return None
    return Dark(state=BLIND, reason=agent.visibilities[source].reason, since=since)


def unseen_episodes(
    incident: Incident, agents: SortedMap[AgentId, Agent], at: Timestamp
) -> tuple[EpisodeKey, ...]:
    """Those that are not over, as far as is known, and whose source is dark."""
    return tuple(
        episode_key(known)
        for known in incident.contributions.values()
        if isinstance(known, Episode)
        and known.live
        and darkness(agents.get(known.agent), known.source, at) is not None
    )


def place_of(one: Watched, agent: Agent | None, setup: Setup) -> Point:
    """Where somebody has to go who looks after what is dark: where its box says that it stands, or
    the asset does that it is named after; else the middle of the district. A place out of the
    district's reach is none of its streets, whoever names it."""
    told = agent.places if agent is not None else None
    named = [told[one.source]] if told is not None and one.source in told else []
    asset = find_asset(setup.assets, one.source) if one.source else None
    known = [*named, *([asset.place] if asset is not None else [])]
    if not known and told:
        known = [middle_of_places(tuple(told.values()))]
    return next((place for place in known if not is_out_of_reach(setup, place)), setup.centre)


def middle_of_places(places: tuple[Point, ...]) -> Point:
    """The mean of places that lie close together, to a decimetre."""
    return Point(
        lat=round(sum(one.lat for one in places) / len(places), 6),
        lon=round(sum(one.lon for one in places) / len(places), 6),
    )


def unwitnessed(
    incident: Incident, agents: SortedMap[AgentId, Agent], at: Timestamp
) -> Unwitnessed | None:
    """That no camera or sensor of the incident sees it any more, by the one that went dark last;
    None: one does, or it rests on none."""
    dark: dict[str, Dark] = {}
    for known in incident.contributions.values():
        if isinstance(known, Episode):
            found = darkness(agents.get(known.agent), known.source, at)
            if found is None:
                return None
            dark[agent_label(known.agent, known.source)] = found
    if not dark:
        return None
    label = max(dark, key=lambda one: (dark[one].since, one))
    last = dark[label]
    return Unwitnessed(
        state=last.state, source=label, reason=last.reason, since=last.since, sources=len(dark)
    )
