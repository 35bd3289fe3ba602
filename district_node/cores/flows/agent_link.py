"""What an agent's connection sets in motion: its hello, its coming and going, an item of it that
could not be decided.
"""

from citybrain.ids import AgentId
from citybrain.structs import replace
from district_node.cores import intake
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.state import Agent
from district_node.inputs import AgentPresenceChanged, HelloReceived, ItemQuarantined
from district_node.limits import AGENTS


def hello_received(draft: DecisionDraft, received: HelloReceived) -> None:
    """Numbers that the agent can no longer send become a gap."""
    draft.intake, missing = intake.accept_hello(draft.intake, received.hello)
    if missing:
        detail = f"{missing} numbers were never received and are kept no more"
        draft.notice("gap", received.hello.agent, detail)


def agent_presence_changed(draft: DecisionDraft, changed: AgentPresenceChanged) -> None:
    """The agent is online, or not."""
    known = known_agent(draft, changed.agent)
    if known is not None:
        draft.agents = draft.agents.put(changed.agent, replace(known, online=changed.online))


def item_quarantined(draft: DecisionDraft, item: ItemQuarantined) -> None:
    """The item's number is taken; nothing else of it takes effect."""
    draft.intake = intake.quarantine_item(draft.intake, item)
    draft.notice("item_quarantined", item.agent, item.reason)


def known_agent(draft: DecisionDraft, name: AgentId) -> Agent | None:
    """What is known of the agent; None: it is one more than a district may have."""
    known = draft.agents.get(name)
    return Agent() if known is None and len(draft.agents) < AGENTS.value else known
