"""Which boxes a district's journal says are proved, record by record.

Counted here by the inputs alone, not by the enrolment core, which is judged.
"""

from dataclasses import dataclass, field

from citybrain.clock import Timestamp
from district_node.inputs import AgentEnrolled, AgentRevoked, EnrolledBy, NodeStarted


@dataclass(slots=True)  # mutable: told record by record
class EnrolledBoxes:
    """`tell` it the inputs in their order."""

    _proves: bool = False
    _proved: dict[str, AgentEnrolled] = field(default_factory=dict)  # the newest of each box
    _revoked: set[str] = field(default_factory=set)  # serials

    def tell(self, given: AgentEnrolled | AgentRevoked | NodeStarted) -> None:
        match given:
            case NodeStarted():
                self._proves = given.proves_boxes
            case AgentRevoked():
                self._revoked.add(given.serial)
            case AgentEnrolled(how=EnrolledBy.CERTIFICATE):
                known = self._proved.get(given.agent)
                if known is None or known.serial in self._revoked or known.until <= given.until:
                    self._proved[given.agent] = given
            case _:
                pass  # enrolled in lab mode: by nothing

    def is_believed(self, agent: str, at: Timestamp) -> bool:
        """Whether what the box says at `at` may take effect."""
        proved = self._proved.get(agent)
        if proved is not None and proved.serial in self._revoked:
            return False
        return not self._proves or (proved is not None and at <= proved.until)
