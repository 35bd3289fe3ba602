"""Every gRPC method in one table: its name, codec and deadline, and whether it may be repeated."""

import json
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from citybrain.domain.console import (
    CitySnapshot,
    Outcome,
    PlanAction,
)
from citybrain.link.frames import Frame
from citybrain.rpc.limits import CALL_S
from citybrain.structs import Struct
from citybrain.wire import console, link

Q = TypeVar("Q")
R = TypeVar("R")
PACKAGE = "citybrain.wire.v1"
PUBLIC_PACKAGE = "citybrain.api.v1"
# of the public API: what reads, or carries a request id
PUBLIC_REPEATABLE = (
    ("DistrictService", "GetIncident"),
    ("DistrictService", "Act"),
    ("DistrictService", "Report"),
    ("CrewService", "Answer"),
    ("CrewService", "ReportPosition"),
)


class Method(Struct, Generic[Q, R], frozen=True, kw_only=True):
    """One gRPC method: its name, the codecs of its messages, its deadline, whether to repeat it."""

    service: str
    name: str
    encode_request: Callable[[Q], bytes]
    decode_request: Callable[[bytes], Q]
    encode_reply: Callable[[R], bytes]
    decode_reply: Callable[[bytes], R]
    deadline_s: float | None = float(CALL_S.value)  # None: a stream without an end
    repeatable: bool = True  # reads, positions (the latest wins), and what has a request id
    package: str = PACKAGE

    @property
    def path(self) -> str:
        return f"/{self.package}.{self.service}/{self.name}"


EXCHANGE: Method[Frame, Frame] = Method(
    service="DistrictLink",
    name="Exchange",
    encode_request=link.encode_frame,
    decode_request=link.decode_frame,
    encode_reply=link.encode_frame,
    decode_reply=link.decode_frame,
    deadline_s=None,
    repeatable=False,
)


def _console_get(
    service: str, encode: Callable[[R], bytes], decode: Callable[[bytes], R]
) -> Method[None, R]:
    return Method(
        service=service,
        name="Get",
        encode_request=console.encode_snapshot_request,
        decode_request=console.decode_snapshot_request,
        encode_reply=encode,
        decode_reply=decode,
    )


def _console_watch(
    service: str, encode: Callable[[R], bytes], decode: Callable[[bytes], R]
) -> Method[None, R]:
    return Method(
        service=service,
        name="Watch",
        encode_request=console.encode_snapshot_request,
        decode_request=console.decode_snapshot_request,
        encode_reply=encode,
        decode_reply=decode,
        deadline_s=None,
        repeatable=False,
    )


CITY_GET: Method[None, CitySnapshot] = _console_get(
    "CityConsoleService", console.encode_city_snapshot, console.decode_city_snapshot
)
CITY_WATCH: Method[None, CitySnapshot] = _console_watch(
    "CityConsoleService", console.encode_city_snapshot, console.decode_city_snapshot
)
CITY_ACT: Method[PlanAction, Outcome] = Method(
    service="CityConsoleService",
    name="Act",
    encode_request=console.encode_plan_action,
    decode_request=console.decode_plan_action,
    encode_reply=console.encode_outcome,
    decode_reply=console.decode_outcome,
)

METHODS: tuple[Method[Any, Any], ...] = (
    EXCHANGE,
    CITY_GET,
    CITY_WATCH,
    CITY_ACT,
)


def service_config() -> str:
    """gRPC's own retries, with jitter and a throttle, for repeatable methods only, and only on
    UNAVAILABLE (AIP-194)."""
    names = [
        {"service": f"{PACKAGE}.{m.service}", "method": m.name} for m in METHODS if m.repeatable
    ] + [
        {"service": f"{PUBLIC_PACKAGE}.{service}", "method": method}
        for service, method in PUBLIC_REPEATABLE
    ]
    policy = {
        "maxAttempts": 4,
        "initialBackoff": "0.1s",
        "maxBackoff": "1s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"],
    }
    return json.dumps(
        {
            "methodConfig": [{"name": names, "retryPolicy": policy}],
            "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1},
        }
    )
