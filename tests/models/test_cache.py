"""From a model's name to its verified file."""

from pathlib import Path

import pytest

from models import cache as places
from models.card import CARDS
from models.errors import ArtifactAlteredError, ArtifactMissingError
from models.fetch import fetch_model


def test_the_cache_is_where_the_environment_says_or_in_the_home(monkeypatch, tmp_path):
    monkeypatch.setenv("CITYBRAIN_CACHE", str(tmp_path))
    assert places.folder() == tmp_path / "models"
    assert places.folder("footage") == tmp_path / "footage"
    monkeypatch.delenv("CITYBRAIN_CACHE")
    assert places.folder() == Path.home() / ".cache" / "citybrain" / "models"


def test_a_fetched_model_resolves_to_its_card_and_file(cache):
    assert not places.is_cached("tiny")
    fetch_model("tiny")
    card, path = places.resolve("tiny")
    assert card.name == "tiny"
    assert path == cache / "models" / "tiny.onnx"
    assert places.is_cached("tiny")


def test_a_model_that_is_not_here_is_answered_with_the_command(cache):
    with pytest.raises(
        ArtifactMissingError, match="Fetch it once: `citybrain model fetch nanodet-g`"
    ):
        places.resolve("nanodet-g")


def test_a_file_that_somebody_changed_is_refused(cache):
    path = fetch_model("tiny").path
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ArtifactAlteredError, match="Fetch it again: `citybrain model fetch tiny`"):
        places.resolve("tiny")


def test_a_card_of_ones_own_brings_its_file_with_it(cache, tmp_path):
    (tmp_path / "tiny.toml").write_text((CARDS / "tiny.toml").read_text())
    (tmp_path / "tiny.onnx").write_bytes(fetch_model("tiny").path.read_bytes())
    assert places.resolve(str(tmp_path / "tiny.toml"))[1] == tmp_path / "tiny.onnx"
