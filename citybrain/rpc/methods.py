"""What a gRPC method is: its name, codecs and deadline, and whether it may be repeated. Here is the
link's; those of the public API are in `citybrain.rpc.public.methods`.
"""

import json
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from citybrain.link.frames import Frame
from citybrain.rpc.limits import CALL_S
from citybrain.structs import Struct
from citybrain.wire import link

Q = TypeVar("Q")
R = TypeVar("R")


class Method(Struct, Generic[Q, R], frozen=True, kw_only=True):
    """One gRPC method: its name, the codecs of its messages, its deadline, whether to repeat it."""

    service: str  # "citybrain.api.v1.CityService"
    name: str
    encode_request: Callable[[Q], bytes]
    decode_request: Callable[[bytes], Q]
    encode_reply: Callable[[R], bytes]
    decode_reply: Callable[[bytes], R]
    deadline_s: float | None = float(CALL_S.value)  # None: a stream without an end
    repeatable: bool = True  # reads, positions (the latest wins), and what has a request id

    @property
    def path(self) -> str:
        return f"/{self.service}/{self.name}"


EXCHANGE: Method[Frame, Frame] = Method(
    service="citybrain.wire.v1.DistrictLink",
    name="Exchange",
    encode_request=link.encode_frame,
    decode_request=link.decode_frame,
    encode_reply=link.encode_frame,
    decode_reply=link.decode_frame,
    deadline_s=None,
    repeatable=False,
)


def service_config(methods: Iterable[Method[Q, R]]) -> str:
    """gRPC's own retries, with jitter and a throttle, for repeatable methods only, and only on
    UNAVAILABLE (AIP-194)."""
    names = [
        {"service": method.service, "method": method.name}
        for method in methods
        if method.repeatable
    ]
    if not names:
        return "{}"
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
