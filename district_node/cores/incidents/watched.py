"""What a case of darkness is about: boxes that are away and sources that are blind, which of it is
over when they see again, and how much of a case is there still."""

from collections.abc import Container, Iterable
from typing import NamedTuple

from citybrain.ids import AgentId, IncidentId, SourceId
from citybrain.structs import replace
from citybrain.vocabulary import OperatorVerb
from district_node.cores.flows.agents.limits import WATCHED
from district_node.cores.incidents.contribution import is_live
from district_node.cores.incidents.incident import Incident, Watched, has_ended
from district_node.playbook import Playbook, Watches


class WatchedSource(NamedTuple):
    """A box, or a source of it; `source` "": the box."""

    agent: AgentId
    source: SourceId


def whose(one: Watched) -> Watches:
    """Whether it is the darkness of a box or of a source."""
    return Watches.SOURCE if one.source else Watches.BOX


def is_of_darkness(incident: Incident, playbook: Playbook) -> bool:
    """Whether the district noticed it itself, and no person has said since that it is something in
    the street."""
    return bool(incident.watched) and playbook.watches is not Watches.NOTHING


def rests_on_a_person(incident: Incident, playbook: Playbook) -> bool:
    """Whether it began as darkness, and all that says that it is something else is a person."""
    is_other = bool(incident.watched) and not is_of_darkness(incident, playbook)
    return is_other and not incident.contributions


def is_all_back(incident: Incident, playbook: Playbook) -> bool:
    """Whether it is over because all of it sees again: not what rests on more than the darkness,
    for another case is the same as it or a person calls it another kind."""
    is_more = bool(incident.contributions) or any(
        done.verb is OperatorVerb.MERGE and not done.is_part for done in incident.regroupings
    )
    return (
        is_of_darkness(incident, playbook)
        and not is_more
        and all(one.is_back and whose(one) is playbook.watches for one in incident.watched)
    )


def source_of(one: Watched) -> WatchedSource:
    """What it is the darkness of, whenever that began."""
    return WatchedSource(one.agent, one.source)


def watches(incident: Incident, one: Watched) -> bool:
    """Whether the incident is about this box or source, dark or back."""
    return any(source_of(known) == source_of(one) for known in incident.watched)


def with_watched(incident: Incident, watched: tuple[Watched, ...]) -> Incident:
    """The incident, about these."""
    incident = replace(incident, watched=watched)
    return replace(incident, live_count=count_live(incident))


def passed_on(merged: Incident, survivor: Incident) -> Incident:
    """The `survivor`, about what was `merged` into it too; what it has no room for makes a case of
    its own as long as it is dark."""
    more = tuple(one for one in merged.watched if not watches(survivor, one))
    both = sorted((*survivor.watched, *more), key=lambda one: one.is_back)
    return with_watched(survivor, tuple(both[: WATCHED.value])) if more else survivor


def holders(incidents: Iterable[Incident]) -> dict[WatchedSource, IncidentId]:
    """The open case that each box or source is dark in; the first of several."""
    found: dict[WatchedSource, IncidentId] = {}
    for incident in incidents:
        if incident.watched and not has_ended(incident):
            for one in incident.watched:
                if not one.is_back:
                    found.setdefault(source_of(one), incident.incident)
    return found


def given_back(
    merged: Incident, survivor: Incident, held: Container[WatchedSource]
) -> tuple[Incident, Incident]:
    """Both, where the `merged` one goes on by itself: about what it was about, as that is now. What
    went on to a third case that is open, and is `held` by it, is dark there alone."""
    if not merged.watched:
        return merged, survivor
    now = {source_of(one): one for one in survivor.watched}
    kept = [replace(one, is_back=True) if source_of(one) in held else one for one in merged.watched]
    own = tuple(now.get(source_of(one), one) for one in kept)
    left = tuple(one for one in survivor.watched if not watches(merged, one))
    return with_watched(merged, own), with_watched(survivor, left)


def count_live(incident: Incident) -> int:
    """How many of its episodes have not ended, and of what it watches are not back."""
    episodes = sum(is_live(one) for one in incident.contributions.values())
    return episodes + sum(not one.is_back for one in incident.watched)
