"""Which orders are refused at the door, before a core would make a deadline of them."""

import pytest

from citybrain.domain.order import OrderRequest, Task
from citybrain.errors import MalformedError
from citybrain.geo import Point
from citybrain.structs import replace
from citybrain.vocabulary import OrderStep, Severity
from citybrain.wire.link import decode_down_letter, encode_down_letter
from citybrain.wire.validation.limits import DURATION_S

REQUEST = OrderRequest(
    order="o-1",
    step=OrderStep.RESERVE,
    plan="p-1",
    unit="u-1",
    unit_district="north",
    task=Task(
        incident="i-1",
        incident_district="south",
        slot="s-1",
        slot_version=1,
        kind="crowding",
        severity=Severity.SEVERE,
        place=Point(lat=30.66, lon=104.06),
        traceparent="",
    ),
    ttl_s=float(DURATION_S.value),
    reason="",
)


@pytest.mark.parametrize("ttl_s", [-1.0, 1e13, 1e300, float("nan"), float("inf")])
def test_a_promise_holds_no_longer_than_a_configuration_can_ask_for(ttl_s):
    assert decode_down_letter(encode_down_letter(REQUEST)) == REQUEST
    with pytest.raises(MalformedError, match="ttl_s") as caught:
        decode_down_letter(encode_down_letter(replace(REQUEST, ttl_s=ttl_s)))
    assert caught.value.reason == "number"
