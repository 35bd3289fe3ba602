"""What the supervisor does with a Ray process that misbehaves; none is started here."""

from multiprocessing import Pipe

import pytest

from citybrain.clock import ManualClock
from citybrain.ids import CountingIds
from citybrain.structs import replace
from coordinator import limits
from coordinator.errors import ComputeUnavailableError
from coordinator.planning.problem import Problem
from coordinator.policy import Costs
from coordinator.ray_plane.messages import SolveReply
from coordinator.ray_plane.supervisor import RaySupervisor

NO_SLOTS = Problem(
    world_version=1,
    at=0,
    slots=(),
    units=(),
    avoided=(),
    offline_capabilities=(),
    unreachable_slots=(),
    costs=Costs(),
    max_travel_s=1800.0,
)


def test_a_reply_over_the_limit_is_not_read_and_the_plane_is_started_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "PLANE_REPLY", replace(limits.PLANE_REPLY, value=1_000))
    supervisor = RaySupervisor(
        mode="local", data_dir=tmp_path, clock=ManualClock(), ids=CountingIds()
    )
    ours, theirs = Pipe()
    supervisor._pipe = ours
    theirs.send(SolveReply(number=1, reason="x" * 2_000))
    with pytest.raises(ComputeUnavailableError):
        supervisor.solve(NO_SLOTS, 1.0)
    assert (supervisor.is_up(), supervisor._broken.is_set()) == (False, True)
    theirs.close()
