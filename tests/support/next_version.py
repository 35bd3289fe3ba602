"""Cores as another version of the software has them: the same decisions unless said otherwise,
under an identity of their own."""

from typing import Any

from citybrain.decider.cores import Cores
from citybrain.structs import replace

OLD, NEXT = "1" * 64, "2" * 64


def as_version(
    cores: Cores[Any], fingerprint: str = NEXT, release: str = "9.9.9", **changes: Any
) -> Cores[Any]:
    """`cores` with these parts changed, as the code that `fingerprint` names."""
    identity = replace(cores.identity, fingerprint=fingerprint, release=release)
    return replace(cores, identity=identity, code=identity.text, **changes)


def with_field(cores: Cores[Any], state_type: type, decide: Any = None, **values: Any) -> Any:
    """A `decide` for `state_type`, which is the state of `cores` and more fields: the fields that
    `cores` knows are decided by it (or by `decide`), the others are `values` for ever."""
    known = cores.state.type.__struct_fields__
    inner = decide or cores.decide

    def decide_all(state: Any, given: Any, context: Any) -> Any:
        plain = cores.state.type(**{name: getattr(state, name) for name in known})
        after, commands = inner(plain, given, context)
        fields = {name: getattr(after, name) for name in known}
        more = {name: getattr(state, name) for name in values}
        return state_type(**fields, **more), commands

    return decide_all
