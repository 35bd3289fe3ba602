"""The methods of the public API that this project's own clients call, as codecs: values in, values
out.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from citybrain.api.client.actions import action_message, outcome_of, report_message
from citybrain.api.client.crews import (
    crew_answer_message,
    crew_position_message,
    crew_view_of,
    crew_watch_message,
)
from citybrain.api.client.incidents import WholeIncident, incident_request, whole_incident_of
from citybrain.api.client.windows import Windows
from citybrain.api.lists.port import PublicMessage
from citybrain.api.v1 import action_pb2, changes_pb2, crew_pb2, incident_pb2
from citybrain.domain.console import OperatorAction, Outcome
from citybrain.domain.crew import CrewAnswer, CrewPosition, CrewView
from citybrain.domain.report import Report
from citybrain.ids import IncidentId, UnitId
from citybrain.structs import Struct

Q = TypeVar("Q")
R = TypeVar("R")
M = TypeVar("M", bound=PublicMessage)


class Call(Struct, Generic[Q, R], frozen=True, kw_only=True):
    """One method: how its request is written and its reply read. Which may be repeated is said in
    `citybrain.rpc.methods`."""

    service: str
    name: str
    encode: Callable[[Q], bytes]
    decode: Callable[[bytes], R]
    is_stream: bool = False


def _call(
    name: str,
    request: Callable[[Q], PublicMessage],
    kind: type[M],
    read: Callable[[M], R],
    *,
    is_stream: bool = False,
) -> Call[Q, R]:
    """`name`: Service/Method. `read` makes the value of a reply, a message of `kind`."""

    def encode(value: Q) -> bytes:
        payload: bytes = request(value).SerializeToString(deterministic=True)
        return payload

    def decode(payload: bytes) -> R:
        message: M = kind.FromString(payload)
        return read(message)

    service, _, method = name.partition("/")
    return Call(service=service, name=method, encode=encode, decode=decode, is_stream=is_stream)


def _as_it_is(changes: changes_pb2.Changes) -> changes_pb2.Changes:
    return changes


ACT: Call[OperatorAction, Outcome] = _call(
    "DistrictService/Act", action_message, action_pb2.Outcome, outcome_of
)
REPORT: Call[Report, Outcome] = _call(
    "DistrictService/Report", report_message, action_pb2.Outcome, outcome_of
)
GET_INCIDENT: Call[IncidentId, WholeIncident] = _call(
    "DistrictService/GetIncident", incident_request, incident_pb2.IncidentDetail, whole_incident_of
)
WATCH: Call[Windows, PublicMessage] = _call(
    "DistrictService/Watch", Windows.request, changes_pb2.Changes, _as_it_is, is_stream=True
)
CREW_WATCH: Call[UnitId, CrewView] = _call(
    "CrewService/Watch", crew_watch_message, crew_pb2.CrewScreen, crew_view_of, is_stream=True
)
CREW_ANSWER: Call[CrewAnswer, Outcome] = _call(
    "CrewService/Answer", crew_answer_message, action_pb2.Outcome, outcome_of
)
CREW_POSITION: Call[CrewPosition, Outcome] = _call(
    "CrewService/ReportPosition", crew_position_message, action_pb2.Outcome, outcome_of
)
