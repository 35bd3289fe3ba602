"""The departments of a district and which cases are theirs, as frozen values. Decides nothing."""

from typing import NewType

from citybrain.localized_name import LocalizedName
from citybrain.structs import Struct

DepartmentId = NewType("DepartmentId", str)
NOBODY = DepartmentId("")

Corner = tuple[float, float]  # degrees: longitude, latitude, as GeoJSON has them


class Department(Struct, frozen=True, kw_only=True):
    """A unit of the administration, or a company, that answers for cases.

    `owns`: kinds, and classes of the grid tables, that are its business wherever they are (属主);
    an asset whose field `owner` names it is too. `is_local`: cases within `area` are its business
    whatever they are (属地); without an area, those of the whole district.
    """

    department: DepartmentId
    name: LocalizedName
    owns: tuple[str, ...] = ()
    is_local: bool = False
    area: tuple[Corner, ...] = ()


class Routing(Struct, frozen=True, kw_only=True):
    """After so many `bounces` (退单) of a case, or when no department is left, the person `decides`
    says whose it is (兜底)."""

    departments: tuple[Department, ...]
    bounces: int
    decides: str
