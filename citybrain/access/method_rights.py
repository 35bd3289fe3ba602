"""The rights at gRPC servers: role × method. Both tiers' servers check every call by this table,
and a method without a line here is not served. Checks nothing itself.
"""

from collections.abc import Mapping
from types import MappingProxyType

from citybrain.domain.principal import Role
from citybrain.structs import Struct


class MethodRight(Struct, frozen=True, kw_only=True):
    """One role may call one method ("/package.Service/Method"). `own`: the field of the request
    that must hold the caller's own id; "": there is none."""

    role: Role
    method: str
    own: str = ""


DISTRICT = "/citybrain.api.v1.DistrictService/"
CITY = "/citybrain.api.v1.CityService/"
CREW = "/citybrain.api.v1.CrewService/"
LINK = "/citybrain.wire.v1.DistrictLink/"
HEALTH = "/grpc.health.v1.Health/"
REFLECTION = "/grpc.reflection.v1alpha.ServerReflection/"

DISTRICT_READS = (
    "GetDistrict",
    "GetIncident",
    "ListIncidents",
    "ListUnits",
    "ListOrders",
    "ListSources",
    "ListAssets",
    "ListKinds",
    "Watch",
)
CITY_READS = (
    "GetCity",
    "GetPlan",
    "ListDistricts",
    "ListIncidents",
    "ListUnits",
    "ListOrders",
    "ListPlans",
    "Watch",
)
# whoever looks at the public API with a client of their own finds it by reflection
READERS = (Role.OPERATOR, Role.DUTY_OFFICER, Role.ADAPTER, Role.AUDITOR)
EVERYBODY = tuple(role for role in Role if role is not Role.UNKNOWN)


def _rights(role: Role, service: str, *methods: str, own: str = "") -> tuple[MethodRight, ...]:
    return tuple(MethodRight(role=role, method=service + one, own=own) for one in methods)


METHOD_RIGHTS: tuple[MethodRight, ...] = (
    # a district: its operators act, its programs report, the city's people look
    *_rights(Role.OPERATOR, DISTRICT, *DISTRICT_READS, "Act", "Report"),
    *_rights(Role.ADAPTER, DISTRICT, *DISTRICT_READS, "Act", "Report"),
    *_rights(Role.SOURCE, DISTRICT, "GetDistrict", "ListKinds", "Report"),
    *_rights(Role.DUTY_OFFICER, DISTRICT, *DISTRICT_READS),
    *_rights(Role.AUDITOR, DISTRICT, *DISTRICT_READS),
    # a crew: its own unit's screen, orders and position
    *_rights(Role.CREW, CREW, "Watch", "Answer", "ReportPosition", own="unit"),
    # the city: its duty officer decides
    *_rights(Role.DUTY_OFFICER, CITY, *CITY_READS, "Act"),
    *_rights(Role.ADAPTER, CITY, *CITY_READS),
    *_rights(Role.AUDITOR, CITY, *CITY_READS),
    # a district speaks for itself alone: its hello holds its certificate's id
    *_rights(Role.DISTRICT, LINK, "Exchange", own="district"),
    # whether a server serves is no secret among those who have a certificate
    *(right for role in EVERYBODY for right in _rights(role, HEALTH, "Check", "List", "Watch")),
    *(right for role in READERS for right in _rights(role, REFLECTION, "ServerReflectionInfo")),
)
_RIGHTS: Mapping[tuple[Role, str], MethodRight] = MappingProxyType(
    {(right.role, right.method): right for right in METHOD_RIGHTS}
)
METHODS = frozenset(right.method for right in METHOD_RIGHTS)


def method_right(role: Role, method: str) -> MethodRight | None:
    """The line by which `role` may call `method`; None: it may not."""
    return _RIGHTS.get((role, method))
