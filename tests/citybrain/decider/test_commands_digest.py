"""The digest of commands, and which digests of older versions are those of the same commands."""

import hashlib
from typing import NewType, get_args, get_origin, get_type_hints

import msgspec
import pytest

from citybrain import canonical_json
from citybrain.decider.command import Command, Post, Reply, SetTimer
from citybrain.decider.commands_digest import LATER_FIELDS, commands_digest, is_digest_of
from citybrain.domain.event import VerificationRequest
from citybrain.structs import Struct

# of all types that a digest is taken of: the fields in the first kept journals that hold one. Never
# edited; what came later stands in LATER_FIELDS
FIRST_FIELDS = {
    "CancelTimer": "timer",
    "IncidentReport": "certainty changed_at district escalated events extra incident kind opened_at"
    " place severity slots stage traceparent urgency",
    "Notice": "code detail subject",
    "OrderAnswer": "assignment_number order reason step verdict",
    "OrderProgress": "at incident incident_district order reason stage unit unit_district",
    "OrderRequest": "order plan reason step task ttl_s unit unit_district",
    "PageLetter": "at case channel incident kind language page person person_name place reason"
    " severity title",
    "Point": "lat lon",
    "Post": "letter to",
    "Reply": "detail done reason request",
    "SetTimer": "due subject timer version",
    "SlotReport": "capability deadline from_city order slot state unit version",
    "Task": "incident incident_district kind place severity slot slot_version traceparent",
    "UnitReport": "assignment_number at capabilities district name order place speed_mps state"
    " unit",
    "VerificationRequest": "deadline incident quiet_s request rule source",
}
TIMER = SetTimer(timer="t", due=5, subject="s")
POST = Post(
    to="agent/a",
    letter=VerificationRequest(
        request="r", incident="i", source="c", rule="x", quiet_s=5.0, deadline=9
    ),
)
REPLY = Reply(request="r", done=True)


def structs(kind, found):
    """Every struct type that a value of `kind` may hold."""
    while isinstance(kind, NewType):
        kind = kind.__supertype__
    if get_origin(kind) is not None:
        for argument in get_args(kind):
            structs(argument, found)
    elif isinstance(kind, type) and issubclass(kind, Struct) and kind not in found:
        found[kind] = {field.name: field for field in msgspec.structs.fields(kind)}
        for hint in get_type_hints(kind).values():
            structs(hint, found)
    return found


def old_digest(*commands, without=()):
    """As a version wrote it that did not know the fields `without` of a reply."""
    text = [
        [
            type(command).__name__,
            type(command.letter).__name__ if isinstance(command, Post) else "",
            {
                name: value
                for name, value in msgspec.to_builtins(command).items()
                if not (isinstance(command, Reply) and name in without)
            },
        ]
        for command in commands
    ]
    return hashlib.sha256(canonical_json.encode(text)).hexdigest()


def test_every_field_that_came_later_is_named_with_a_default():
    """Else every record of an older journal that holds its type would be called changed."""
    found = structs(Command, {})
    later = {
        (kind, name)
        for kind, fields in found.items()
        for name in fields
        if name not in FIRST_FIELDS.get(kind.__name__, "").split()
    }
    known = {(kind, name) for kind, name in later if kind.__name__ in FIRST_FIELDS}
    assert known == set(LATER_FIELDS)
    assert all(not found[kind][name].required for kind, name in LATER_FIELDS)


@pytest.mark.parametrize("without", [(), ("content",), ("content", "subject")])
def test_a_field_that_says_nothing_is_no_other_decision(without):
    commands = (TIMER, POST, REPLY)
    assert is_digest_of(old_digest(*commands, without=without), commands)
    assert (old_digest(*commands, without=without) == commands_digest(commands)) is (not without)


def test_a_field_that_says_something_is_another_decision():
    before = old_digest(REPLY, without=("content", "subject"))
    assert not is_digest_of(before, [Reply(request="r", done=True, subject="inc-1")])


def test_other_commands_are_other_decisions():
    before = old_digest(TIMER, REPLY, without=("content", "subject"))
    assert not is_digest_of(before, [REPLY, TIMER]), "in another order"
    assert not is_digest_of(before, [REPLY])
    assert not is_digest_of(before, [TIMER, Reply(request="r", done=False)])


def test_no_version_knew_the_newest_field_and_not_an_older_one():
    assert not is_digest_of(old_digest(REPLY, without=("subject",)), [REPLY])
