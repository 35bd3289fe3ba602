"""The TOML that we write reads back as it was meant."""

import tomllib
from pathlib import Path

import pytest

from citybrain.config.toml_text import dumps


def test_every_shape_of_our_configurations_reads_back():
    document = {
        "agent": "box-1",
        "loop": True,
        "fps": 5.0,
        "count": 3,
        "path": Path("/tmp/a b"),
        "name": {"en": 'Old "Town"', "zh": "老城区"},
        "camera": [
            {
                "id": "c1",
                "place": {"lat": 1.5, "lon": 2.0},
                "rule": [{"id": "r", "zone": [[0.1, 0.2], [0.3, 0.4]], "classes": ["person"]}],
            },
            {"id": "c2", "rule": []},
        ],
    }
    read = tomllib.loads(dumps(document))
    assert read == {**document, "path": "/tmp/a b"}


def test_what_has_no_toml_is_refused():
    with pytest.raises(TypeError):
        dumps({"x": None})


def test_keys_and_texts_of_any_kind_are_read_back():
    document = {"a b": {'"': "\x7f\n\t\\"}, "": [{"ключ": [1.5, float("inf")]}]}
    assert tomllib.loads(dumps(document)) == document
