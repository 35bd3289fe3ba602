"""Where the demo's clips come from, and the error when they cannot be fetched."""

import re

import pytest

from citysim.demo.prepare.video_clips import BIKES, CLIPS, VTEST, cache_folder, fetch_clip
from citysim.errors import ClipsUnavailableError
from models.artifact import Artifact, DebSource, FileSource, PipSource, UrlSource
from models.progress import SilentProgress


def test_every_clip_has_a_whole_hash_a_size_and_a_licence():
    for clip in CLIPS:
        assert re.fullmatch(r"[0-9a-f]{64}", clip.sha256) and clip.size > 0 and clip.licence


def test_the_official_address_is_asked_first_and_the_package_next():
    assert [type(source) for source in VTEST.sources] == [UrlSource, DebSource]
    assert [type(source) for source in BIKES.sources] == [PipSource]


def test_clips_are_cached_in_the_configured_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("CITYBRAIN_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path / "footage"


def test_a_clip_that_is_there_is_not_fetched_again(tmp_path):
    (tmp_path / "x.bin").write_bytes(b"x")
    clip = Artifact(
        name="x", file="x.bin", description="", licence="", sha256=HASH_OF_X, size=1, sources=()
    )
    assert fetch_clip(clip, tmp_path, SilentProgress()).source == ""


def test_every_source_that_was_tried_is_named(tmp_path):
    wrong = tmp_path / "wrong.bin"
    wrong.write_bytes(b"y")
    clip = Artifact(
        name="x",
        file="x.bin",
        description="",
        licence="",
        sha256=HASH_OF_X,
        size=1,
        sources=(FileSource(path=wrong),),
    )
    with pytest.raises(ClipsUnavailableError, match=r"wrong\.bin"):
        fetch_clip(clip, tmp_path / "cache", SilentProgress())


HASH_OF_X = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
