"""An agent's core without a camera: people placed by hand, times told, what is said heard."""

import socket
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from citybrain.clock import SECOND_US, Timestamp
from citybrain.config.load import parse
from citybrain.domain.event import (
    Event,
    VerificationRequest,
    VerificationResult,
    VisibilityInterval,
)
from citybrain.vocabulary import Visibility
from street_agent.config import StreetConfig
from street_agent.core import decide
from street_agent.core.inputs import AskedToLook, Looked, Sensed, SightSeen, Ticked
from street_agent.detect.detections import Detections

BEGIN = 1_000_000 * SECOND_US
PLACE = {"lat": 30.66, "lon": 104.06}
CROWD = {
    "id": "crowd",
    "kind": "objects_inside",
    "incident_kind": "crowding",
    "zone": [[0, 0], [1, 0], [1, 1], [0, 1]],
    "at_least": 2,
    "hold_s": 1.0,
    "clear_s": 1.0,
}
HIGH = {
    "id": "high",
    "incident_kind": "waterlogging",
    "severity": "Severe",
    "above": 1.2,
    "below": 1.0,
    "clear_s": 2.0,
}


def a_config(data_dir="run/box", **changes):
    raw = {
        "agent": "box-1",
        "district": "riverside",
        "data_dir": str(data_dir),
        "camera": [
            {"id": "cam-1", "source": "x.avi", "place": PLACE, "model": "tiny", "rule": [CROWD]}
        ],
        "sensor": [{"id": "level-1", "source": "x.csv", "place": PLACE, "rule": [HIGH]}],
    }
    return parse({**raw, **changes}, StreetConfig, name="street.toml")


@dataclass
class Box:
    """Drives `decide`; one look is five a second."""

    setup: object
    at: int = BEGIN
    said: list = field(default_factory=list)
    state: object = None

    def begin(self, **past):
        self.state, drafts = decide.begin(self.setup, Timestamp(self.at), **past)
        self.said.extend(drafts)
        return self

    def tell(self, input):
        self.state, drafts = decide.decide(self.setup, self.state, input)
        self.said.extend(drafts)
        return self

    def wait(self, seconds):
        self.at += round(seconds * SECOND_US)
        return self

    def see(self, visibility=Visibility.OBSERVED, reason="", ago_s=0.0):
        since = Timestamp(self.at - round(ago_s * SECOND_US))
        return self.tell(
            SightSeen(
                source="cam-1",
                visibility=visibility,
                reason=reason,
                since=since,
                at=Timestamp(self.at),
            )
        )

    def look(self, people, *, times=1, step_s=0.2, cut=False, score=0.9):
        for _ in range(times):
            self.wait(step_s)
            self.tell(looked(people, self.at, cut=cut, score=score))
        return self

    def sense(self, value, *, step_s=1.0):
        self.wait(step_s)
        return self.tell(
            Sensed(
                source="level-1",
                at=Timestamp(self.at),
                value=value,
                traceparent="trace-of-a-reading",
            )
        )

    def tick(self):
        return self.tell(Ticked(at=Timestamp(self.at)))

    def ask(self, *, quiet_s=2.0, within_s=30.0, request="q1", source="cam-1", rule="crowd"):
        deadline = Timestamp(self.at + round(within_s * SECOND_US))
        asked = VerificationRequest(
            request=request,
            incident="i1",
            source=source,
            rule=rule,
            quiet_s=quiet_s,
            deadline=deadline,
        )
        return self.tell(AskedToLook(request=asked, at=Timestamp(self.at)))

    def of(self, kind):
        return [draft for draft in self.said if isinstance(draft, kind)]

    @property
    def events(self):
        return self.of(Event)

    @property
    def visibilities(self):
        return self.of(VisibilityInterval)

    @property
    def answers(self):
        return self.of(VerificationResult)


def looked(people, at, *, cut=False, score=0.9, source="cam-1"):
    lefts = [0.1 + 0.2 * i for i in range(people)]
    boxes = np.array([(x, 0.3, x + 0.05, 0.5) for x in lefts], np.float32).reshape(-1, 4)
    seen = Detections(
        boxes=boxes,
        scores=np.full(people, score, np.float32),
        classes=np.zeros(people, np.int16),
        labels=("person", "car"),
    )
    return Looked(
        source=source,
        captured_at=Timestamp(at),
        error_ms=5.0,
        aspect=1.5,
        cut=cut,
        detections=seen,
        traceparent=f"trace-of-{at}",
    )


@pytest.fixture
def box():
    """A box that sees."""
    return Box(setup=a_config().setup({"tiny": 0.3})).begin().see()


@pytest.fixture
def box_with():
    """A box that sees, with one camera and this rule."""

    def make(rule):
        camera = {"id": "cam-1", "source": "x.avi", "place": PLACE, "model": "tiny", "rule": [rule]}
        return Box(setup=a_config(camera=[camera]).setup({"tiny": 0.3})).begin().see()

    return make


@pytest.fixture
def unopened_box():
    return Box(setup=a_config().setup({"tiny": 0.3}))


@pytest.fixture
def config():
    return a_config


@pytest.fixture(scope="module")
def config_maker():
    return a_config


@pytest.fixture(scope="module")
def looks():
    """(people, at) -> what the detector saw then."""
    return looked


@pytest.fixture
def street_toml(tmp_path):
    """Writes a configuration as a file."""

    def write(text: str) -> Path:
        path = tmp_path / "street.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
