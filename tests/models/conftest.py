"""A cache of the test's own, and a small file that the tests fetch by every way there is."""

import hashlib

import pytest

from models.artifact import Artifact

PAYLOAD = bytes(range(256)) * 40
GOOD = hashlib.sha256(PAYLOAD).hexdigest()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("CITYBRAIN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def payload():
    return PAYLOAD


@pytest.fixture
def artifact_from():
    def make(*sources, sha256=GOOD):
        return Artifact(
            name="thing",
            file="thing.bin",
            description="a thing",
            licence="MIT",
            sha256=sha256,
            size=len(PAYLOAD),
            sources=sources,
        )

    return make
