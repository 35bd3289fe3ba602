"""Districts cut off for less and for more than a reservation lasts, and operators who change their minds: nothing is promised twice, all is served."""

import importlib.util
from pathlib import Path

import pytest

from citybrain.clock import SECOND_US
from citybrain.domain.console import OperatorAction
from citybrain.vocabulary import OperatorVerb

_SPEC = importlib.util.spec_from_file_location(
    "two_owners_cut", Path(__file__).with_name("test_two_owners.py")
)
told = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(told)

CUT_S = (2, 5, 9, 20, 45)  # a reservation lasts POLICY.promise_ttl_s, 8 s
VERBS = (
    OperatorVerb.CLOSE,
    OperatorVerb.OPEN,
    OperatorVerb.DEFER,
    OperatorVerb.OPEN,
    OperatorVerb.ESCALATE,
)


class Islands(told.Story):
    def __init__(self, seed):
        super().__init__(seed)
        self.cut_until = {}

    def step(self, name, dice):
        luck = self.rng.random()
        if luck < 0.04:
            self.cut(name)
            self.cut_until[name] = self.clock.now() + self.rng.choice(CUT_S) * SECOND_US
        elif not self.is_up[name] and self.clock.now() < self.cut_until.get(name, 0):
            self.clock.advance(self.rng.choice([0.5, 2]))
            if self.rng.random() < 0.4:
                self.press(name)
        elif luck < 0.06:
            self.decide(name)
        else:
            super().step(name, dice)

    def decide(self, name):
        incidents = list(self.districts[name].state.incidents)
        if not incidents:
            return
        self.presses += 1
        action = OperatorAction(
            request=f"verb-{self.presses}",
            operator="wang",
            incident=self.rng.choice(incidents),
            verb=self.rng.choice(VERBS),
            reason="seen",
        )
        self.districts[name].give(told.district_inputs.OperatorActed(action=action))


@pytest.mark.parametrize("seed", range(20))
def test_islands_shorter_and_longer_than_a_promise(seed):
    story = Islands(seed)
    story.storm(300)
    story.calm()
    assert story.is_quiet(), (
        story.unserved(),
        [
            (d.order, d.stage, d.unit_side, d.slot_side, d.reason)
            for d in story.city.state.drives.live.values()
        ],
    )
