"""Every gRPC method in one table: its name, codec and deadline, and whether it may be repeated."""

import json
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from citybrain.link.frames import Frame
from citybrain.rpc.limits import CALL_S
from citybrain.structs import Struct
from citybrain.wire import link

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
    ("CityService", "GetCity"),
    ("CityService", "GetPlan"),
    ("CityService", "ListDistricts"),
    ("CityService", "ListIncidents"),
    ("CityService", "ListUnits"),
    ("CityService", "ListOrders"),
    ("CityService", "ListPlans"),
    ("CityService", "Act"),
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

METHODS: tuple[Method[Any, Any], ...] = (EXCHANGE,)


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
