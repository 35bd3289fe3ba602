"""What a district stores, by kind and version: its inputs, its letters and its state. Decides
nothing.

A changed type whose older texts no longer mean the same gets an upcaster in
`district_node/upcasters` and an entry here; see `citybrain.formats`. A kind is never given again.
"""

from citybrain.domain.event import VerificationRequest
from citybrain.domain.incident import IncidentReport
from citybrain.domain.link import SourcesReport
from citybrain.domain.order import MessageReceipt, OrderAnswer, OrderMessage, OrderProgress
from citybrain.domain.page import PageLetter
from citybrain.domain.unit import UnitReport
from citybrain.formats import Format, FormatRegistry
from district_node.cores.state import DistrictState
from district_node.inputs import (
    AgentActed,
    AgentEnrolled,
    AgentPresenceChanged,
    AgentRevoked,
    BatchReceived,
    CityLetterQuarantined,
    CityLetterReceived,
    CityLinkChanged,
    CrewAnswered,
    CrewPositionReported,
    CrewReplied,
    HelloReceived,
    ItemQuarantined,
    LetterRefusedByCity,
    NodeStarted,
    OperatorActed,
    PacksChanged,
    PageDelivered,
    PageFailed,
    ReportReceived,
    ShiftActed,
    SkewMeasured,
    UnitActed,
)
from district_node.upcasters import (
    crew_answered_v1,
    crew_position_reported_v1,
    operator_acted_v1,
    state_v1,
)

INPUTS = FormatRegistry(
    {
        "node_started": Format(NodeStarted),
        "batch_received": Format(BatchReceived),
        "hello_received": Format(HelloReceived),
        "agent_enrolled": Format(AgentEnrolled),
        "agent_revoked": Format(AgentRevoked),
        "agent_acted": Format(AgentActed),
        "skew_measured": Format(SkewMeasured),
        "item_quarantined": Format(ItemQuarantined),
        "agent_presence_changed": Format(AgentPresenceChanged),
        "crew_answered": Format(CrewAnswered, (crew_answered_v1.upcast,)),
        "crew_position_reported": Format(CrewPositionReported, (crew_position_reported_v1.upcast,)),
        "crew_replied": Format(CrewReplied),
        "operator_acted": Format(OperatorActed, (operator_acted_v1.upcast,)),
        "unit_acted": Format(UnitActed),
        "shift_acted": Format(ShiftActed),
        "report_received": Format(ReportReceived),
        "packs_changed": Format(PacksChanged),
        "page_delivered": Format(PageDelivered),
        "page_failed": Format(PageFailed),
        "city_letter_received": Format(CityLetterReceived),
        "city_letter_quarantined": Format(CityLetterQuarantined),
        "letter_refused_by_city": Format(LetterRefusedByCity),
        "city_link_changed": Format(CityLinkChanged),
    }
)

LETTERS = FormatRegistry(  # to the city, to agents, and pages
    {
        "incident_report": Format(IncidentReport),
        "unit_report": Format(UnitReport),
        "sources_report": Format(SourcesReport),
        "order_answer": Format(OrderAnswer),
        "order_progress": Format(OrderProgress),
        "order_message": Format(OrderMessage),
        "message_receipt": Format(MessageReceipt),
        "verification_request": Format(VerificationRequest),
        "page": Format(PageLetter),
    }
)

STATE = Format(DistrictState, (state_v1.upcast,))
