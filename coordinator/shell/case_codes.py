"""Which districts begin the numbers of their cases with the same letters: then one number may mean
two cases of the city. Nothing is refused for it; whoever can mend it is told, at both ends. Pure.
"""

from collections import defaultdict
from collections.abc import Mapping

from citybrain.ids import DistrictId
from coordinator.cores.world import KnownDistrict, World


def shared_codes(world: World) -> Mapping[str, tuple[KnownDistrict, ...]]:
    """By code, the districts that have it, where they are several."""
    found: defaultdict[str, list[KnownDistrict]] = defaultdict(list)
    for district in world.districts.values():
        if district.case_code:
            found[district.case_code].append(district)
    return {code: tuple(some) for code, some in sorted(found.items()) if len(some) > 1}


def shared_with(world: World, district: DistrictId) -> str:
    """The names of the others that have this district's code; "": none has."""
    for sharing in shared_codes(world).values():
        if any(one.district == district for one in sharing):
            return ", ".join(one.name for one in sharing if one.district != district)
    return ""


def in_words(world: World) -> str:
    """What is wrong and what to do, for the city's log and screen; "": nothing is."""
    return " ".join(
        f"Districts {' and '.join(one.name for one in sharing)} begin their case numbers with the"
        f" same letters, {code}: one number may mean two cases. Give one of them another `code` in"
        " its district.toml, and start it again."
        for code, sharing in shared_codes(world).items()
    )
