"""What an agent's connection sets in motion: its hello, its coming and going, an item of it that
could not be decided.
"""

from citybrain.clock import SECOND_US
from citybrain.ids import AgentId
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citybrain.vocabulary import Visibility
from district_node.cores import enrolment, intake
from district_node.cores.agents.known_agent import NEVER, Agent, KnownSource
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.agents.enrolment import is_believed, may_follow
from district_node.cores.flows.agents.watching import look_soon
from district_node.cores.flows.incident_steps import ask_again
from district_node.inputs import (
    AgentPresenceChanged,
    HelloReceived,
    ItemQuarantined,
    SkewMeasured,
)
from district_node.limits import AGENTS


def hello_received(draft: DecisionDraft, received: HelloReceived) -> None:
    """An outbox that goes on its box's chain takes the place of the last one; numbers that the
    agent can no longer send become a gap."""
    agent = received.hello.agent
    if not is_believed(draft, agent):
        return
    follows = intake.link_of(draft.intake, received.hello) is intake.Link.FOLLOWS
    if follows and not may_follow(draft, agent):
        return
    before = draft.intake.counters.outboxes_lost
    draft.intake, missing = intake.accept_hello(draft.intake, received.hello)
    notice_lost_outbox(draft, received.hello.agent, before)
    if missing:
        detail = f"{missing} numbers were never received and are kept no more"
        draft.notice("gap", received.hello.agent, detail)


def agent_presence_changed(draft: DecisionDraft, changed: AgentPresenceChanged) -> None:
    """The agent is online, or not."""
    if enrolment.refusal(draft.enrolments, changed.agent, draft.at):
        return
    known = known_agent(draft, changed.agent)
    if known is not None:
        # else it says only where its sources are, or a broker says again that it is gone
        is_news = known.online is not changed.online or known.changed_at == NEVER
        known = replace(
            known, online=changed.online, changed_at=draft.at if is_news else known.changed_at
        )
        if changed.places:
            places = SortedMap((one.source, one.place) for one in changed.places)
            sources = SortedMap(
                (one.source, KnownSource(is_camera=one.is_camera, view_cone=one.view_cone))
                for one in changed.places
                if one.is_camera is not None
            )
            known = replace(known, places=places, sources=sources)
        draft.agents = draft.agents.put(changed.agent, known)
        look_soon(draft)


def skew_measured(draft: DecisionDraft, measured: SkewMeasured) -> None:
    """Its clock is off by so much. One that was never heard of is not noted."""
    known = draft.agents.get(measured.agent)
    if known is not None:
        known = replace(
            known,
            skew_us=measured.skew_us,
            skew_since=draft.at,
            skew_before_us=known.skew_us,
        )
        draft.agents = draft.agents.put(measured.agent, known)
        if any(one.visibility is Visibility.BLIND for one in known.visibilities.values()):
            look_soon(draft)  # since when they are blind is another time now
        draft.notice("skew", measured.agent, f"{measured.skew_us / SECOND_US:.1f} s")


def item_quarantined(draft: DecisionDraft, item: ItemQuarantined) -> None:
    """The item's numbers are taken; nothing else of it takes effect."""
    if not is_believed(draft, item.agent):
        return
    draft.intake = intake.quarantine_item(draft.intake, item)
    draft.notice("item_quarantined", item.agent, item.reason)


def known_agent(draft: DecisionDraft, name: AgentId) -> Agent | None:
    """What is known of the agent; None: it is one more than a district may have. One that never
    sent anything makes room."""
    known = draft.agents.get(name)
    if known is not None or len(draft.agents) < AGENTS.value:
        return known or Agent()
    spare = next((one for one in draft.agents if one not in draft.intake.incarnations), None)
    if spare is None:
        return None
    draft.agents = draft.agents.drop(spare)
    return Agent()


def notice_lost_outbox(draft: DecisionDraft, agent: AgentId, before: int) -> None:
    """`before`: how many outboxes had been lost before the input. What was asked of the one before
    is asked again."""
    if draft.intake.counters.outboxes_lost > before:
        detail = "another incarnation: what the one before had not sent may be lost"
        draft.notice("outbox_lost", agent, detail)
        ask_again(draft, agent)
