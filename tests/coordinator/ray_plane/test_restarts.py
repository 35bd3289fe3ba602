"""How patient the supervisor is with a Ray that does not answer, run after run."""

import pytest

from citybrain.clock import ManualClock
from citybrain.ids import CountingIds
from coordinator.ray_plane import supervisor as module
from coordinator.ray_plane.supervisor import RaySupervisor

HUNG, HEALTHY, SHORT = "hung", "healthy", "short"


class ScriptedRuns(RaySupervisor):
    """Each run ends as the script says; how long it would have waited for an answer is noted."""

    def __init__(self, ends, folder):
        self.clock = ManualClock()
        super().__init__(mode="local", data_dir=folder, clock=self.clock, ids=CountingIds())
        self.ends, self.patience = list(ends), []

    def _run_once(self):
        end = self.ends.pop(0)
        self.patience.append(self._hung_s)
        self._is_hung = end == HUNG
        self.clock.advance(1.0 if end == SHORT else 100.0)
        if not self.ends:
            self._stopping.set()


@pytest.mark.parametrize(
    ("ends", "patience"),
    [
        ([HUNG] * 5, [10, 20, 40, 60, 60]),  # however long each of them ran
        ([SHORT, SHORT, HEALTHY], [10, 20, 40]),
        ([HUNG, HUNG, HEALTHY, HUNG], [10, 20, 40, 10]),
    ],
)
def test_it_is_more_patient_after_every_run_that_was_short_or_hung(
    ends, patience, tmp_path, monkeypatch
):
    monkeypatch.setattr(module, "BACKOFF_S", (0.0,))
    supervisor = ScriptedRuns(ends, tmp_path)
    supervisor._run()
    assert supervisor.patience == patience
