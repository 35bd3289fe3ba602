"""What a node quarantined because no core could decide it. In a simulated city everything that no
liar said is sent by our own code, so it must never happen.
"""

from citysim.laws.history import History
from coordinator.inputs import DistrictLetterQuarantined, LetterRefusedByDistrict
from district_node.inputs import CityLetterQuarantined, ItemQuarantined, LetterRefusedByCity

BY_DISTRICT = (ItemQuarantined, CityLetterQuarantined, LetterRefusedByCity)
BY_CITY = (DistrictLetterQuarantined, LetterRefusedByDistrict)


def quarantined(history: History) -> list[str]:
    """One sentence for each item and letter, with the node and record that say so."""
    found: list[str] = []
    for name, node in history.districts:
        found += [
            f"{name}: {_shown(r.seq, r.input)}"
            for r in node.records_of_any(*BY_DISTRICT)
            if not (isinstance(r.input, ItemQuarantined) and r.input.agent in history.liars)
        ]
    if history.city is not None:
        found += [f"city: {_shown(r.seq, r.input)}" for r in history.city.records_of_any(*BY_CITY)]
    return found


def _shown(seq: int, given: object) -> str:
    return f"record {seq} quarantines what its cores could not decide: {given}"
