"""An operator writes to a crew about a district scenario's incident, and the crew answers; what
another district writes to a crew of this one, and what the city says of what this one wrote.
"""

from principals import CREW

from citybrain.decider.command import Reply
from citybrain.domain.crew import CrewReply
from citybrain.domain.order import MessageReceipt, OrderMessage
from citybrain.vocabulary import OperatorVerb
from district_node.inputs import CrewReplied


def write_to(scenario, unit: str, text: str) -> Reply:
    return scenario.act(OperatorVerb.MESSAGE, unit=unit, text=text)


def written_elsewhere(text: str = "use gate 4", *, message: str = "m-1", **more) -> OrderMessage:
    """What the district "oldtown" writes to the crew of the order `o-1`."""
    said = {
        "order": "o-1",
        "unit": "riverside-1",
        "incident": "inc-oldtown-1",
        "incident_district": "oldtown",
        "at": 5,
        "actor": "Wang Wei",
    }
    return OrderMessage(message=message, text=text, **(said | more))


def receipt_of(message: OrderMessage, **known) -> MessageReceipt:
    """What the city relays of a message that this district wrote."""
    return MessageReceipt(
        message=message.message,
        order=message.order,
        unit=message.unit,
        incident=message.incident,
        incident_district=message.incident_district,
        **({"at": message.at} | known),
    )


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
