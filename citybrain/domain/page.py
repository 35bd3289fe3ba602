"""A page: one call of one person by one channel, as it travels to whoever sends it."""

from enum import StrEnum
from typing import NewType

from citybrain.clock import Timestamp
from citybrain.geo import Point
from citybrain.ids import IncidentId
from citybrain.localized_name import NO_NAME, LocalizedName
from citybrain.structs import Struct
from citybrain.vocabulary import IncidentKind, Severity

PageId = NewType("PageId", str)


class Channel(StrEnum):
    """What a person is called by."""

    MAIL = "mail"
    SMS = "sms"
    WECOM = "wecom"
    WEB_PUSH = "web_push"
    WEBHOOK = "webhook"
    MQTT = "mqtt"


class PageState(StrEnum):
    """What became of a page."""

    WAITING = "waiting"  # to be sent
    FAILING = "failing"  # its channel refused it so far; it is tried again
    SENT = "sent"  # its channel took it
    FAILED = "failed"  # given up: nobody got it
    WITHDRAWN = "withdrawn"  # not wanted any more before it was sent


class PageLetter(Struct, frozen=True, kw_only=True):
    """What is said to whom. Nothing of a citizen is in it. `page` names it for ever: whoever gets
    it twice sees that it is one."""

    page: PageId
    person: str  # id
    person_name: str
    channel: Channel
    language: str
    at: Timestamp
    incident: IncidentId
    case: str  # what people call the incident
    kind: IncidentKind
    title: LocalizedName
    severity: Severity
    place: Point
    reason: str = ""  # why this person: "", "gap" (of a rota), "forgotten" (an acknowledgement)
    place_name: LocalizedName = NO_NAME  # as people call the place
