"""A line of the tables: one role may do one action to one kind of thing. Checks nothing."""

from enum import StrEnum

from citybrain.domain.principal import Role
from citybrain.structs import Struct


class Action(StrEnum):
    """What is done."""

    PUBLISH = "publish"  # to an MQTT topic
    SUBSCRIBE = "subscribe"  # to an MQTT topic


class Right(Struct, frozen=True, kw_only=True):
    """Whoever proved to be of `role` may do `action` to `target`: a form, whose places each kind of
    target names (`topic_rights` those of topics)."""

    role: Role
    action: Action
    target: str
