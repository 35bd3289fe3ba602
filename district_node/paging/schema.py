"""The table `paging` of a district's configuration: people, rotas, escalation policies. What they
say of each other is checked in `check`.
"""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from citybrain.config.fields import (
    Id,
    Name,
    PositiveSeconds,
    PrivateFile,
    Seconds,
    Section,
)
from citybrain.domain.page import Channel
from citybrain.domain.principal import PERSON_ROLES
from citybrain.vocabulary import Severity
from district_node.paging.policy import (
    PagingSetup,
    Person,
    PersonId,
    Policy,
    PolicyId,
    Rota,
    RotaId,
    Shift,
    Step,
)
from district_node.paging.time_zone import offsets_of

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LANGUAGES = ("en", "zh")
ROLES = ", ".join(PERSON_ROLES)


def _check_zone(zone: str) -> str:
    offsets_of(zone)
    return zone


def _one_of(words: tuple[str, ...], what: str) -> AfterValidator:
    def check(word: str) -> str:
        if word not in words:
            raise ValueError(f"{ascii(word)[:40]} is no {what}")
        return word

    return AfterValidator(check)


def _remedy(words: str) -> dict[str, object]:
    return {"remedy": words}


TimeZone = Annotated[
    str,
    AfterValidator(_check_zone),
    Field(json_schema_extra=_remedy('Name a zone of the IANA database, e.g. "Asia/Shanghai".')),
]
Day = Annotated[
    str,
    _one_of(DAYS, "day of the week"),
    Field(json_schema_extra=_remedy(f"Use one of {', '.join(DAYS)}.")),
]
Hour = Annotated[
    str,
    StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"),
    Field(json_schema_extra=_remedy('Give a time of the day from 00:00 to 23:59, e.g. "08:00".')),
]
PersonRole = Annotated[
    str,
    _one_of(tuple(PERSON_ROLES), "role of people"),
    Field(json_schema_extra=_remedy(f"Use one of {ROLES}.")),
]
Language = Annotated[
    str,
    _one_of(LANGUAGES, "language of the texts"),
    Field(json_schema_extra=_remedy('Use "en" or "zh".')),
]
Repeats = Annotated[
    int,
    Field(strict=True, ge=0, le=20, json_schema_extra=_remedy("Give a whole number, 0 to 20.")),
]
TurnDays = Annotated[
    int,
    Field(strict=True, ge=1, le=366, json_schema_extra=_remedy("Give days, from 1 to 366.")),
]


class ChannelTable(Section):
    """One way to reach a person. The number or address stands in the file, not here."""

    by: Channel
    """What it is: mail, sms, wecom, web_push, webhook or mqtt."""
    url_file: PrivateFile | None = None
    """File, readable by this node alone, with one Apprise address on its first line, for example
    `mailtos://…` or `wecombot://…`; or `credential:NAME` of systemd. Of every channel but mqtt."""
    adapter: Id | None = None
    """Of mqtt: id of the program (`adapter/ID` in its certificate) that reads the pages at this
    district's broker, from the topic `pages` below its own name."""

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if self.by is Channel.MQTT and self.adapter is None:
            raise ValueError("an mqtt channel needs `adapter`: the program that reads the pages")
        if self.by is not Channel.MQTT and self.url_file is None:
            raise ValueError(f"a {self.by} channel needs `url_file`: where its address stands")
        return self


class PersonTable(Section):
    """Somebody who can be called."""

    id: Id
    """Name that rotas and policies use."""
    name: Name
    """What screens show."""
    language: Language = "en"
    """Of the texts that this person gets: en or zh."""
    roles: tuple[PersonRole, ...] = ()
    """What policies may mean this person by: viewer, operator, supervisor, duty_officer, admin."""
    channel: Annotated[tuple[ChannelTable, ...], Field(min_length=1, max_length=6)]
    """The ways to reach this person, one table each."""

    def value(self) -> Person:
        return Person(
            person=PersonId(self.id),
            name=self.name,
            channels=tuple(dict.fromkeys(channel.by for channel in self.channel)),
            language=self.language,
            roles=self.roles,
        )


class ShiftTable(Section):
    """Hours in which one of some people is on call."""

    people: Annotated[tuple[Id, ...], Field(min_length=1, max_length=60)]
    """Who takes turns in it, in this order; one name: that person always."""
    days: Annotated[tuple[Day, ...], Field(min_length=1)] = DAYS
    """Days on which it begins, mon to sun; left out: every day."""
    begins: Hour = "00:00"
    """When it begins, and is handed over, in local time."""
    ends: Hour = "00:00"
    """When it ends; at or before `begins`: on the next day."""
    turn_days: TurnDays = 7
    """How many days a turn has. Turns are counted from a Monday."""

    def value(self) -> Shift:
        return Shift(
            people=tuple(PersonId(name) for name in self.people),
            days=tuple(sorted({DAYS.index(day) for day in self.days})),
            begins_min=_minutes(self.begins),
            ends_min=_minutes(self.ends),
            turn_days=self.turn_days,
        )


class RotaTable(Section):
    """Who is on call when."""

    id: Id
    """Name that policies use."""
    shift: Annotated[tuple[ShiftTable, ...], Field(min_length=1, max_length=50)]
    """Its hours, one table each; where two are on call at once, both are called."""

    def value(self) -> Rota:
        return Rota(rota=RotaId(self.id), shifts=tuple(shift.value() for shift in self.shift))


class StepTable(Section):
    """One step of a policy: wait, then call."""

    wait_s: Seconds = 0.0
    """Seconds after the step before; of the first one, after the incident began."""
    people: tuple[Id, ...] = ()
    """Ids of people."""
    rotas: tuple[Id, ...] = ()
    """Ids of rotas: whoever is on call."""
    roles: tuple[PersonRole, ...] = ()
    """Everybody who has one of these roles."""
    by: tuple[Channel, ...] = ()
    """Which of their channels are used; left out: all."""

    def value(self) -> Step:
        return Step(
            wait_s=self.wait_s,
            people=tuple(PersonId(name) for name in self.people),
            rotas=tuple(RotaId(name) for name in self.rotas),
            roles=self.roles,
            channels=self.by,
        )


class PolicyTable(Section):
    """Whom to call about an incident until somebody acknowledges."""

    id: Id
    """Name that playbooks use (`escalates.policy`)."""
    step: Annotated[tuple[StepTable, ...], Field(min_length=1, max_length=20)]
    """Its steps, in order, one table each."""
    severities: tuple[Severity, ...] = ()
    """It is for incidents of these severities whose playbook names no policy."""
    repeat: Repeats = 0
    """How many times more all steps are done."""
    again_s: PositiveSeconds = 300.0
    """Seconds after the last step before they are done again, or the city is asked."""
    city: bool = False
    """Whether the city is asked for the open places when nobody has acknowledged in the end."""
    forgotten_s: Seconds = 900.0
    """An acknowledgement that nothing followed for so long counts no more: the next step is due.
    0: it counts for ever."""

    def value(self) -> Policy:
        return Policy(
            policy=PolicyId(self.id),
            steps=tuple(step.value() for step in self.step),
            severities=self.severities,
            repeat=self.repeat,
            again_s=self.again_s,
            city=self.city,
            forgotten_s=self.forgotten_s,
        )


class PagingConfig(Section):
    """Whom this district calls, when, and by what; left out: nobody."""

    zone: TimeZone = "UTC"
    """The zone of the hours below."""
    supervisor: Id | None = None
    """Id of the person who is called in the gap of a rota."""
    pages: Annotated[str, StringConstraints(max_length=300)] = ""
    """How browsers reach this node's pages, for the link in a call; left out: no link."""
    person: Annotated[tuple[PersonTable, ...], Field(max_length=500)] = ()
    """The people, one table each."""
    rota: Annotated[tuple[RotaTable, ...], Field(max_length=50)] = ()
    """The rotas, one table each."""
    policy: Annotated[tuple[PolicyTable, ...], Field(max_length=50)] = ()
    """The escalation policies, one table each."""

    def value(self) -> PagingSetup:
        return PagingSetup(
            people=tuple(person.value() for person in self.person),
            rotas=tuple(rota.value() for rota in self.rota),
            policies=tuple(policy.value() for policy in self.policy),
            supervisor=PersonId(self.supervisor or ""),
            offsets=offsets_of(self.zone) if self.rota else (),
            pages=self.pages.rstrip("/"),
        )


def _minutes(hour: str) -> int:
    hours, minutes = hour.split(":")
    return int(hours) * 60 + int(minutes)
