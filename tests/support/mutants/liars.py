"""Bugs that matter where somebody says anything: what was not proved is believed."""

from typing import Any

from citybrain.structs import replace
from citybrain.wire.event import decode_event_batch
from citysim.sim.generator.scenarios import BOUNDS, Size
from district_node.cores.flows import crew
from district_node.cores.flows.agents import agent_batch
from district_node.cores.incidents.incident import AgentVerification
from district_node.cores.orders.positions import believe_position
from district_node.shell import agent_gateway
from district_node.shell.agent_gateway import AgentGateway
from mutants.mutant import Mutant, all_of, patch_attribute, patch_item

LAW = "nothing_unproved"
WITH_LIARS = patch_item(BOUNDS, Size.TOWN, lambda bounds: replace(bounds, has_liars=True))


def _named_in_the_message(batch: Any) -> Any:
    return lambda self, _agent, payload: batch(self, decode_event_batch(payload).agent, payload)


def _anybody_answers(take: Any) -> Any:
    """Whoever knows the request may answer it."""

    def take_(draft: Any, batch: Any, result: Any) -> None:
        incident = draft.incidents.get(result.incident)
        asked = incident.verification if incident is not None else None
        if isinstance(asked, AgentVerification) and asked.request == result.request:
            batch = replace(batch, agent=asked.agent, incarnation=asked.incarnation)
        take(draft, batch, result)

    return take_


MUTANTS = (
    Mutant(
        name="sender_by_message",
        bug="A batch is journaled under the agent that it names, not under its transport's.",
        laws=(LAW,),
        plant=all_of(
            patch_attribute(AgentGateway, "_batch", _named_in_the_message),
            patch_attribute(agent_gateway, "ensure_same_sender", lambda _: lambda *_: None),
        ),
        setting=WITH_LIARS,
    ),
    Mutant(
        name="anybody_answers",
        bug="A look is answered by whoever knows of it (attack 4).",
        laws=(LAW,),
        plant=patch_attribute(agent_batch, "_verification_result", _anybody_answers),
        setting=WITH_LIARS,
    ),
    Mutant(
        name="position_believed_at_once",
        bug="A position is believed however far away it is (attack 7).",
        laws=(LAW,),
        plant=patch_attribute(crew, "report_position", lambda _: believe_position),
        setting=WITH_LIARS,
    ),
)
