"""An agent's core without a camera: people placed by hand, time set by hand, drafts collected."""

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
from citysim.supervise.tcp_ports import free_ports
from street_agent.config import StreetConfig
from street_agent.core import decide
from street_agent.core.inputs import (
    FrameObserved,
    SensorRead,
    Ticked,
    VerificationRequested,
    VisibilityChanged,
)
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
class Agent:
    """Drives `decide`; `observe` gives five frames a second."""

    setup: object
    at: int = BEGIN
    drafts: list = field(default_factory=list)
    state: object = None

    def begin(self, **previous):
        self.state, drafts = decide.begin(self.setup, Timestamp(self.at), **previous)
        self.drafts.extend(drafts)
        return self

    def give(self, given):
        self.state, drafts = decide.decide(self.setup, self.state, given)
        self.drafts.extend(drafts)
        return self

    def wait(self, seconds):
        self.at += round(seconds * SECOND_US)
        return self

    def visibility(self, visibility=Visibility.OBSERVED, reason="", ago_s=0.0):
        since = Timestamp(self.at - round(ago_s * SECOND_US))
        return self.give(
            VisibilityChanged(
                source="cam-1",
                visibility=visibility,
                reason=reason,
                since=since,
                at=Timestamp(self.at),
            )
        )

    def observe(self, people, *, times=1, step_s=0.2, discontinuity=False, score=0.9):
        for _ in range(times):
            self.wait(step_s)
            self.give(frame_observed(people, self.at, discontinuity=discontinuity, score=score))
        return self

    def read(self, value, *, step_s=1.0):
        self.wait(step_s)
        return self.give(
            SensorRead(
                source="level-1",
                at=Timestamp(self.at),
                value=value,
                traceparent="trace-of-a-reading",
            )
        )

    def tick(self):
        return self.give(Ticked(at=Timestamp(self.at)))

    def request_verification(
        self, *, quiet_s=2.0, within_s=30.0, request="q1", source="cam-1", rule="crowd"
    ):
        deadline = Timestamp(self.at + round(within_s * SECOND_US))
        wanted = VerificationRequest(
            request=request,
            incident="i1",
            source=source,
            rule=rule,
            quiet_s=quiet_s,
            deadline=deadline,
        )
        return self.give(VerificationRequested(request=wanted, at=Timestamp(self.at)))

    def of(self, kind):
        return [draft for draft in self.drafts if isinstance(draft, kind)]

    @property
    def events(self):
        return self.of(Event)

    @property
    def intervals(self):
        return self.of(VisibilityInterval)

    @property
    def results(self):
        return self.of(VerificationResult)


def frame_observed(people, at, *, discontinuity=False, score=0.9, source="cam-1"):
    lefts = [0.1 + 0.2 * i for i in range(people)]
    boxes = np.array([(x, 0.3, x + 0.05, 0.5) for x in lefts], np.float32).reshape(-1, 4)
    found = Detections(
        boxes=boxes,
        scores=np.full(people, score, np.float32),
        classes=np.zeros(people, np.int16),
        labels=("person", "car"),
    )
    return FrameObserved(
        source=source,
        captured_at=Timestamp(at),
        error_ms=5.0,
        aspect=1.5,
        discontinuity=discontinuity,
        detections=found,
        traceparent=f"trace-of-{at}",
    )


@pytest.fixture
def box():
    """A box whose camera is observed."""
    return Agent(setup=a_config().setup({"tiny": 0.3})).begin().visibility()


@pytest.fixture
def box_with():
    """A box whose camera is observed, with this rule alone."""

    def make(rule):
        camera = {"id": "cam-1", "source": "x.avi", "place": PLACE, "model": "tiny", "rule": [rule]}
        return Agent(setup=a_config(camera=[camera]).setup({"tiny": 0.3})).begin().visibility()

    return make


@pytest.fixture
def new_box():
    return Agent(setup=a_config().setup({"tiny": 0.3}))


@pytest.fixture
def config():
    return a_config


@pytest.fixture(scope="module")
def config_maker():
    return a_config


@pytest.fixture(scope="module")
def agent_maker():
    """(setup) -> a box that has begun and knows nothing."""
    return lambda setup: Agent(setup=setup).begin()


@pytest.fixture(scope="module")
def frame_maker():
    """(people, at) -> the frame as the detector gives it."""
    return frame_observed


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
    return free_ports(1)[0]
