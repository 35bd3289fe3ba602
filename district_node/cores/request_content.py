"""What a sender said under a request, as a digest: who says the same again is answered alike, who
says something else is refused. Pure.

A field that says nothing counts as one that is not there: a sender that does not know a field and
a version that did not have it yet say the same as one that leaves it at its default. Nor does it
count how the sender signed in, nor what this node knows of whomever it names.
"""

from collections.abc import Iterator

from citybrain import canonical_json
from citybrain.structs import Struct, asdict, default_of, fields

DIGITS = 16
ANY = ""  # as a version kept it that did not note what was said


def content_of(sender: str, said: Struct) -> str:
    """The digest of what `sender` said."""
    return canonical_json.digest([sender, _told(said)])[:DIGITS]


def is_content(kept: str, sender: str, said: Struct, asked: Struct) -> bool:
    """Whether `kept`, which stands for what was said before, stands for this, whichever version
    kept it. `asked`: the input that holds it."""
    return kept in {ANY, content_of(sender, said)} or kept in _as_kept_before(said, asked)


def _told(value: object) -> object:
    """Without the fields that hold their defaults, through and through."""
    if isinstance(value, Struct):
        held = asdict(value)
        told = {
            field.name: _told(held[field.name])
            for field in fields(value)
            if held[field.name] != default_of(field)
        }
        config = value.__struct_config__
        if config.tag is not None and config.tag_field is not None:
            told[config.tag_field] = config.tag
        return told
    if isinstance(value, tuple):
        return [_told(one) for one in value]
    return value


def _as_kept_before(said: Struct, asked: Struct) -> Iterator[str]:
    """As versions kept it that counted every field they knew, whatever it held: the newest ones
    were not there yet, and hold their defaults."""
    given, told = asdict(asked), asdict(said)
    (name,) = [name for name, value in given.items() if value is said]
    yield canonical_json.digest(given)[:DIGITS]
    for field in reversed(fields(said)):
        if told[field.name] == default_of(field):
            del told[field.name]
            yield canonical_json.digest({**given, name: told})[:DIGITS]
