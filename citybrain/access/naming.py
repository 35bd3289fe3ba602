"""Whose name stands in what somebody asks for. Who asks is the transport's to say; a message may
note another name only where a program speaks for people."""

from citybrain.domain.principal import Principal, Role

# programs that speak for people of a foreign system: such a person's name is noted beside theirs
NAMES_OTHERS = frozenset({Role.ADAPTER})


def noted_name(principal: Principal, named: str) -> str:
    """What is noted of `named`, whom a message of `principal` says to act."""
    may_name = not NAMES_OTHERS.isdisjoint(principal.roles)
    return named if may_name and named else principal.name
