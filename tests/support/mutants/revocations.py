"""Bugs that matter where a box's certificate is revoked, and the box joins again."""

from typing import Any

from citybrain.clock import Timestamp
from citybrain.structs import replace
from citysim.sim.faults import schedule
from citysim.sim.generator.scenarios import BOUNDS, Size
from district_node.cores import enrolment, intake
from district_node.cores.enrolment import NEVER
from district_node.cores.flows.agents import enrolment as enrolment_flow
from district_node.shell.enrolment import Enrolment
from mutants.mutant import Mutant, all_of, patch_attribute, patch_item

LAW = "nothing_unproved"
KINDS = ("box_revoked", "box_revoked_mid_look", "box_revoked_unacknowledged")
END_OF_TIME = Timestamp(2**62)
# several in every town
WITH_REVOCATIONS = all_of(
    patch_item(BOUNDS, Size.TOWN, lambda bounds: replace(bounds, seldom_faults=(3,))),
    patch_attribute(schedule, "SELDOM", lambda _: KINDS),
)


def _revoked_or_not(refusal: Any) -> Any:
    def refusal_(enrolments: Any, agent: Any, at: Any) -> str:
        reason: str = refusal(enrolments, agent, at)
        return "" if reason == enrolment.REVOKED else reason

    return refusal_


def _forgets_what_it_said(agent_revoked: Any) -> Any:
    def agent_revoked_(draft: Any, revoked: Any) -> None:
        agent_revoked(draft, revoked)
        draft.intake = intake.forget_silent(
            draft.intake, revoked.agent, before=END_OF_TIME, all_of_it=True
        )

    return agent_revoked_


def _stays_revoked(enrol: Any) -> Any:
    def enrol_(enrolments: Any, enrolled: Any, at: Any) -> Any:
        known = enrolments.boxes.get(enrolled.agent)
        if known is not None and known.revoked_at != NEVER:
            return enrolments
        return enrol(enrolments, enrolled, at)

    return enrol_


MUTANTS = (
    Mutant(
        name="revoked_box_believed",
        bug="That a box is revoked is journaled, and it is believed all the same.",
        laws=(LAW, "nothing_twice"),
        plant=patch_attribute(enrolment, "refusal", _revoked_or_not),
        setting=WITH_REVOCATIONS,
    ),
    Mutant(
        name="revocation_unseen",
        bug="No district looks at the list of the revoked: a box is refused from its next hello on,"
        " and its events are taken.",
        laws=(LAW,),
        plant=patch_attribute(Enrolment, "look", lambda _: lambda _self: None),
        setting=WITH_REVOCATIONS,
    ),
    Mutant(
        name="revocation_forgets_numbers",
        bug="With a revoked box the numbers are forgotten that it had given before.",
        laws=("nothing_twice", "nothing_lost"),
        plant=patch_attribute(enrolment_flow, "agent_revoked", _forgets_what_it_said),
        setting=WITH_REVOCATIONS,
    ),
    Mutant(
        name="revoked_for_ever",
        bug="A box that was revoked is not believed when it has joined again.",
        laws=("liveness",),
        plant=patch_attribute(enrolment, "enrol", _stays_revoked),
        setting=WITH_REVOCATIONS,
    ),
)
