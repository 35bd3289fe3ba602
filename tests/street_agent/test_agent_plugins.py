"""A whole agent with cameras and sensors of an installed package: those that work are believed,
each that fails is blind, because plugin, and nothing else notices.
"""

import threading

import numpy as np
import pytest
from fake_distributions import forget, install

from citybrain.bus import topics
from citybrain.bus.memory import MemoryBroker
from citybrain.ids import CountingIds
from citybrain.vocabulary import Visibility
from citybrain.wire.agent import decode_agent_status
from street_agent.agent import StreetAgent
from street_agent.detect.detections import Detections
from street_agent.detect.port import StageTimes

PLACE = {"lat": 30.66, "lon": 104.06}
MODULE = """
import threading
import numpy as np
from street_agent.plugins.port import ArrayPicture, Reading


class Noise:
    port = "camera/1"

    def __init__(self, options):
        self._fault, self._random = options.get("fault", ""), np.random.default_rng(1)

    def open(self):
        if self._fault == "open":
            raise OSError("no lens")

    def read(self, wait_s):
        if self._fault == "read":
            raise SystemExit("the lens broke")
        threading.Event().wait(0.05)
        pixels = self._random.integers(0, 256, (120, 160, 3), np.uint8)
        return ArrayPicture(pixels=pixels[:, :, :2] if self._fault == "shape" else pixels)

    def close(self):
        pass


class Level(Noise):
    port = "sensor/1"

    def read(self, wait_s):
        threading.Event().wait(0.05)
        return Reading(value=float("nan") if self._fault == "nan" else 1.5)
"""


class EmptyStreet:
    """A detector that finds nothing, whatever it sees."""

    labels, timings = ("person",), StageTimes()

    def detect(self, frame):
        assert frame.picture.bgr(32, 24).dtype == np.uint8
        return Detections.none(self.labels)

    def close(self):
        pass


@pytest.fixture
def statuses(tmp_path, monkeypatch, config):
    """Runs an agent and waits until its newest status is as wanted: source to (visibility,
    reason).
    """
    install(
        tmp_path / "site",
        "acme",
        "[citybrain.sources]\nnoise = acme_agent:Noise\nlevel = acme_agent:Level\n",
        {"acme_agent.py": MODULE},
    )
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    broker, over, changed = MemoryBroker(), threading.Event(), threading.Condition()
    received, agents = [], []

    def on_status(message):
        with changed:
            received.append(decode_agent_status(message.payload))
            changed.notify_all()

    def deliver():
        while not over.wait(0.002):
            broker.deliver()

    def is_as(wanted):
        sources = received[-1].sources if received else ()
        return {s.source: (s.visibility, s.reason) for s in sources} == wanted

    def run(wanted, *, camera=(), sensor=()):
        made = config(tmp_path / "box", camera=list(camera), sensor=list(sensor))
        district = broker.client("district")
        district.subscribe(topics.all_agents(made.district, topics.STATUS), on_status)
        district.start()
        threading.Thread(target=deliver, daemon=True).start()
        agents.append(
            StreetAgent(
                made,
                folder=tmp_path,
                bus=broker.client("agent"),
                ids=CountingIds(),
                open_model=lambda name: EmptyStreet(),
            )
        )
        agents[-1].start()
        with changed:
            assert changed.wait_for(lambda: is_as(wanted), 60), received[-1:]

    yield run
    for agent in agents:
        agent.stop()
    over.set()
    forget(tmp_path / "site")


def camera(name, plugin="noise", **options):
    source = f"plugin:{plugin}"
    return {"id": name, "source": source, "place": PLACE, "model": "tiny", "options": options}


def sensor(name, plugin="level", **options):
    return {"id": name, "source": f"plugin:{plugin}", "place": PLACE, "options": options}


SEEN, FAILED = (Visibility.OBSERVED, ""), (Visibility.BLIND, "plugin")


def test_what_works_is_observed_and_each_that_fails_is_blind_by_itself(statuses):
    statuses(
        {
            "cam-good": SEEN,
            "cam-open": FAILED,
            "cam-read": FAILED,
            "cam-shape": FAILED,
            "cam-ghost": FAILED,
            "cam-level": FAILED,
            "good": SEEN,
            "nan": (Visibility.BLIND, "unreadable"),
            "ghost": FAILED,
        },
        camera=[
            camera("cam-good"),
            camera("cam-open", fault="open"),
            camera("cam-read", fault="read"),
            camera("cam-shape", fault="shape"),
            camera("cam-ghost", plugin="ghost"),
            camera("cam-level", plugin="level"),
        ],
        sensor=[sensor("good"), sensor("nan", fault="nan"), sensor("ghost", plugin="ghost")],
    )
