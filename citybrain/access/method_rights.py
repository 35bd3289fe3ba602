"""The rights at the public API, the link and gRPC's own services: role × method. Every call is
checked by this table, and a method without a line here is not served. What an act then asks for,
the cores check once more by `citybrain.permissions`. Checks nothing itself.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from citybrain.domain.principal import PERSON_ROLES, PROGRAM_ROLES, Principal, Role
from citybrain.permissions import MAY, OF_ONE_UNIT, Permission
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
    "GetHandOvers",
    "GetSeries",
    "ListIncidents",
    "ListUnits",
    "ListOrders",
    "ListSources",
    "ListAssets",
    "ListKinds",
    "ListRules",
    "Watch",
)
CITY_READS = (
    "GetCity",
    "GetPlan",
    "ListDistricts",
    "ListIncidents",
    "ListUnits",
    "ListNeeds",
    "ListOrders",
    "ListPlans",
    "Watch",
)
READERS = frozenset((*PERSON_ROLES, *PROGRAM_ROLES, Role.RESPONDER))
EVERYBODY = frozenset(Role) - {Role.UNKNOWN}
# who sees what people attached: one of one unit that of its own cases, which the district checks
FILE_READERS = (READERS | OF_ONE_UNIT) - {Role.SOURCE}
ACTORS = frozenset[Role]().union(
    *(
        MAY[verb]
        for verb in (
            Permission.OPEN,
            Permission.ASSIGN,
            Permission.CLOSE,
            Permission.REJECT,
            Permission.VERIFY,
            Permission.ESCALATE,
            Permission.DEFER,
            Permission.NOTE,
            Permission.MESSAGE,
            Permission.RECLASSIFY,
            Permission.RELOCATE,
            Permission.SET_SEVERITY,
            Permission.TAKE,
            Permission.GIVE,
            Permission.MERGE,
            Permission.SPLIT,
            Permission.NOT_SAME,
            Permission.UNDO,
            Permission.ACKNOWLEDGE,
            Permission.REDACT,
        )
    )
)


def _rights(
    roles: Iterable[Role], service: str, *methods: str, own: str = ""
) -> tuple[MethodRight, ...]:
    return tuple(
        MethodRight(role=role, method=service + method, own=own)
        for role in sorted(roles)
        for method in methods
    )


METHOD_RIGHTS: tuple[MethodRight, ...] = (
    *_rights(READERS, DISTRICT, *DISTRICT_READS),
    *_rights(ACTORS, DISTRICT, "Act", "ActOnMany"),
    *_rights(MAY[Permission.ALLOW_OUTBOX] | MAY[Permission.FORGET], DISTRICT, "ActOnAgent"),
    *_rights(MAY[Permission.TAKE] | MAY[Permission.GIVE], DISTRICT, "ActOnShift"),
    *_rights(
        (MAY[Permission.SET_DUTY] | MAY[Permission.RELEASE_UNIT]) - OF_ONE_UNIT,
        DISTRICT,
        "ActOnUnit",
    ),
    *_rights(MAY[Permission.REPORT], DISTRICT, "Report"),
    *_rights(MAY[Permission.ATTACH], DISTRICT, "Attach"),
    *_rights(FILE_READERS, DISTRICT, "GetAttachment"),
    *_rights(READERS, CITY, *CITY_READS),
    *_rights(MAY[Permission.SET_CLOCK], DISTRICT, "SetClock"),
    *_rights(MAY[Permission.SET_CLOCK], CITY, "SetClock"),
    *_rights(MAY[Permission.ISSUE_PLAN] | MAY[Permission.REJECT_PLAN], CITY, "Act"),
    # a crew: its own unit's screen, orders and position; of one that has a radio, its operator
    *_rights(
        OF_ONE_UNIT, CREW, "Watch", "Answer", "SetDuty", "Reply", "ReportPosition", own="unit"
    ),
    *_rights(READERS - OF_ONE_UNIT, CREW, "Watch"),
    *_rights(MAY[Permission.ANSWER_ORDER] - OF_ONE_UNIT, CREW, "Answer"),
    *_rights(MAY[Permission.SET_DUTY] - OF_ONE_UNIT, CREW, "SetDuty"),
    *_rights(MAY[Permission.ANSWER_MESSAGE] - OF_ONE_UNIT, CREW, "Reply"),
    *_rights(MAY[Permission.REPORT_POSITION] - OF_ONE_UNIT, CREW, "ReportPosition"),
    # a district speaks for itself alone: its hello holds its certificate's id
    *_rights({Role.DISTRICT}, LINK, "Exchange", own="district"),
    # whether a server serves is no secret among those who have a certificate
    *_rights(EVERYBODY, HEALTH, "Check", "List", "Watch"),
    *_rights(READERS, REFLECTION, "ServerReflectionInfo"),
)
_RIGHTS: Mapping[tuple[Role, str], MethodRight] = MappingProxyType(
    {(right.role, right.method): right for right in METHOD_RIGHTS}
)
METHODS = frozenset(right.method for right in METHOD_RIGHTS)


def method_right(role: Role, method: str) -> MethodRight | None:
    """The line by which `role` may call `method`; None: it may not."""
    return _RIGHTS.get((role, method))


def may_call(principal: Principal, service: str, method: str) -> bool:
    """Whether one of the principal's roles has a line for `method` of `service`."""
    path = f"/{service}/{method}"
    return any(method_right(role, path) is not None for role in principal.roles)


def may_read(principal: Principal) -> bool:
    """Whether one of the principal's roles may see the pages of a node."""
    return not READERS.isdisjoint(principal.roles)
