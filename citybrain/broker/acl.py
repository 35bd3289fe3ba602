"""The broker's rules, made from the table of rights: mosquitto's `acl_file`. A pure text.

`%u` is the name that a client's certificate proves. No line of a box holds a wildcard, and `%u`
cannot bring one in: names are made of a-z, 0-9, "-" and one "/".
"""

from collections.abc import Iterable

from citybrain.access.right import Action, Right
from citybrain.access.topic_rights import DISTRICT, NAME, TOPIC_RIGHTS
from citybrain.domain.principal import Role
from citybrain.identity.name import ROLE_WORDS

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
NODE = """
# The district node reads its own boxes and answers them.
"""


def acl_text(districts: Iterable[str], denied: Iterable[str] = ()) -> str:
    """The rules of a broker that serves `districts`; nobody called one of `denied` (`ROLE/ID`) may
    do anything."""
    districts = sorted(set(districts))
    blocks = [HEAD]
    silenced = [f"user {name}\ntopic deny #\n" for name in sorted(set(denied))]
    if silenced:
        blocks.append(REVOKED + "\n".join(silenced))
    own = [right for right in TOPIC_RIGHTS if right.role is not Role.DISTRICT]
    blocks.append(OWN + "".join(_lines("pattern", own, one, "%u") for one in districts))
    blocks += [NODE + _node_lines(district) for district in districts]
    return "".join(blocks)


def _node_lines(district: str) -> str:
    name = f"{ROLE_WORDS[Role.DISTRICT]}/{district}"
    node = [right for right in TOPIC_RIGHTS if right.role is Role.DISTRICT]
    return f"user {name}\n{_lines('topic', node, district, name)}"


def _lines(word: str, rights: Iterable[Right], district: str, name: str) -> str:
    lines = (
        f"{word} {WORDS[right.action]}"
        f" {right.target.replace(DISTRICT, district).replace(NAME, name)}\n"
        for right in rights
    )
    return "".join(dict.fromkeys(lines))  # two roles may have the same line
