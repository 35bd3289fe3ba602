"""Escalation policies, and the people and rotas that they name, as frozen values. Data; decides
nothing, reads no file.

They are journaled in the district's set-up, so that a replay needs no file. No contact is among
them: a person's numbers and addresses stand in secret files, which only whoever sends reads.
"""

from typing import NewType

from citybrain.domain.page import Channel
from citybrain.structs import Struct
from citybrain.vocabulary import Severity

PersonId = NewType("PersonId", str)
RotaId = NewType("RotaId", str)
PolicyId = NewType("PolicyId", str)
NO_POLICY = PolicyId("")
NOBODY = PersonId("")


class Person(Struct, frozen=True, kw_only=True):
    """Somebody who can be called. `roles`: those by which a policy may mean this person."""

    person: PersonId
    name: str
    channels: tuple[Channel, ...]
    language: str = "en"
    roles: tuple[str, ...] = ()


class Shift(Struct, frozen=True, kw_only=True):
    """Hours of the week in which one of `people` is on call; they take turns of `turn_days`, hand
    over where the hours begin, and the first of them began on Monday, 5 January 1970.

    Minutes are of the local day; hours that end no later than they begin end on the next day.
    """

    people: tuple[PersonId, ...]
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)  # on which it begins; 0: Monday
    begins_min: int = 0
    ends_min: int = 0
    turn_days: int = 7


class Rota(Struct, frozen=True, kw_only=True):
    """Who is on call when: everybody whose shift it is."""

    rota: RotaId
    shifts: tuple[Shift, ...]


class Step(Struct, frozen=True, kw_only=True):
    """After `wait_s`, call these people, those on call, and those of these roles, each by those of
    `channels` that they have; by all where none is named, or where they have none of them."""

    wait_s: float = 0.0
    people: tuple[PersonId, ...] = ()
    rotas: tuple[RotaId, ...] = ()
    roles: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()


class Policy(Struct, frozen=True, kw_only=True):
    """Steps until somebody acknowledges. All of them are done `repeat` times more, each round
    `again_s` after the last step; then the city is asked, where `city` says so. An acknowledgement
    that nothing followed for `forgotten_s` (0: no such bound) counts no more: the next step is due.

    `severities`: of incidents whose playbook names no policy, those that it is for.
    """

    policy: PolicyId
    steps: tuple[Step, ...]
    severities: tuple[Severity, ...] = ()
    repeat: int = 0
    again_s: float = 300.0
    city: bool = False
    forgotten_s: float = 900.0


class ZoneOffset(Struct, frozen=True, kw_only=True):
    """Local time is UTC and `offset_s` from `since_s` on: seconds of UTC since 1970, the true
    ones, which no setting of this node's clock moves."""

    since_s: int
    offset_s: int


class PagingSetup(Struct, frozen=True, kw_only=True):
    """All that decides whom the district calls. `supervisor` gets what falls into the gap of a
    rota; `offsets` are those of the time zone, the oldest first."""

    people: tuple[Person, ...] = ()
    rotas: tuple[Rota, ...] = ()
    policies: tuple[Policy, ...] = ()
    supervisor: PersonId = NOBODY
    offsets: tuple[ZoneOffset, ...] = ()
    pages: str = ""  # the address of this district's web pages, for the link in a call


NO_PAGING = PagingSetup()
