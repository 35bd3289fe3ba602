"""Each sender's clock is measured by what it says, and journaled when it is off by more than
before: for every skew, delay and jitter.
"""

from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import SECOND_US, ManualClock, Timestamp
from district_node.limits import SKEW_EVERY, SKEW_STEP
from district_node.shell.sender_clocks import SAMPLES, SAMPLES_MIN, SenderClocks

STEP_US = SKEW_STEP.value * SECOND_US
days = st.integers(-400 * 86_400 * SECOND_US, 400 * 86_400 * SECOND_US)


class Rig:
    def __init__(self):
        self.clock, self.journaled, self.submitted = ManualClock(), {"box-1": 0}, []
        self.clocks = SenderClocks(self.clock, known_us=self.journaled.get, submit=self._submit)

    def _submit(self, measured):
        self.submitted.append(measured.skew_us)
        self.journaled[measured.agent] = measured.skew_us

    def sample(self, skew_us, *, delay_us=0, agent="box-1", every_s=1.0):
        said = Timestamp(self.clock.now() + skew_us)
        self.clock.advance(delay_us / SECOND_US)
        self.clocks.add_sample(agent, said)
        self.clock.advance(every_s)


@given(days, st.lists(st.integers(0, SECOND_US // 2), min_size=2 * SAMPLES, max_size=2 * SAMPLES))
def test_what_is_journaled_is_right_to_the_step_and_a_delay(skew_us, delays_us):
    rig = Rig()
    for delay_us in delays_us:
        rig.sample(skew_us, delay_us=delay_us)
    assert abs(rig.journaled["box-1"] - skew_us) <= STEP_US + SECOND_US // 2
    assert len(rig.submitted) <= 2


@given(days, days)
def test_a_step_of_a_senders_clock_is_known_after_a_few_messages(before_us, after_us):
    rig = Rig()
    for _ in range(SAMPLES):
        rig.sample(before_us)
    for _ in range(SKEW_EVERY.value + SAMPLES):
        rig.sample(after_us)
    assert abs(rig.journaled["box-1"] - after_us) <= STEP_US


@given(st.lists(days, max_size=60))
def test_a_clock_that_jumps_to_and_fro_does_not_fill_the_journal(skews_us):
    rig = Rig()
    for skew_us in skews_us:
        rig.sample(skew_us)
    assert len(rig.submitted) <= 1 + len(skews_us) // SKEW_EVERY.value


def test_one_slow_message_is_not_taken_for_a_clock():
    rig = Rig()
    for delay_us in (0, 0, 60 * SECOND_US, 0, 0):
        rig.sample(0, delay_us=delay_us)
    assert rig.submitted == []


@given(st.integers(SAMPLES_MIN, 4 * SAMPLES), st.integers(0, SAMPLES))
def test_what_waited_while_nobody_listened_is_not_taken_for_a_clock(waited, heard_before):
    rig = Rig()
    for _ in range(heard_before):
        rig.sample(0)
    rig.clock.advance(waited)
    for second in range(waited):  # they come at once, in the order in which they were sent
        rig.sample(-(waited - second) * SECOND_US, every_s=0.001)
    for _ in range(SAMPLES):
        rig.sample(0)
    assert rig.submitted == []


def test_a_sender_that_sends_seldom_is_measured_too():
    rig = Rig()
    for _ in range(SAMPLES):
        rig.sample(-3600 * SECOND_US, every_s=20.0)
    assert rig.submitted == [-3600 * SECOND_US]


def test_clocks_that_agree_leave_nothing_in_the_journal():
    rig = Rig()
    for _ in range(100):
        rig.sample(SECOND_US // 2, delay_us=SECOND_US // 10)
    assert rig.submitted == []


def test_an_agent_that_the_journal_does_not_know_is_not_named_there():
    rig = Rig()
    for _ in range(SAMPLES_MIN + 1):
        rig.sample(86_400 * SECOND_US, agent="stranger")
    assert rig.submitted == []
