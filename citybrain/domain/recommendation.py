"""A unit that could be sent to an incident, and why it is recommended or not."""

from citybrain.ids import IncidentId, UnitId
from citybrain.structs import Struct


class Recommendation(Struct, frozen=True, kw_only=True):
    """`reason` is a code, `words` a sentence with the same; `busy_with`: the incident that it has
    an order for. `eta_s` None: it cannot fill any place, or there is no way."""

    unit: UnitId
    name: str
    eta_s: float | None
    reason: str
    words: str
    fits: bool  # whether it can do what an open place needs
    busy_with: IncidentId | None = None
