"""The broker's rules, made from the table of rights: mosquitto's `acl_file`. A pure text.

`%u` is the name that a client's certificate proves. No line of a box holds a wildcard, and `%u`
cannot bring one in: names are made of a-z, 0-9, "-" and one "/".
"""

from collections.abc import Iterable, Iterator

from citybrain.access.right import Action, Right
from citybrain.access.topic_rights import ITS_SENSOR, TOPIC_RIGHTS, topics_of
from citybrain.domain.principal import Role
from citybrain.identity.name import short_name
from citybrain.structs import Struct

WORDS = {Action.PUBLISH: "write", Action.SUBSCRIBE: "read"}

HEAD = """\
# Written by `citybrain broker config`, which is run again rather than this file edited.
# %u is who a client's certificate says it is: ROLE/ID. What no line allows is not done.
"""
REVOKED = """
# Revoked. Their certificates let them in no more; this silences a connection that stands.
"""
OWN = """
# Below its own name alone, whoever it is.
"""
SENSORS = """
# A sensor writes its own topic, and the boxes that read it read it.
"""
NODE = """
# The district node reads its own boxes and answers them.
"""


class SensorReader(Struct, frozen=True, kw_only=True, order=True):
    """A box that reads what a sensor writes. Both are ids."""

    box: str
    sensor: str


def acl_text(
    districts: Iterable[str],
    denied: Iterable[str] = (),
    readers: Iterable[SensorReader] = (),
) -> str:
    """The rules of a broker that serves `districts`; nobody called one of `denied` (`ROLE/ID`) may
    do anything. A sensor that no box reads may write nothing."""
    districts, readers = sorted(set(districts)), sorted(set(readers))
    blocks = [HEAD]
    silenced = [f"user {name}\ntopic deny #\n" for name in sorted(set(denied))]
    if silenced:
        blocks.append(REVOKED + "\n".join(silenced))
    own = [*_rights(Role.BOX), *_rights(Role.ADAPTER)]
    blocks.append(OWN + "".join(_lines("pattern", own, one, "%u") for one in districts))
    if readers:
        blocks.append(SENSORS + "\n".join(_sensor_blocks(districts, readers)))
    blocks += [NODE + _node_lines(district) for district in districts]
    return "".join(blocks)


def _rights(role: Role) -> list[Right]:
    return [right for right in TOPIC_RIGHTS if right.role is role]


def _node_lines(district: str) -> str:
    name = short_name(Role.DISTRICT, district)
    return f"user {name}\n{_lines('topic', _rights(Role.DISTRICT), district, name)}"


def _sensor_blocks(districts: Iterable[str], readers: Iterable[SensorReader]) -> Iterator[str]:
    """Lines that name each sensor, and those of one box: a pattern would be everybody's, and no
    wildcard could tell the sensors of a box from others."""
    for sensor in sorted({reader.sensor for reader in readers}):
        name = short_name(Role.SENSOR, sensor)
        lines = (_lines("topic", _rights(Role.SENSOR), one, name) for one in districts)
        yield f"user {name}\n{''.join(lines)}"
    reads = [right for right in _rights(Role.BOX) if ITS_SENSOR in right.target]
    for box in sorted({reader.box for reader in readers}):
        name, sensors = short_name(Role.BOX, box), [r.sensor for r in readers if r.box == box]
        lines = (_lines("topic", reads, one, name, sensors) for one in districts)
        yield f"user {name}\n{''.join(lines)}"


def _lines(
    word: str, rights: Iterable[Right], district: str, name: str, sensors: Iterable[str] = ()
) -> str:
    lines = (
        f"{word} {WORDS[right.action]} {topic}\n"
        for right in rights
        for topic in topics_of(right, district, name, sensors)
    )
    return "".join(dict.fromkeys(lines))  # two roles may have the same line
