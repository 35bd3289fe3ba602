"""Who may call which method of the public API: one table, method × role. A method without a line
does not exist for anybody. What a call then asks for, the cores check once more by
`citybrain.permissions`.
"""

from collections.abc import Mapping

from citybrain.api.methods import CITY, CREW, DISTRICT, Contract
from citybrain.domain.principal import PERSON_ROLES, PROGRAM_ROLES, Principal, Role
from citybrain.permissions import MAY, Permission

READ = frozenset((*PERSON_ROLES, *PROGRAM_ROLES, Role.RESPONDER))
ACT = frozenset().union(
    *(
        MAY[one]
        for one in (
            Permission.OPEN,
            Permission.ASSIGN,
            Permission.CLOSE,
            Permission.REJECT,
            Permission.VERIFY,
            Permission.ESCALATE,
            Permission.DEFER,
        )
    )
)
DECIDE = MAY[Permission.ISSUE_PLAN] | MAY[Permission.REJECT_PLAN]

MAY_CALL: Mapping[tuple[str, str], frozenset[Role]] = {
    (DISTRICT.name, "GetDistrict"): READ,
    (DISTRICT.name, "ListIncidents"): READ,
    (DISTRICT.name, "GetIncident"): READ,
    (DISTRICT.name, "ListUnits"): READ,
    (DISTRICT.name, "ListOrders"): READ,
    (DISTRICT.name, "ListSources"): READ,
    (DISTRICT.name, "ListAssets"): READ,
    (DISTRICT.name, "ListKinds"): READ,
    (DISTRICT.name, "Watch"): READ,
    (DISTRICT.name, "Act"): ACT,
    (DISTRICT.name, "Report"): MAY[Permission.REPORT],
    (CREW.name, "Watch"): READ | {Role.CREW},
    (CREW.name, "Answer"): MAY[Permission.ANSWER_ORDER],
    (CREW.name, "ReportPosition"): MAY[Permission.REPORT_POSITION],
    (CITY.name, "GetCity"): READ,
    (CITY.name, "ListDistricts"): READ,
    (CITY.name, "ListIncidents"): READ,
    (CITY.name, "ListUnits"): READ,
    (CITY.name, "ListOrders"): READ,
    (CITY.name, "ListPlans"): READ,
    (CITY.name, "GetPlan"): READ,
    (CITY.name, "Watch"): READ,
    (CITY.name, "Act"): DECIDE,
}


def may_call(principal: Principal, contract: Contract, method: str) -> bool:
    """Whether one of the principal's roles has the method."""
    return not MAY_CALL.get((contract.name, method), frozenset()).isdisjoint(principal.roles)


def may_read(principal: Principal) -> bool:
    """Whether one of the principal's roles may see the pages of a node."""
    return not READ.isdisjoint(principal.roles)
