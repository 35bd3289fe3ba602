"""An operator writes to a crew about a district scenario's incident, and the crew answers."""

from principals import CREW

from citybrain.decider.command import Reply
from citybrain.domain.crew import CrewReply
from citybrain.vocabulary import OperatorVerb
from district_node.inputs import CrewReplied


def write_to(scenario, unit: str, text: str) -> Reply:
    return scenario.act(OperatorVerb.MESSAGE, unit=unit, text=text)


def reply_of(scenario, unit: str, text: str = "", *, message: str = "") -> Reply:
    """The crew's answer to its newest message, or to the named one; without a text it is read."""
    known = scenario.state.messages.get(unit) or ()
    asked = len(scenario.state.idempotency.young)  # another one at each request
    reply = CrewReply(
        request=f"reply-{asked}",
        unit=unit,
        message=message or known[-1].message,
        text=text,
    )
    commands = scenario.submit(CrewReplied(reply=reply, principal=CREW))
    return next(c for c in commands if isinstance(c, Reply))
