"""The digest of what cores decided, kept in every record beside the input; and whether commands are
those of a digest that an older version wrote.

A record keeps the digest alone, and a digest is of a text. A version that did not know a field of a
command or letter wrote it without. So commands are compared in the forms of earlier versions too,
as far as the fields that those had not got say nothing: as a value read from such a text they would
hold their defaults.
"""

from collections.abc import Sequence

from citybrain import canonical_json
from citybrain.decider.command import Command, Post, Reply
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderProgress, OrderRequest, Task
from citybrain.domain.page import PageLetter
from citybrain.domain.unit import UnitReport
from citybrain.structs import Struct, fields

Field = tuple[type[Struct], str]
# of commands, letters and what they hold, the fields that came after the first kept journals, the
# newest first: every one has a default
LATER_FIELDS: tuple[Field, ...] = (
    (OrderRequest, "message"),
    (PageLetter, "place_name"),
    (IncidentReport, "place_name"),
    (OrderProgress, "needs"),
    (OrderProgress, "finding"),
    (OrderRequest, "unit_name"),
    (Task, "number"),
    (Task, "incident_district_name"),
    (IncidentReport, "number"),
    (IncidentReport, "unstable"),
    (IncidentReport, "disposition"),
    (OrderProgress, "reason_class"),
    (UnitReport, "overdue"),
    (UnitReport, "avoids"),
    (UnitReport, "lost_capabilities"),
    (UnitReport, "status"),
    (Reply, "content"),
    (Reply, "subject"),
)


NO_COMMANDS = canonical_json.digest([])  # of most messages: nothing follows from them


def commands_digest(commands: Sequence[Command]) -> str:
    """SHA-256 (hex) of `commands` in order, type names included."""
    if not commands:
        return NO_COMMANDS
    return canonical_json.digest([[*_names(command), command] for command in commands])


def is_digest_of(digest: str, commands: Sequence[Command]) -> bool:
    """Whether `commands` are those whose digest this is, whichever version wrote it."""
    if commands_digest(commands) == digest:
        return True
    forms = (LATER_FIELDS[:count] for count in range(1, len(LATER_FIELDS) + 1))
    return any(_digest_without(frozenset(form), commands) == digest for form in forms)


def _digest_without(unknown: frozenset[Field], commands: Sequence[Command]) -> str:
    """As a version that did not know these fields; one that says something is kept."""
    return canonical_json.digest(
        [[*_names(command), _without(unknown, command)] for command in commands]
    )


def _names(command: Command) -> tuple[str, str]:
    letter = type(command.letter).__name__ if isinstance(command, Post) else ""
    return type(command).__name__, letter


def _without(unknown: frozenset[Field], value: object) -> object:
    if isinstance(value, Struct):
        named: dict[str, object] = {
            field.name: _without(unknown, getattr(value, field.name))
            for field in fields(value)
            if (type(value), field.name) not in unknown
            or getattr(value, field.name) != field.default
        }
        config = value.__struct_config__
        if config.tag is not None and config.tag_field is not None:
            named[config.tag_field] = config.tag
        return named
    if isinstance(value, tuple):
        return [_without(unknown, one) for one in value]
    return value
