"""What is wrong with a node itself. Its detail stays in the log: it names files of the machine."""

from collections.abc import Iterable

from citybrain.api.resources.elements import time_message
from citybrain.api.v1 import condition_pb2 as pb
from citybrain.conditions import Condition


def condition_messages(conditions: Iterable[Condition]) -> list[pb.Condition]:
    return [
        pb.Condition(code=condition.code.value, since=time_message(condition.since))
        for condition in conditions
    ]
