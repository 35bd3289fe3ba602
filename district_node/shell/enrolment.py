"""Which boxes the gateway lets in: verifies their hellos, journals who is enrolled and who is
revoked, and says why a message is refused. What is believed is in the state; decides nothing.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol

from citybrain.clock import Clock
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed
from citybrain.domain.agent import AgentHello
from citybrain.errors import NodeStoppingError, QueueFullError
from citybrain.identity.errors import HelloRefusedError
from citybrain.identity.proved_box import ProvedBox
from citybrain.ids import AgentId
from district_node.cores import enrolment, intake
from district_node.cores.state import DistrictState
from district_node.inputs import AgentEnrolled, AgentRevoked, EnrolledBy, HelloReceived
from district_node.limits import AGENTS
from district_node.shell.ingress.beginners import Beginners

LOOK_S = 5.0  # how long a revoked certificate is believed, once the list that names it is here

# events overtook the hello by which their outbox would be known: so after a restore from a backup
BEFORE_HELLO = "before_hello"

REFUSED = {
    enrolment.NOT_ENROLLED: "no hello of this box has proved its name here",
    enrolment.REVOKED: "the certificate of this box is revoked",
    enrolment.EXPIRED: "the certificate of this box is over, and no hello proved a newer one",
    intake.NOT_BELIEVED: "the message is of another outbox than the box's hellos say",
    BEFORE_HELLO: "it is of another outbox than the one that is known, and no hello of this box has"
    " come since this start (after a restore from a backup that is so): this and what else comes"
    " before the hello is not taken, and the box sends it again once it is answered",
}
SUPERSEDED, FULL = "superseded", "too_many_boxes"


class HelloVerifier(Protocol):
    """Says who a box is. Adapters: `citybrain.enrolment.hello_proof.FolderVerifier`, the
    simulator's."""

    def verify(self, hello: AgentHello) -> ProvedBox:
        """Raises `HelloRefusedError`."""
        ...

    def is_revoked(self, serial: str) -> bool: ...


class Enrolment:
    """Of one district. `verifier` None: lab mode, in which each box is enrolled unproved."""

    def __init__(
        self,
        commit_loop: CommitLoop[DistrictState],
        clock: Clock,
        verifier: HelloVerifier | None,
    ) -> None:
        self._commit_loop, self._clock, self._verifier = commit_loop, clock, verifier
        # what was submitted and is not committed yet: what comes behind it will be believed
        self._enrolling: dict[AgentId, AgentEnrolled] = {}
        self._beginners = Beginners(clock)
        self._following: dict[AgentId, AgentHello] = {}
        # of whom something came before a hello did, since this start
        self._early: dict[AgentId, None] = {}

    def may_begin(self, agent: AgentId) -> bool:
        """Whether this box is listened to. Asked before anything is decoded, by one thread: in lab
        mode one word enrols whoever says it, and names can be made up faster than they are
        journaled."""
        if self._verifier is not None or agent in self._commit_loop.state.enrolments.boxes:
            return True
        return self._beginners.may_begin(agent)

    def is_settled(self, agent: AgentId) -> bool:
        """Whether its name is more than what somebody said within the last minutes."""
        enrolments = self._commit_loop.state.enrolments
        return enrolment.is_settled(enrolments, agent, self._clock.now())

    def admit(self, hello: AgentHello) -> None:
        """Let in whoever says this hello, journaled where that is new. Raises `HelloRefusedError`,
        and `QueueFullError` or `NodeStoppingError` where it cannot be journaled now."""
        self._admit(self._proved(hello))
        reason = self.refusal(hello.agent)
        if reason:
            raise HelloRefusedError(reason, REFUSED[reason])

    def _admit(self, enrolled: AgentEnrolled) -> None:
        known = self._commit_loop.state.enrolments
        if self._enrolling.get(enrolled.agent) == enrolled:
            return
        if enrolment.is_superseded(known, enrolled):
            raise HelloRefusedError(
                SUPERSEDED,
                f"{enrolled.agent} has joined anew with another key since this certificate was"
                " made: its card was replaced, and this is the old one.",
            )
        if not enrolment.is_newer(known, enrolled):
            return
        if not enrolment.has_room(known, enrolled.agent, self._clock.now()):
            raise HelloRefusedError(
                FULL, "this district has too many boxes. Enrol this one in another district."
            )
        self._enrolling[enrolled.agent] = enrolled
        try:
            self._commit_loop.submit_with_callback(enrolled, partial(self._enrolled, enrolled))
        except (QueueFullError, NodeStoppingError):
            self._enrolling.pop(enrolled.agent, None)
            raise

    def refusal(self, agent: AgentId, incarnation: int | None = None) -> str:
        """Why a message of this box, of this outbox of it, is not taken; "": it is."""
        state = self._commit_loop.state
        if agent not in self._enrolling:
            reason = enrolment.refusal(state.enrolments, agent, self._clock.now())
            if reason:
                return reason
        if incarnation is None or intake.is_believed(state.intake, agent, incarnation):
            return ""
        following = self._following.get(agent)
        if following is not None and following.incarnation == incarnation:
            return ""
        return intake.NOT_BELIEVED

    def worth_saying(
        self, reason: str, agent: AgentId, incarnation: int, hello: AgentHello | None
    ) -> str:
        """As what the refusal of a message is said and kept; "": it is counted alone. `hello`: the
        box's last since this start.

        A box that has just asked learns by the answer what its hello must name. What comes before
        any hello of the box is said once of it.
        """
        if reason != intake.NOT_BELIEVED:
            return reason
        if hello is not None:
            return "" if hello.incarnation == incarnation else reason
        if agent in self._early:
            return ""
        if len(self._early) >= AGENTS.value:
            self._early.pop(next(iter(self._early)))
        self._early[agent] = None
        return BEFORE_HELLO

    def take(self, hello: AgentHello, done: Callable[[], None]) -> None:
        """Journal the hello where it says something new; `done` is called once that is decided, or
        at once. Raises `QueueFullError` and `NodeStoppingError`."""
        if self._is_new_information(hello):
            self._submit(hello, done)
        else:
            done()

    async def run(self) -> None:
        """Journal who is revoked, until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_S)

    def look(self) -> None:
        """Journal each box whose certificate is in the list of the revoked."""
        if self._verifier is None:
            return
        for agent, known in self._commit_loop.state.enrolments.boxes.items():
            is_over = known.revoked_at != enrolment.NEVER
            if is_over or not known.serial or not self._verifier.is_revoked(known.serial):
                continue
            try:
                self._commit_loop.submit(AgentRevoked(agent=agent, serial=known.serial))
            except (QueueFullError, NodeStoppingError):
                return  # at the next look

    def _is_new_information(self, hello: AgentHello) -> bool:
        """While a new outbox of its box waits for an operator, a further one is none."""
        state = self._commit_loop.state
        if not intake.is_new_information(state.intake, hello):
            return False
        return intake.link_of(state.intake, hello) is not intake.Link.FOLLOWS or not (
            enrolment.is_waiting(state.enrolments, hello.agent)
        )

    def _submit(self, hello: AgentHello, done: Callable[[], None]) -> None:
        if intake.link_of(self._commit_loop.state.intake, hello) is intake.Link.FOLLOWS:
            self._following[hello.agent] = hello

        def decided(_: Committed | Exception) -> None:
            if self._following.get(hello.agent) == hello:
                self._following.pop(hello.agent)
            done()

        try:
            self._commit_loop.submit_with_callback(HelloReceived(hello=hello), decided)
        except (QueueFullError, NodeStoppingError):
            self._following.pop(hello.agent, None)
            raise

    def _proved(self, hello: AgentHello) -> AgentEnrolled:
        if self._verifier is None:
            return AgentEnrolled(agent=hello.agent, how=EnrolledBy.LAB_MODE)
        box = self._verifier.verify(hello)
        return AgentEnrolled(
            agent=box.agent,
            how=EnrolledBy.CERTIFICATE,
            serial=box.serial,
            key=box.key,
            until=box.until,
        )

    def _enrolled(self, enrolled: AgentEnrolled, _outcome: Committed | Exception) -> None:
        if self._enrolling.get(enrolled.agent) == enrolled:
            self._enrolling.pop(enrolled.agent)
