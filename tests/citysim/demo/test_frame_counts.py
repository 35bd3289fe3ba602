"""Frames accounted for, over restarts of an agent."""

from citybrain.clock import Timestamp
from citybrain.domain.agent import AgentStatus, SourceStatus
from citybrain.geo import Point
from citybrain.ids import AgentId, SourceId
from citybrain.vocabulary import Visibility
from citysim.demo.outcome.frame_counts import FrameCounter


def status(
    captured: int, used: int = 0, gated: int = 0, dropped: int = 0, *, is_camera: bool = True
) -> AgentStatus:
    source = SourceStatus(
        source=SourceId("cam"),
        is_camera=is_camera,
        place=Point(lat=0, lon=0),
        visibility=Visibility.OBSERVED,
        reason="",
        fps=10.0,
        infer_ms=10.0,
        captured=captured,
        used=used,
        gated=gated,
        dropped=dropped,
        observed_s=1.0,
        degraded_s=0.0,
        blind_s=0.0,
    )
    return AgentStatus(
        agent=AgentId("box"),
        online=True,
        at=Timestamp(0),
        software_version="1",
        outbox_rows=0,
        outbox_bytes=0,
        lost=0,
        sources=(source,),
    )


def test_the_last_status_counts():
    counter = FrameCounter(Timestamp(0))
    for captured in (5, 10):
        counter.add([status(captured, used=captured - 1, gated=1)])
    assert (counter.total()["cam"].captured, counter.total()["cam"].used) == (10, 9)


def test_one_frame_may_be_in_progress_and_no_more():
    counter = FrameCounter(Timestamp(0))
    counter.add([status(10, used=5, gated=4)])
    assert counter.total()["cam"].unaccounted == 0
    counter.add([status(12, used=5, gated=4)])
    assert counter.total()["cam"].unaccounted == 2


def test_a_count_that_went_back_is_a_new_run_and_the_old_one_still_counts():
    counter = FrameCounter(Timestamp(0))
    counter.add([status(100, used=99, dropped=1)])
    counter.add([status(10, used=10)])
    counter.add([status(20, used=20)])
    total = counter.total()["cam"]
    assert (total.captured, total.used, total.dropped, total.agent_runs) == (120, 119, 1, 2)


def test_what_a_broker_kept_of_an_earlier_run_does_not_count():
    counter = FrameCounter(Timestamp(1))
    counter.add([status(100, used=100)])
    assert counter.total() == {}


def test_a_sensor_has_no_frames():
    counter = FrameCounter(Timestamp(0))
    counter.add([status(10, is_camera=False)])
    assert counter.total() == {}
