"""The letters of the two ordered logs between a district and the city. What carries them is in
`citybrain.link`.
"""

from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import (
    MessageReceipt,
    OrderAnswer,
    OrderMessage,
    OrderProgress,
    OrderRequest,
)
from citybrain.domain.unit import UnitReport

UpLetter = (  # a district to the city
    IncidentReport | UnitReport | OrderAnswer | OrderProgress | OrderMessage | MessageReceipt
)
DownLetter = OrderRequest | OrderProgress | MessageReceipt  # the city to a district
