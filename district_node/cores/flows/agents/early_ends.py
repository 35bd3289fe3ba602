"""Ends of episodes whose start did not come yet: remembered until it comes, for a day at most, and
so many of one agent. An agent that makes them up fills nothing but its own share.
"""

from citybrain.clock import later
from citybrain.structs import replace
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.agents.agent_link import known_agent
from district_node.cores.incidents.contribution import EpisodeKey
from district_node.cores.incidents.correlate import EARLY_END
from district_node.cores.intake import IntakeCounters
from district_node.cores.timer_keys import TimerKind
from district_node.limits import EARLY_ENDS, ENDED_INCIDENT_RETENTION_MAX


def remember_early_end(draft: DecisionDraft, key: EpisodeKey) -> None:
    """The end of `key` came before its start. Where the agent has as many as it may, its oldest is
    forgotten; of one agent too many nothing is remembered."""
    known = known_agent(draft, key.agent)
    if known is None or draft.index.episodes.get(key) == EARLY_END:
        return
    kept = (*known.early_ends, key)
    forgotten, kept = kept[: -EARLY_ENDS.value], kept[-EARLY_ENDS.value :]
    for old in forgotten:
        draft.cancel_timer(TimerKind.EARLY_END, *old)
        _drop(draft, old)
    draft.intake = replace(draft.intake, counters=_counted(draft, len(forgotten)))
    draft.agents = draft.agents.put(key.agent, replace(known, early_ends=kept))
    draft.index = replace(draft.index, episodes=draft.index.episodes.put(key, EARLY_END))
    due = later(draft.at, ENDED_INCIDENT_RETENTION_MAX.value)
    draft.set_timer(TimerKind.EARLY_END, due, *key)


def start_came(draft: DecisionDraft, key: EpisodeKey) -> None:
    """Of an episode whose end was remembered: the incident has it from now on."""
    draft.cancel_timer(TimerKind.EARLY_END, *key)
    _leave(draft, key)


def forget_early_end(draft: DecisionDraft, key: EpisodeKey) -> None:
    """The start did not come within a day."""
    if draft.index.episodes.get(key) == EARLY_END:
        _drop(draft, key)
    _leave(draft, key)


def _drop(draft: DecisionDraft, key: EpisodeKey) -> None:
    draft.index = replace(draft.index, episodes=draft.index.episodes.drop(key))


def _leave(draft: DecisionDraft, key: EpisodeKey) -> None:
    known = draft.agents.get(key.agent)
    if known is not None and key in known.early_ends:
        kept = tuple(one for one in known.early_ends if one != key)
        draft.agents = draft.agents.put(key.agent, replace(known, early_ends=kept))


def _counted(draft: DecisionDraft, forgotten: int) -> IntakeCounters:
    had = draft.intake.counters
    return replace(had, ends_forgotten=had.ends_forgotten + forgotten) if forgotten else had
