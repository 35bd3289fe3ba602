"""Districts cut off for less and for more than a reservation lasts, and operators who change their
decisions: nothing is promised twice, all is served.
"""

import pytest
import two_owners

from citybrain.clock import SECOND_US
from citybrain.domain.console import OperatorAction
from citybrain.vocabulary import OperatorVerb

CUT_S = (2, 5, 9, 20, 45)  # a reservation lasts POLICY.promise_ttl_s, 8 s
VERBS = (
    OperatorVerb.CLOSE,
    OperatorVerb.OPEN,
    OperatorVerb.DEFER,
    OperatorVerb.OPEN,
    OperatorVerb.ESCALATE,
)


class Islands(two_owners.TwoOwnersScenario):
    def __init__(self, seed):
        super().__init__(seed)
        self.cut_until = {}

    def step(self, name, chance):
        luck = self.rng.random()
        if luck < 0.04:
            self.cut(name)
            self.cut_until[name] = self.clock.now() + self.rng.choice(CUT_S) * SECOND_US
        elif not self.is_up[name] and self.clock.now() < self.cut_until.get(name, 0):
            self.clock.advance(self.rng.choice([0.5, 2]))
            if self.rng.random() < 0.4:
                self.press_button(name)
        elif luck < 0.06:
            self.decide(name)
        else:
            super().step(name, chance)

    def decide(self, name):
        incidents = list(self.districts[name].state.incidents)
        if not incidents:
            return
        self.actions += 1
        action = OperatorAction(
            request=f"verb-{self.actions}",
            operator="wang",
            incident=self.rng.choice(incidents),
            verb=self.rng.choice(VERBS),
            reason="seen",
        )
        self.districts[name].submit(two_owners.district_inputs.OperatorActed(action=action))


@pytest.mark.parametrize("seed", range(20))
def test_islands_shorter_and_longer_than_a_promise(seed):
    story = Islands(seed)
    story.fault_phase(300)
    story.recovery_phase()
    assert story.is_quiet(), (
        story.unserved(),
        [
            (d.order, d.stage, d.unit_owner_stage, d.incident_owner_stage, d.reason)
            for d in story.city.state.sagas.live.values()
        ],
    )
