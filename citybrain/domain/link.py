"""The letters of the two ordered logs between a district and the city. What carries them is in
`citybrain.link`.
"""

from citybrain.clock import Timestamp
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import (
    MessageReceipt,
    OrderAnswer,
    OrderMessage,
    OrderProgress,
    OrderRequest,
)
from citybrain.domain.unit import UnitReport
from citybrain.ids import DistrictId
from citybrain.structs import Struct


class SourcesReport(Struct, frozen=True, kw_only=True, tag="sources"):
    """How many boxes a district believes, and how many of their cameras see nothing. Which ones
    they are the district alone knows.

    A camera is counted once: as blind, degraded or unknown, or as none of them, and then it sees.
    """

    district: DistrictId
    at: Timestamp
    cameras: int
    cameras_blind: int  # that say themselves that they see nothing
    cameras_degraded: int
    cameras_unknown: int  # whose box is offline, or that have not yet said what they see
    agents: int  # boxes
    agents_offline: int


UpLetter = (  # a district to the city
    IncidentReport
    | UnitReport
    | SourcesReport
    | OrderAnswer
    | OrderProgress
    | OrderMessage
    | MessageReceipt
)
DownLetter = OrderRequest | OrderProgress | MessageReceipt  # the city to a district
