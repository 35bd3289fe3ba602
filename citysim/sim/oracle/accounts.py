"""What each box made durable of its source, by simulated time: for the law that what is called
observed was seen. Times of a box's own clock are moved by what it was off when it said them."""

from citybrain.clock import Timestamp
from citybrain.domain.event import Event, VisibilityInterval
from citybrain.vocabulary import Phase
from citysim.laws.ground_truth_log import ReportedVisibility, SaidOfRule, SourceAccount
from citysim.sim.machine.clocks import timestamp
from citysim.sim.street.agent_setup import agent_setup, source_id
from citysim.sim.street.edge_box import EdgeBox
from citysim.sim.street.ground_truth import DurableAppend
from street_agent.scene.rule_evaluation import Rule

# From when a condition is in view until it has been present for the first time: looks as rare as
# they may be, the second of which confirms a track, and a third with everybody in it.
NEEDED_LOOKS_S = 10.0
FORGOTTEN_S = 60.0  # so long before a box died, what it said may have waited in its memory


def rule_of(box: EdgeBox) -> Rule:
    """The only one."""
    setup = agent_setup(box.spec)
    of_cameras = [rule for camera in setup.cameras.values() for rule in camera.rules]
    of_sensors = [rule for sensor in setup.sensors.values() for rule in sensor.rules]
    (rule,) = (*of_cameras, *of_sensors)
    return rule


def account_of(box: EdgeBox) -> SourceAccount:
    truth, rule = box.ground_truth(), rule_of(box)
    source, now_s = str(source_id(box.spec)), box.computer.loop.time()
    drafts = [(draft, append) for append in truth.appends for draft in append.drafts]
    return SourceAccount(
        agent=box.spec.agent,
        source=source,
        rule=rule.id,
        needed_s=rule.debounce.hold_s + NEEDED_LOOKS_S,
        reported=tuple(
            ReportedVisibility(
                visibility=draft.visibility,
                since=_simulated(draft.since, append),
                until=None if draft.until is None else _simulated(draft.until, append),
            )
            for draft, append in drafts
            if isinstance(draft, VisibilityInterval) and draft.source == source
        ),
        said=tuple(
            SaidOfRule(at=_simulated(draft.observed_at, append), is_end=draft.phase is Phase.END)
            for draft, append in drafts
            if isinstance(draft, Event) and draft.rule == rule.id
        ),
        down=tuple(
            (timestamp(since_s), timestamp(now_s if up_s is None else up_s))
            for since_s, up_s in truth.down
        ),
        forgotten=tuple(
            (timestamp(died_s - FORGOTTEN_S), timestamp(died_s)) for died_s in truth.forgotten_s
        ),
    )


def _simulated(at: Timestamp, append: DurableAppend) -> Timestamp:
    return Timestamp(timestamp(append.at_s) - (append.box_at - at))
