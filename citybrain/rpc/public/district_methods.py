"""The methods of the public API on gRPC, for this project's own clients."""

from typing import NoReturn, TypeVar

from citybrain.api.client import calls
from citybrain.api.client.calls import Call
from citybrain.rpc.limits import CALL_S
from citybrain.rpc.methods import PUBLIC_PACKAGE, PUBLIC_REPEATABLE, Method

Q = TypeVar("Q")
R = TypeVar("R")


def _method(call: Call[Q, R]) -> Method[Q, R]:
    return Method(
        package=PUBLIC_PACKAGE,
        service=call.service,
        name=call.name,
        encode_request=call.encode,
        decode_request=_no_server,
        encode_reply=_no_server,
        decode_reply=call.decode,
        deadline_s=None if call.is_stream else float(CALL_S.value),
        repeatable=(call.service, call.name) in PUBLIC_REPEATABLE,
    )


def _no_server(_: object) -> NoReturn:
    raise NotImplementedError("this side only asks")


ACT = _method(calls.ACT)
REPORT = _method(calls.REPORT)
GET_INCIDENT = _method(calls.GET_INCIDENT)
WATCH = _method(calls.WATCH)
CREW_WATCH = _method(calls.CREW_WATCH)
CREW_ANSWER = _method(calls.CREW_ANSWER)
CREW_POSITION = _method(calls.CREW_POSITION)
