"""A configuration is read once and whole, and complains once about everything."""

import enum
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field, model_validator

from citybrain.config.fields import (
    Address,
    BrokerConfig,
    Id,
    ImagePoint,
    LatLon,
    ListenAddress,
    LocalizedNameConfig,
    Name,
    Port,
    PositiveFloat,
    PositiveInt,
    PositiveSeconds,
    Section,
    Share,
)
from citybrain.config.load import FILE_BYTES_MAX, load, parse
from citybrain.errors import ConfigError
from citybrain.geo import Point


class Colour(enum.StrEnum):
    RED = "red"
    BLUE = "blue"


class Inside(Section):
    id: Id
    kind: Literal["inside"]
    zone: Annotated[tuple[ImagePoint, ...], Field(min_length=3)]


class Line(Section):
    id: Id
    kind: Literal["line"]
    line: tuple[ImagePoint, ImagePoint]


class Camera(Section):
    id: Id
    place: LatLon
    rule: tuple[Annotated[Inside | Line, Field(discriminator="kind")], ...] = ()


class Box(Section):
    agent: Id
    count: int
    broker: BrokerConfig = BrokerConfig()
    grpc: ListenAddress = "127.0.0.1:7101"
    city: Address | None = None
    mode: Literal["ask", "auto"] = "ask"
    colour: Colour = Colour.RED
    gain: PositiveFloat | None = None
    name: LocalizedNameConfig | None = None
    camera: tuple[Camera, ...] = ()

    @model_validator(mode="after")
    def ids_differ(self):
        ids = [camera.id for camera in self.camera]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"camera {twice[0]!r} is there twice")
        return self


GOOD = """
agent = "box-a1"
count = 2
[broker]
host = "broker.local"
[[camera]]
id = "cam-1"
place = {lat = 30.66, lon = 104.06}
[[camera.rule]]
id = "crowd"
kind = "inside"
zone = [[0.1, 0.2], [0.9, 0.2], [0.9, 0.9]]
"""


def problems_of(text: str, tmp_path: Path, model=Box) -> dict[str, str]:
    path = tmp_path / "box.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load(path, model)
    assert raised.value.path == str(path)
    return {
        problem.key: f"{problem.problem}. {problem.remedy}" for problem in raised.value.problems
    }


def test_a_good_file_becomes_frozen_values_with_defaults(tmp_path):
    path = tmp_path / "box.toml"
    path.write_text(GOOD)
    box = load(path, Box)
    assert (box.agent, box.broker.host, box.broker.port, box.grpc) == (
        "box-a1",
        "broker.local",
        None,
        "127.0.0.1:7101",
    )
    assert box.camera[0].place.point() == Point(lat=30.66, lon=104.06)
    assert box.camera[0].rule[0].zone[2] == (0.9, 0.9)
    with pytest.raises(ValueError, match="frozen"):
        box.agent = "other"


def test_all_problems_are_reported_at_once(tmp_path):
    problems = problems_of(
        'agent = "Box A"\nagnt = 1\nmode = "maybe"\n[broker]\nport = 0\n', tmp_path
    )
    assert sorted(problems) == ["agent", "agnt", "broker.port", "count", "mode"]


PROBLEMS = [
    (
        'agent = "Box A"',
        "agent",
        """'Box A' does not fit. Use 1-64 of a-z, 0-9 and "-", for example "box-a1".""",
    ),
    (
        "count = 1.5",
        "count",
        "1.5 should be a valid integer, got a number with a fractional part. Give a whole number.",
    ),
    (
        'count = "many"',
        "count",
        "'many' should be a valid integer, unable to parse string as an integer. Give a whole"
        " number.",
    ),
    ("agnt = 1", "agnt", "there is no such key. Did you mean 'agent'?"),
    (
        "zzz = 1",
        "zzz",
        "there is no such key. Remove it; the keys here are agent, broker, camera, city, colour,"
        " count, gain, grpc, mode, name.",
    ),
    ('mode = "maybe"', "mode", "'maybe' should be 'ask' or 'auto'. Use one of 'ask' or 'auto'."),
    (
        'colour = "green"',
        "colour",
        "'green' should be 'red' or 'blue'. Use one of 'red' or 'blue'.",
    ),
    ("gain = 0", "gain", "0 should be greater than 0. Give a number above 0."),
    ("gain = inf", "gain", "inf should be a finite number. Give a number above 0."),
    (
        'grpc = "7101"',
        "grpc",
        '\'7101\' is not "host:port". Use "host:port", for example "127.0.0.1:7101"'
        " (port 0: any free one).",
    ),
    (
        'city = "host:99999"',
        "city",
        """'host:99999' is not "host:port". Use "host:port", for example "10.0.0.5:7000".""",
    ),
    (
        'broker = "localhost"',
        "broker",
        "'localhost' is no table. Give a table with host, password_file, port, tls, username.",
    ),
    (
        'broker = {username = "box-a1", password_file = "no/such"}',
        "broker.password_file",
        "'no/such' cannot be read (No such file or directory). Name a file that holds the password"
        " on its first line and that only this node may read, or `credential:NAME` of systemd.",
    ),
    (
        "broker = {port = 70000}",
        "broker.port",
        "70000 should be less than or equal to 65535. Give a port from 1 to 65535.",
    ),
    (
        'broker = {tls = {ca = "a", cert = "b"}}',
        "broker.tls.key",
        "it is missing. Add it: a text in quotes.",
    ),
    (
        'name = {en = "Riverside"}',
        "name.zh",
        "it is missing. Give a text of 1-200 characters on one line, without control characters.",
    ),
    ("camera = 3", "camera", "3 should be a valid tuple. Give a list."),
    ('camera = [{id = "a"}]', "camera[0].place", "it is missing. Add it: a table with lat, lon."),
    (
        'camera = [{id = "a", place = {lat = 99, lon = 1}}]',
        "camera[0].place.lat",
        "99 should be less than or equal to 90. Give degrees north, from -90 to 90.",
    ),
]


@pytest.mark.parametrize(("line", "key", "text"), PROBLEMS)
def test_a_problem_names_what_is_wrong_and_what_would_be_right(line, key, text, tmp_path):
    base = "\n".join(
        kept for kept in ('agent = "box-a1"', "count = 1") if kept.split()[0] != line.split()[0]
    )
    assert problems_of(f"{base}\n{line}\n", tmp_path) == {key: text}


def rule_problems(rule, tmp_path):
    return problems_of(
        'agent = "a"\ncount = 1\n[[camera]]\nid = "c"\nplace ='
        f' {{lat = 1, lon = 1}}\n[[camera.rule]]\nid = "r"\n{rule}\n',
        tmp_path,
    )


RULE_PROBLEMS = [
    (
        'kind = "foo"',
        "camera[0].rule[0].kind",
        "'foo' is not known here. Use one of 'inside', 'line'.",
    ),
    ("zone = []", "camera[0].rule[0].kind", "it is missing. Use one of 'inside', 'line'."),
    (
        'kind = "inside"\nzone = [[0.1, 2], [1, 1], [0, 0]]',
        "camera[0].rule[0].zone[0][1]",
        "2 should be less than or equal to 1. Give a number from 0 to 1 (a share of the picture's"
        " width or height).",
    ),
    (
        'kind = "inside"\nzone = [[0, 0], [1, 1]]',
        "camera[0].rule[0].zone",
        "it has 2 entries, not at least 3. Give at least 3.",
    ),
    ('kind = "line"', "camera[0].rule[0].line", "it is missing. Add it: a list."),
    (
        'kind = "line"\nline = [[0, 0], [1, 1], [0, 1]]',
        "camera[0].rule[0].line",
        "it has 3 entries, not at most 2. Give at most 2.",
    ),
]


@pytest.mark.parametrize(("rule", "key", "text"), RULE_PROBLEMS)
def test_a_key_is_named_as_the_user_wrote_it_whatever_union_it_stands_in(rule, key, text, tmp_path):
    assert rule_problems(rule, tmp_path) == {key: text}


def test_a_misspelt_key_beside_the_missing_one_is_guessed(tmp_path):
    problems = rule_problems('kind = "line"\nlin = [[0, 0], [1, 1]]', tmp_path)
    assert problems["camera[0].rule[0].lin"] == "there is no such key. Did you mean 'line'?"


def test_a_problem_of_the_whole_file_is_reported_too(tmp_path):
    camera = '[[camera]]\nid = "c"\nplace = {lat = 1, lon = 1}\n'
    assert problems_of(f'agent = "a"\ncount = 1\n{camera}{camera}', tmp_path) == {
        "(whole file)": "camera 'c' is there twice. Change one of the keys that it names."
    }


def test_a_missing_file_says_where_it_looked(tmp_path):
    with pytest.raises(
        ConfigError, match=r"there is no such file. Make it, or give the right path \(looked in "
    ):
        load(tmp_path / "none.toml", Box)


def test_a_folder_is_no_configuration(tmp_path):
    with pytest.raises(ConfigError, match="it cannot be read: Is a directory"):
        load(tmp_path, Box)


def test_bad_toml_names_line_and_column(tmp_path):
    assert "line 2, column 9" in problems_of('agent = "a"\ncount = x\n', tmp_path)["(file)"]


def test_what_is_no_text_or_no_configuration_at_all_is_refused(tmp_path):
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="byte 0 is not UTF-8"):
        load(binary, Box)
    huge = tmp_path / "huge.toml"
    huge.write_bytes(b"#" * (FILE_BYTES_MAX + 1))
    with pytest.raises(ConfigError, match="it has more than"):
        load(huge, Box)


def test_values_that_were_read_elsewhere_can_be_checked_too():
    assert parse({"agent": "a", "count": 1}, Box, name="built in").count == 1
    with pytest.raises(ConfigError, match="built in has 1 problem"):
        parse({"agent": "a"}, Box, name="built in")


def test_a_byte_order_mark_is_no_fault(tmp_path):
    path = tmp_path / "box.toml"
    path.write_bytes(b'\xef\xbb\xbfagent = "a"\r\ncount = 1\r\n')
    assert load(path, Box).count == 1


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("q = " + "[" * 5000 + "]" * 5000, "tables and lists within one another"),
        ("[" + ".".join(["a"] * 3000) + "]", "tables and lists within one another"),
        ("q = " + "9" * 6000, "it cannot be read"),
    ],
    ids=["lists", "tables", "digits"],
)
def test_what_no_reader_could_walk_or_count_is_one_fault(tmp_path, line, problem):
    path = tmp_path / "box.toml"
    path.write_text(f'agent = "a"\n{line}\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=problem) as raised:
        load(path, Box)
    assert len(raised.value.problems) == 1


def test_a_path_that_no_disk_can_have_is_a_fault(tmp_path):
    for name in ("nul\0byte", "long" * 2000):
        with pytest.raises(ConfigError, match="it cannot be read"):
            load(tmp_path / name, Box)


class Numbers(Section):
    seconds: PositiveSeconds = 1.0
    count: PositiveInt = 1
    port: Port = 1
    share: Share = 1.0
    name: Name = "a"


@pytest.mark.parametrize("key", ["seconds", "count", "port", "share"])
@pytest.mark.parametrize("given", [True, "1"])
def test_neither_a_truth_value_nor_a_text_is_a_number(key, given):
    with pytest.raises(ConfigError) as raised:
        parse({key: given}, Numbers, name="numbers")
    assert [p.key for p in raised.value.problems] == [key]
    assert parse({"seconds": 2, "share": 1}, Numbers, name="numbers").seconds == 2.0


@pytest.mark.parametrize("name", ["a\nb", "\0", "\u202eabc", "  "])
def test_a_name_that_no_screen_can_show_on_one_line_is_a_fault(name):
    with pytest.raises(ConfigError, match="name: .* is no text that a screen can show"):
        parse({"name": name}, Numbers, name="numbers")


@pytest.mark.parametrize("odd", ["\x1b[31m", "\u202e", "a\nb", "\0", "\udcff"])
def test_what_a_file_has_in_its_keys_does_not_control_the_terminal(odd):
    with pytest.raises(ConfigError) as raised:
        parse({odd: 1}, Numbers, name="numbers")
    _, line = str(raised.value).split("\n")
    assert line.isprintable() and ascii(odd)[1:-1] in line
