"""What the city stores, by kind and version: its inputs, its letters and its state. Decides
nothing.

A changed type whose older texts no longer mean the same gets an upcaster in
`coordinator/upcasters` and an entry here; see `citybrain.formats`. A kind is never given again.
"""

from citybrain.domain.order import MessageReceipt, OrderProgress, OrderRequest
from citybrain.formats import Format, FormatRegistry
from coordinator.cores.state import CityState
from coordinator.inputs import (
    DistrictConnected,
    DistrictLetterQuarantined,
    DistrictLetterReceived,
    DistrictLost,
    DistrictReturned,
    LetterRefusedByDistrict,
    NodeStarted,
    OfficerActed,
    PlanFailed,
    PlanMade,
)
from coordinator.upcasters import officer_acted_v1

INPUTS = FormatRegistry(
    {
        "node_started": Format(NodeStarted),
        "district_connected": Format(DistrictConnected),
        "district_lost": Format(DistrictLost),
        "district_returned": Format(DistrictReturned),
        "district_letter_received": Format(DistrictLetterReceived),
        "district_letter_quarantined": Format(DistrictLetterQuarantined),
        "letter_refused_by_district": Format(LetterRefusedByDistrict),
        "plan_made": Format(PlanMade),
        "plan_failed": Format(PlanFailed),
        "officer_acted": Format(OfficerActed, (officer_acted_v1.upcast,)),
    }
)

LETTERS = FormatRegistry(  # to districts
    {
        "order_request": Format(OrderRequest),
        "order_progress": Format(OrderProgress),
        "message_receipt": Format(MessageReceipt),
    }
)

STATE = Format(CityState)
