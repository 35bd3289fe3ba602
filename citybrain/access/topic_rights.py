"""The rights at MQTT brokers: role × action × topic. A broker's rules are made from this table, and
each client learns from it where it proves its own.
"""

from collections.abc import Iterable

from citybrain.access.right import Action, Right
from citybrain.bus import topics
from citybrain.bus.filters import matches
from citybrain.domain.principal import Role
from citybrain.identity.name import IdentityName

# the places of a topic's form
DISTRICT = "{district}"  # a district that the broker serves; of a district node, itself
NAME = "{name}"  # the client's own name, `ROLE/ID`
ANY_BOX = f"{topics.BOX}/+"  # each box of the district; in no line of a box
ANY_ADAPTER = f"{topics.ADAPTER}/+"  # each program that calls people
ITS_SENSOR = "{sensor}"  # a sensor, `ROLE/ID`, that the broker was told this box reads


def _right(role: Role, action: Action, name: str, leaf: str) -> Right:
    return Right(role=role, action=action, target=topics.of_name(DISTRICT, name, leaf))


TOPIC_RIGHTS: tuple[Right, ...] = (
    # a box speaks for itself alone and reads what is sent to it alone
    _right(Role.BOX, Action.PUBLISH, NAME, topics.EVENTS),
    _right(Role.BOX, Action.PUBLISH, NAME, topics.HELLO),
    _right(Role.BOX, Action.PUBLISH, NAME, topics.STATUS),
    _right(Role.BOX, Action.PUBLISH, NAME, topics.REQUESTS_ACK),
    _right(Role.BOX, Action.PUBLISH, NAME, topics.SERIES),
    _right(Role.BOX, Action.SUBSCRIBE, NAME, topics.ACK),
    _right(Role.BOX, Action.SUBSCRIBE, NAME, topics.REQUESTS),
    _right(Role.BOX, Action.PUBLISH, NAME, topics.PROBE),
    _right(Role.BOX, Action.SUBSCRIBE, NAME, topics.PROBE),
    _right(Role.BOX, Action.SUBSCRIBE, ITS_SENSOR, topics.READINGS),
    # a sensor writes what it measures, and nothing else
    _right(Role.SENSOR, Action.PUBLISH, NAME, topics.READINGS),
    _right(Role.SENSOR, Action.PUBLISH, NAME, topics.PROBE),
    _right(Role.SENSOR, Action.SUBSCRIBE, NAME, topics.PROBE),
    # a program that calls people reads its own pages, and nothing else
    _right(Role.ADAPTER, Action.SUBSCRIBE, NAME, topics.PAGES),
    _right(Role.ADAPTER, Action.PUBLISH, NAME, topics.PROBE),
    _right(Role.ADAPTER, Action.SUBSCRIBE, NAME, topics.PROBE),
    # a district node reads what its boxes say, and answers them
    _right(Role.DISTRICT, Action.SUBSCRIBE, ANY_BOX, topics.EVENTS),
    _right(Role.DISTRICT, Action.SUBSCRIBE, ANY_BOX, topics.HELLO),
    _right(Role.DISTRICT, Action.SUBSCRIBE, ANY_BOX, topics.STATUS),
    _right(Role.DISTRICT, Action.SUBSCRIBE, ANY_BOX, topics.REQUESTS_ACK),
    _right(Role.DISTRICT, Action.SUBSCRIBE, ANY_BOX, topics.SERIES),
    _right(Role.DISTRICT, Action.PUBLISH, ANY_BOX, topics.ACK),
    _right(Role.DISTRICT, Action.PUBLISH, ANY_BOX, topics.REQUESTS),
    _right(Role.DISTRICT, Action.PUBLISH, ANY_ADAPTER, topics.PAGES),
    _right(Role.DISTRICT, Action.PUBLISH, NAME, topics.PROBE),
    _right(Role.DISTRICT, Action.SUBSCRIBE, NAME, topics.PROBE),
)


def topic_filters(
    name: IdentityName, action: Action, district: str, sensors: Iterable[str] = ()
) -> tuple[str, ...]:
    """What `name` may do `action` to at the broker of `district`, as topic filters. `sensors`: the
    ids of those that it was told this name reads."""
    if name.role is Role.DISTRICT and name.id != district:
        return ()
    sensors = tuple(sensors)
    return tuple(
        topic
        for right in TOPIC_RIGHTS
        if right.role is name.role and right.action is action
        for topic in topics_of(right, district, name.short, sensors)
    )


def topics_of(right: Right, district: str, name: str, sensors: Iterable[str]) -> tuple[str, ...]:
    """The line's topics for the client called `name` (`ROLE/ID`): one, or one for each sensor."""
    target = right.target.replace(DISTRICT, district).replace(NAME, name)
    if ITS_SENSOR not in target:
        return (target,)
    return tuple(target.replace(ITS_SENSOR, f"{topics.SENSOR}/{sensor}") for sensor in sensors)


def may(
    name: IdentityName, action: Action, topic: str, district: str, sensors: Iterable[str] = ()
) -> bool:
    """Whether `name` may do `action` to `topic` at the broker of `district`."""
    return any(matches(one, topic) for one in topic_filters(name, action, district, sensors))
