"""The table of faults: what each does to the world when it begins and when it is over, on what, how long and how strong, and what it is there to prove."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from citybrain.journal.memory import Boundary
from citysim.sim.faults.acts import boxes, links, machines, mqtt, people
from citysim.sim.faults.acts.act import Act, nothing
from citysim.sim.net.link import Way
from citysim.sim.people.phone import Mood


class On(StrEnum):
    """What kind of thing a fault is drawn for."""

    NODE = "node"  # a district or the city
    COMPUTER = "computer"  # a district, the city or an agent
    LINK = "link"  # of a district to the city
    CLIENT = "client"  # a district or an agent, at the broker
    BROKER = "broker"
    DISTRICT = "district"
    UNIT = "unit"
    BOX = "box"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`lasts_s` and `amount` are bounds that a draw is uniform in ((0, 0): none). `weight`: how often, beside the others."""

    on: On
    proves: str
    begin: Act
    end: Act = nothing
    lasts_s: tuple[float, float] = (0.0, 0.0)
    amount: tuple[float, float] = (0.0, 0.0)
    weight: float = 1.0


LOSS, REPEATS, REORDERS, SLOW = (
    mqtt.share("loss"),
    mqtt.share("repeats"),
    mqtt.share("reorders"),
    mqtt.share("slow_s"),
)
AWHILE, LONG = (2.0, 15.0), (10.0, 60.0)
MID_ORDER = (30.0, 90.0)  # counted from when it is armed
PAST_PROMISE = (45.0, 120.0)  # likewise: an order's promises last 30 s
ARMED = (30.0, 30.0)  # what it waits for and did not come meanwhile is waited for no more
STEPS = (
    -2.0,
    3.0,
)  # of an order that pass before it strikes (none where below 0): reserve, claim, issue, coming … of whichever orders there are

KINDS: Mapping[str, Kind] = {
    "killed": Kind(
        on=On.COMPUTER,
        proves="what was durable is enough to go on from",
        begin=machines.kill,
        weight=2.0,
    ),
    "power_out": Kind(
        on=On.COMPUTER,
        proves="island; nobody says goodbye",
        begin=machines.power_off,
        end=machines.power_on,
        lasts_s=LONG,
    ),
    "dies_before_commit": Kind(
        on=On.COMPUTER,
        proves="nothing was promised yet",
        begin=machines.dies_at(Boundary.BEFORE),
        end=machines.dies_no_more,
        lasts_s=ARMED,
        weight=1.5,
    ),
    "dies_during_commit": Kind(
        on=On.COMPUTER,
        proves="a torn write is no write",
        begin=machines.dies_at(Boundary.DURING),
        end=machines.dies_no_more,
        lasts_s=ARMED,
        weight=1.5,
    ),
    "dies_after_commit": Kind(
        on=On.COMPUTER,
        proves="durable, and nobody was told",
        begin=machines.dies_at(Boundary.AFTER),
        end=machines.dies_no_more,
        lasts_s=ARMED,
        weight=1.5,
    ),
    "killed_mid_order": Kind(
        on=On.NODE,
        proves="the crash table of an order",
        begin=machines.kill_mid_order,
        end=machines.kill_no_more,
        lasts_s=ARMED,
        amount=STEPS,
        weight=3.0,
    ),
    "disk_full": Kind(
        on=On.COMPUTER,
        proves="law 10, and recovery without a restart",
        begin=machines.fill,
        end=machines.empty,
        lasts_s=AWHILE,
    ),
    "disk_refuses": Kind(
        on=On.COMPUTER,
        proves="what follows a refusal does not take its place",
        begin=machines.refuse,
        end=machines.refuse_no_more,
        lasts_s=(1.0, 3.0),
        amount=(1.0, 3.0),
    ),
    "disk_hangs": Kind(
        on=On.NODE,
        proves="what waited counts before the deadlines that passed meanwhile",
        begin=machines.hang,
        end=machines.hang_no_more,
        lasts_s=(5.0, 45.0),
    ),
    "disk_slow": Kind(
        on=On.NODE,
        proves="answers wait for the commit",
        begin=machines.slow_disk,
        end=machines.quick_disk,
        lasts_s=LONG,
        amount=(0.1, 1.5),
    ),
    "overloaded": Kind(
        on=On.NODE,
        proves="what comes again while the first of it waits",
        begin=machines.overload,
        end=machines.relieve,
        lasts_s=(5.0, 30.0),
        amount=(0.2, 1.5),
    ),
    "clock_stepped": Kind(
        on=On.COMPUTER,
        proves="node time never goes back; deadlines hold",
        begin=machines.step_clock,
        amount=(-90.0, 90.0),
    ),
    "restarts_in_past": Kind(
        on=On.COMPUTER,
        proves="a run begins after the one before it",
        begin=machines.restart_in_past,
        amount=(2.0, 90.0),
    ),
    "clock_drifts": Kind(
        on=On.COMPUTER,
        proves="no two clocks agree",
        begin=machines.drift,
        end=machines.drift_no_more,
        lasts_s=LONG,
        amount=(-500.0, 500.0),
    ),
    "link_cut": Kind(
        on=On.LINK,
        proves="island and rejoin",
        begin=links.hold(Way.UP, Way.DOWN),
        end=links.free,
        lasts_s=LONG,
        weight=1.5,
    ),
    "link_up_held": Kind(
        on=On.LINK,
        proves="the city hears nothing and is heard",
        begin=links.hold(Way.UP),
        end=links.free,
        lasts_s=LONG,
    ),
    "link_down_held": Kind(
        on=On.LINK,
        proves="the city is not heard and hears all",
        begin=links.hold(Way.DOWN),
        end=links.free,
        lasts_s=LONG,
    ),
    "link_up_held_mid_order": Kind(
        on=On.LINK,
        proves="the answers to a step of an order are lost",
        begin=links.hold_mid_order(Way.UP),
        end=links.free_mid_order,
        lasts_s=PAST_PROMISE,
        amount=STEPS,
        weight=3.0,
    ),
    "link_down_held_mid_order": Kind(
        on=On.LINK,
        proves="what follows an answer comes after its promise is over",
        begin=links.hold_mid_order(Way.DOWN),
        end=links.free_mid_order,
        lasts_s=PAST_PROMISE,
        amount=STEPS,
        weight=3.0,
    ),
    "link_torn": Kind(
        on=On.LINK, proves="a stream resumes where the journals stand", begin=links.tear, weight=1.5
    ),
    "link_slow": Kind(
        on=On.LINK,
        proves="answers come after their deadlines",
        begin=links.slow,
        end=links.quick,
        lasts_s=LONG,
        amount=(0.2, 4.0),
    ),
    "link_repeats": Kind(
        on=On.LINK,
        proves="a letter that comes again does nothing",
        begin=links.repeat,
        end=links.repeat_no_more,
        lasts_s=LONG,
        amount=(0.2, 0.9),
    ),
    "letters_refused": Kind(
        on=On.LINK,
        proves="the last letter of a stream is asked for again too",
        begin=links.refuse_letters,
        end=links.take_letters,
        lasts_s=(40.0, 150.0),
        amount=(0.5, 0.95),
        weight=3.0,
    ),
    "need_changes_mid_order": Kind(
        on=On.LINK,
        proves="what was planned for an older need is refused",
        begin=links.change_need_mid_order,
        end=links.leave_need,
        lasts_s=MID_ORDER,
        amount=(1.0, 25.0),
        weight=2.0,
    ),
    "mqtt_cut": Kind(
        on=On.CLIENT, proves="outbox and resume", begin=mqtt.cut, end=mqtt.heal, lasts_s=AWHILE
    ),
    "mqtt_deaf": Kind(
        on=On.CLIENT,
        proves="acknowledgements lost",
        begin=mqtt.deafen,
        end=mqtt.hear,
        lasts_s=AWHILE,
    ),
    "mqtt_mute": Kind(
        on=On.CLIENT,
        proves="what TCP swallowed is sent again",
        begin=mqtt.mute,
        end=mqtt.speak,
        lasts_s=AWHILE,
    ),
    "broker_dies": Kind(
        on=On.BROKER,
        proves="a broker's promise proves nothing",
        begin=mqtt.crash(forget=False),
        end=mqtt.restart,
        lasts_s=AWHILE,
    ),
    "broker_forgets": Kind(
        on=On.BROKER,
        proves="sessions, queues and retained words are gone",
        begin=mqtt.crash(forget=True),
        end=mqtt.restart,
        lasts_s=AWHILE,
    ),
    "mqtt_loss": Kind(
        on=On.BROKER,
        proves="at least once is the outbox's work",
        begin=LOSS[0],
        end=LOSS[1],
        lasts_s=LONG,
        amount=(0.05, 0.5),
    ),
    "mqtt_repeats": Kind(
        on=On.BROKER,
        proves="duplicates are known for ever",
        begin=REPEATS[0],
        end=REPEATS[1],
        lasts_s=LONG,
        amount=(0.1, 0.8),
    ),
    "mqtt_reorders": Kind(
        on=On.BROKER,
        proves="ranges above the mark",
        begin=REORDERS[0],
        end=REORDERS[1],
        lasts_s=LONG,
        amount=(0.1, 0.8),
    ),
    "mqtt_slow": Kind(
        on=On.BROKER,
        proves="acknowledgements after the resend time",
        begin=SLOW[0],
        end=SLOW[1],
        lasts_s=LONG,
        amount=(0.5, 8.0),
    ),
    "calls_lost": Kind(
        on=On.DISTRICT,
        proves="a button pressed again is pressed once",
        begin=people.lose_calls,
        end=people.lose_no_calls,
        lasts_s=LONG,
        amount=(0.1, 0.6),
    ),
    "calls_slow": Kind(
        on=On.DISTRICT,
        proves="a view that is old",
        begin=people.slow_calls,
        end=people.quick_calls,
        lasts_s=LONG,
        amount=(0.5, 6.0),
    ),
    "crew_silent": Kind(
        on=On.UNIT,
        proves="an unanswered order is taken back",
        begin=people.mood(Mood.SILENT),
        end=people.mood(Mood.WILLING),
        lasts_s=(20.0, 150.0),
    ),
    "crew_refuses": Kind(
        on=On.UNIT,
        proves="a refusal leads to a new plan",
        begin=people.mood(Mood.REFUSES),
        end=people.mood(Mood.WILLING),
        lasts_s=LONG,
    ),
    "crew_twice": Kind(
        on=On.UNIT,
        proves="an answer given twice takes effect once",
        begin=people.mood(Mood.TWICE),
        end=people.mood(Mood.WILLING),
        lasts_s=LONG,
    ),
    "crew_late": Kind(
        on=On.UNIT,
        proves="an answer that comes when it is no longer asked",
        begin=people.mood(Mood.LATE),
        end=people.mood(Mood.WILLING),
        lasts_s=LONG,
    ),
    "crew_backdated": Kind(
        on=On.UNIT,
        proves="a position that is older than the last one",
        begin=people.mood(Mood.BACKDATED),
        end=people.mood(Mood.WILLING),
        lasts_s=LONG,
    ),
    "crew_sees_old": Kind(
        on=On.UNIT, proves="an order that is void is not shown again", begin=people.show_earlier
    ),
    "crew_presses_old": Kind(
        on=On.DISTRICT,
        proves="a button counts for the order that it was pressed for",
        begin=people.press_earlier,
        end=people.press_earlier_no_more,
        lasts_s=(60.0, 150.0),
    ),
    "operator_wavers": Kind(
        on=On.DISTRICT,
        proves="whatever a desk allows: closed and opened again, deferred, sent by hand",
        begin=people.waver,
        end=people.waver_no_more,
        lasts_s=LONG,
        weight=2.0,
    ),
    "card_replaced": Kind(
        on=On.BOX,
        proves="another incarnation; what was lost is declared",
        begin=machines.lose_card,
        end=machines.power_on,
        lasts_s=AWHILE,
        weight=0.5,
    ),
    "store_restored": Kind(
        on=On.NODE,
        proves="epochs; each owner tells what it holds",
        begin=machines.back_up,
        end=machines.restore,
        lasts_s=LONG,
        weight=1.0,
    ),
    "eye_blind": Kind(
        on=On.BOX,
        proves="law 8: nobody looked is no absence",
        begin=boxes.blind,
        amount=(3.0, 130.0),
        weight=2.0,
    ),
    "eye_blind_mid_look": Kind(
        on=On.DISTRICT,
        proves="seconds in which nobody could see do not count",
        begin=boxes.blind_mid_look,
        end=boxes.no_more(boxes.BLIND),
        lasts_s=MID_ORDER,
        amount=(2.0, 130.0),
        weight=2.5,
    ),
    "cut_off_mid_look": Kind(
        on=On.DISTRICT,
        proves="an answer to an older question closes nothing",
        begin=boxes.cut_off_mid_look,
        end=boxes.no_more(boxes.CUT_OFF),
        lasts_s=MID_ORDER,
        amount=(20.0, 90.0),
        weight=1.5,
    ),
    "cut_off_and_loose": Kind(
        on=On.DISTRICT,
        proves="a full outbox gives up what is worth least, and says so",
        begin=boxes.cut_off_and_loose,
        end=boxes.no_more(boxes.LOOSE),
        lasts_s=MID_ORDER,
        amount=(20.0, 90.0),
        weight=2.0,
    ),
    "mail_refused": Kind(
        on=On.DISTRICT,
        proves="an acknowledgement or a question that could not be kept is none",
        begin=boxes.refuse_mail,
        end=boxes.no_more(boxes.REFUSE),
        lasts_s=ARMED,
        amount=(1.0, 3.0),
        weight=3.0,
    ),
    "planner_slow": Kind(
        on=On.BROKER,
        proves="a plan for a world that has moved on",
        begin=people.think,
        end=people.think_quickly,
        lasts_s=LONG,
        amount=(0.5, 25.0),
    ),
}
