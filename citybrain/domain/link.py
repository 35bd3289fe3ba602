"""The letters of the two ordered logs between a district and the city. What carries them is in
`citybrain.link`.
"""

from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderAnswer, OrderProgress, OrderRequest
from citybrain.domain.unit import UnitReport

UpLetter = IncidentReport | UnitReport | OrderAnswer | OrderProgress  # a district to the city
DownLetter = OrderRequest | OrderProgress  # the city to a district
