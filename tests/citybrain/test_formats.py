"""Formats: which text is which type, and how an older one is read."""

import json

import pytest

from citybrain import canonical_json
from citybrain.errors import FormatMismatchError, NewerFormatError
from citybrain.formats import Format, FormatRegistry
from citybrain.structs import Struct


class Alarm(Struct, frozen=True, kw_only=True):
    place: str
    level: str
    count: int = 1


class Other(Struct, frozen=True, kw_only=True):
    pass


def rename_where(text):
    value = json.loads(text)
    return json.dumps({"place": value.pop("where"), **value}).encode()


def rename_hot(text):
    return text.replace(b'"hot"', b'"severe"')


ALARM = Format(Alarm, upcasters=(rename_where, rename_hot), former_kinds=("alert",))
REGISTRY = FormatRegistry({"alarm": ALARM, "other": Format(Other)})


def test_the_version_is_one_more_than_the_upcasters():
    assert (ALARM.version, Format(Other).version) == (3, 1)
    assert REGISTRY.kind_of(Alarm(place="a", level="b")) == ("alarm", 3)


@pytest.mark.parametrize(
    ("version", "text"),
    [
        (1, b'{"where":"x","level":"hot"}'),
        (2, b'{"place":"x","level":"hot"}'),
        (3, b'{"place":"x","level":"severe","count":1}'),
    ],
)
@pytest.mark.parametrize("kind", ["alarm", "alert"])
def test_a_text_of_any_version_under_any_name_becomes_todays_value(kind, version, text):
    assert REGISTRY.decode(kind, version, text) == Alarm(place="x", level="severe")


@pytest.mark.parametrize("version", [0, 4, -1])
def test_a_version_that_is_not_known_is_refused(version):
    with pytest.raises(NewerFormatError, match=f"Alarm of version {version} .* knows 1 to 3"):
        REGISTRY.decode("alarm", version, b"{}")


def test_a_kind_that_is_not_known_is_refused():
    with pytest.raises(NewerFormatError, match="the kind 'flood' .* Start the version"):
        REGISTRY.decode("flood", 1, b"{}")


def test_a_text_that_does_not_fit_is_refused():
    with pytest.raises(FormatMismatchError, match="changed without an upcaster"):
        REGISTRY.decode("alarm", 3, b'{"place":7}')


def test_fields_that_are_not_known_are_passed_over():
    text = b'{"place":"x","level":"severe","colour":"red"}'
    assert REGISTRY.decode("alarm", 3, text) == Alarm(place="x", level="severe")


def test_what_is_written_is_read_back():
    value = Alarm(place="x", level="y", count=3)
    assert REGISTRY.decode(*REGISTRY.kind_of(value), canonical_json.encode(value)) == value


def test_a_type_of_no_kind_is_a_fault():
    with pytest.raises(KeyError):
        REGISTRY.kind_of("text")


def test_names_and_types_stand_for_one_thing_each():
    with pytest.raises(ValueError, match="a kind of its own"):
        FormatRegistry({"alarm": ALARM, "alert": Format(Other)})
    with pytest.raises(ValueError, match="two kinds"):
        FormatRegistry({"alarm": ALARM, "alarms": Format(Alarm)})


def test_registries_are_put_together():
    whole = FormatRegistry({"alarm": ALARM}).extended(FormatRegistry({"other": Format(Other)}))
    assert [kind for kind, _ in whole] == ["alarm", "other"]
