"""Whom a request over HTTP is from, once that was proved."""

from citybrain.domain.principal import Principal
from citybrain.ids import UnitId
from citybrain.structs import Struct


class Caller(Struct, frozen=True, kw_only=True):
    """Who calls. `session`: the hash of the session's id, "" of a program's token; `unit`: of a
    crew's device, the only unit that it may read and speak for, else ""."""

    principal: Principal
    session: str = ""
    token: str = ""  # the hash of a program's token
    unit: UnitId = UnitId("")
