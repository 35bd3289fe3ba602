"""The table of faults: what each does to the world when it begins and when it is over, on what, how long and how strong, and what it is there to prove."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from citybrain.ids import AgentId, DistrictId, UnitId
from citybrain.journal.memory import Boundary, Crashed
from citysim.sim.machine.computer import Computer
from citysim.sim.net.link import Way
from citysim.sim.people.phone import Mood
from citysim.sim.world import World


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


Act = Callable[[World, str, float], None]  # (world, target, amount)


def _nothing(world: World, target: str, amount: float) -> None:
    """It is over by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`lasts_s` and `amount` are bounds that a draw is uniform in ((0, 0): none). `weight`: how often, beside the others."""

    on: On
    proves: str
    begin: Act
    end: Act = _nothing
    lasts_s: tuple[float, float] = (0.0, 0.0)
    amount: tuple[float, float] = (0.0, 0.0)
    weight: float = 1.0


def _kill(world: World, target: str, _: float) -> None:
    world.computer(target).die("SIGKILL")


def _power(*, on: bool) -> Act:
    def act(world: World, target: str, _: float) -> None:
        if on:
            world.computer(target).let_go()
        else:
            world.without_goodbye(target)
            world.computer(target).hold()

    return act


def _at_boundary(boundary: Boundary) -> Act:
    def act(world: World, target: str, amount: float) -> None:
        disk = world.computer(target).disk
        disk.strikes_at, disk.strikes_on = boundary, round(amount)

    return act


def _disarm(world: World, target: str, _: float) -> None:
    world.computer(target).disk.strikes_at = None


def _full(world: World, target: str, _: float) -> None:
    world.computer(target).disk.is_full = True
    world.hold_up(target)


def _room(world: World, target: str, _: float) -> None:
    world.computer(target).disk.is_full = False
    world.poke(target)
    world.go_on(target)


def _refuse(world: World, target: str, amount: float) -> None:
    world.computer(target).disk.refuses = round(amount)
    world.hold_up(target)


def _refuse_no_more(world: World, target: str, _: float) -> None:
    world.computer(target).disk.refuses = 0
    world.poke(target)
    world.go_on(target)


def _overload(world: World, target: str, amount: float) -> None:
    world.computer(target).disk.slow_s = amount
    world.flap(target)


def _relieve(world: World, target: str, _: float) -> None:
    world.computer(target).disk.slow_s = 0.0
    world.steady(target)


def _slow_disk(world: World, target: str, amount: float) -> None:
    world.computer(target).disk.slow_s = amount


def _quick_disk(world: World, target: str, _: float) -> None:
    world.computer(target).disk.slow_s = 0.0


def _step_clock(world: World, target: str, amount: float) -> None:
    world.computer(target).clocks.step(amount)
    world.notice_clock(target)
    world.poke(target)


def _restart_in_past(world: World, target: str, amount: float) -> None:
    world.computer(target).die("the power went, and its clock has no battery")
    world.computer(target).clocks.step(-amount)
    world.notice_clock(target)


def _drift(world: World, target: str, amount: float) -> None:
    _quartz(world.computer(target), amount)


def _no_drift(world: World, target: str, _: float) -> None:
    _quartz(world.computer(target), 0.0)
    world.notice_clock(target)


def _quartz(computer: Computer, ppm: float) -> None:
    computer.clocks.drift(ppm)


def _hold(*ways: Way) -> Act:
    def act(world: World, target: str, _: float) -> None:
        world.link(target).hold(*ways)

    return act


def _kill_mid_order(world: World, target: str, _: float) -> None:
    def strike() -> None:
        raise Crashed("killed in the middle of an order")

    world.mid_order(target, strike)


def _hold_mid_order(way: Way) -> Act:
    def act(world: World, target: str, _: float) -> None:
        world.mid_order(target, lambda: world.link(target).hold(way))

    return act


def _not_mid_order(world: World, target: str, _: float) -> None:
    world.mid_order(target, None)


def _free_mid_order(world: World, target: str, _: float) -> None:
    world.mid_order(target, None)
    world.link(target).free()


def _free(world: World, target: str, _: float) -> None:
    world.link(target).free()


def _tear(world: World, target: str, _: float) -> None:
    world.link(target).tear()


def _slow_link(world: World, target: str, amount: float) -> None:
    world.link(target).slow_s = amount


def _quick_link(world: World, target: str, _: float) -> None:
    world.link(target).slow_s = 0.0


def _cut(world: World, target: str, _: float) -> None:
    world.mqtt.cut(world.client_id(target))


def _heal(world: World, target: str, _: float) -> None:
    world.mqtt.heal(world.client_id(target))


def _deaf(world: World, target: str, _: float) -> None:
    world.mqtt.deaf.add(world.client_id(target))


def _hears(world: World, target: str, _: float) -> None:
    world.mqtt.deaf.discard(world.client_id(target))


def _mute(world: World, target: str, _: float) -> None:
    world.mqtt.mute.add(world.client_id(target))


def _speaks(world: World, target: str, _: float) -> None:
    world.mqtt.mute.discard(world.client_id(target))


def _broker(*, forget: bool) -> Act:
    def act(world: World, target: str, _: float) -> None:
        world.mqtt.crash(forget=forget)

    return act


def _broker_back(world: World, target: str, _: float) -> None:
    world.mqtt.restart()


def _share(name: str) -> tuple[Act, Act]:
    """A share of the broker's messages, by the name of `Mqtt`'s attribute."""

    def begin(world: World, target: str, amount: float) -> None:
        setattr(world.mqtt, name, amount)

    def end(world: World, target: str, _: float) -> None:
        setattr(world.mqtt, name, 0.0)

    return begin, end


def _bad_calls(world: World, target: str, amount: float) -> None:
    world.calls[DistrictId(target.removeprefix("district/"))].loss = amount


def _good_calls(world: World, target: str, _: float) -> None:
    world.calls[DistrictId(target.removeprefix("district/"))].loss = 0.0


def _slow_calls(world: World, target: str, amount: float) -> None:
    world.calls[DistrictId(target.removeprefix("district/"))].slow_s = amount


def _quick_calls(world: World, target: str, _: float) -> None:
    world.calls[DistrictId(target.removeprefix("district/"))].slow_s = 0.0


def _mood(mood: Mood) -> Act:
    def act(world: World, target: str, _: float) -> None:
        world.phones[UnitId(target)].mood = mood

    return act


def _show_earlier(world: World, target: str, _: float) -> None:
    world.phones[UnitId(target)].show_earlier()


def _lose_card(world: World, target: str, _: float) -> None:
    world.computer(target).hold()
    world.replace_card(AgentId(target.removeprefix("agent/")))


def _card_is_in(world: World, target: str, _: float) -> None:
    world.computer(target).let_go()


def _back_up(world: World, target: str, _: float) -> None:
    world.back_up(target)


def _restore(world: World, target: str, _: float) -> None:
    world.restore(target)


def _blind(world: World, target: str, amount: float) -> None:
    now_s = world.loop.time()
    world.boxes[AgentId(target.removeprefix("agent/"))].scene.blind(now_s, now_s + amount, "covered")


def _think(world: World, target: str, amount: float) -> None:
    world.thread_s = amount


def _think_quickly(world: World, target: str, _: float) -> None:
    world.thread_s = 0.0


LOSS, REPEATS, REORDERS, SLOW = _share("loss"), _share("repeats"), _share("reorders"), _share("slow_s")
AWHILE, LONG = (2.0, 15.0), (10.0, 60.0)
MID_ORDER = (30.0, 90.0)  # counted from when it is armed: an order's promises last 30 s
ARMED = (30.0, 30.0)  # a boundary that no write came to meanwhile is disarmed

KINDS: Mapping[str, Kind] = {
    "killed": Kind(on=On.COMPUTER, proves="what was durable is enough to go on from", begin=_kill, weight=2.0),
    "power_out": Kind(on=On.COMPUTER, proves="island; nobody says goodbye", begin=_power(on=False), end=_power(on=True), lasts_s=LONG),
    "dies_before_commit": Kind(on=On.COMPUTER, proves="nothing was promised yet", begin=_at_boundary(Boundary.BEFORE), end=_disarm, lasts_s=ARMED, weight=1.5),
    "dies_during_commit": Kind(on=On.COMPUTER, proves="a torn write is no write", begin=_at_boundary(Boundary.DURING), end=_disarm, lasts_s=ARMED, weight=1.5),
    "dies_after_commit": Kind(
        on=On.COMPUTER, proves="durable, and nobody was told", begin=_at_boundary(Boundary.AFTER), end=_disarm, lasts_s=ARMED, weight=1.5
    ),
    "disk_full": Kind(on=On.COMPUTER, proves="law 10, and recovery without a restart", begin=_full, end=_room, lasts_s=AWHILE),
    "disk_refuses": Kind(
        on=On.COMPUTER, proves="what follows a refusal does not take its place", begin=_refuse, end=_refuse_no_more, lasts_s=(1.0, 3.0), amount=(1.0, 3.0)
    ),
    "disk_slow": Kind(on=On.NODE, proves="answers wait for the commit", begin=_slow_disk, end=_quick_disk, lasts_s=LONG, amount=(0.1, 1.5)),
    "overloaded": Kind(
        on=On.NODE, proves="what comes again while the first of it waits", begin=_overload, end=_relieve, lasts_s=(5.0, 30.0), amount=(0.2, 1.5)
    ),
    "killed_mid_order": Kind(on=On.NODE, proves="the crash table of an order", begin=_kill_mid_order, end=_not_mid_order, lasts_s=ARMED, weight=1.5),
    "clock_stepped": Kind(on=On.COMPUTER, proves="node time never goes back; deadlines hold", begin=_step_clock, amount=(-90.0, 90.0)),
    "restarts_in_past": Kind(on=On.COMPUTER, proves="a run begins after the one before it", begin=_restart_in_past, amount=(2.0, 90.0)),
    "clock_drifts": Kind(on=On.COMPUTER, proves="no two clocks agree", begin=_drift, end=_no_drift, lasts_s=LONG, amount=(-500.0, 500.0)),
    "link_cut": Kind(on=On.LINK, proves="island and rejoin", begin=_hold(Way.UP, Way.DOWN), end=_free, lasts_s=LONG, weight=1.5),
    "link_up_held": Kind(on=On.LINK, proves="the city hears nothing and is heard", begin=_hold(Way.UP), end=_free, lasts_s=LONG),
    "link_down_held": Kind(on=On.LINK, proves="the city is not heard and hears all", begin=_hold(Way.DOWN), end=_free, lasts_s=LONG),
    "link_up_held_mid_order": Kind(
        on=On.LINK, proves="the answers to a step of an order are lost", begin=_hold_mid_order(Way.UP), end=_free_mid_order, lasts_s=MID_ORDER
    ),
    "link_down_held_mid_order": Kind(
        on=On.LINK, proves="what follows an answer comes after its promise is over", begin=_hold_mid_order(Way.DOWN), end=_free_mid_order, lasts_s=MID_ORDER
    ),
    "link_torn": Kind(on=On.LINK, proves="a stream resumes where the journals stand", begin=_tear, weight=1.5),
    "link_slow": Kind(on=On.LINK, proves="answers come after their deadlines", begin=_slow_link, end=_quick_link, lasts_s=LONG, amount=(0.2, 4.0)),
    "mqtt_cut": Kind(on=On.CLIENT, proves="outbox and resume", begin=_cut, end=_heal, lasts_s=AWHILE),
    "mqtt_deaf": Kind(on=On.CLIENT, proves="acknowledgements lost", begin=_deaf, end=_hears, lasts_s=AWHILE),
    "mqtt_mute": Kind(on=On.CLIENT, proves="what TCP swallowed is sent again", begin=_mute, end=_speaks, lasts_s=AWHILE),
    "broker_dies": Kind(on=On.BROKER, proves="a broker's promise proves nothing", begin=_broker(forget=False), end=_broker_back, lasts_s=AWHILE),
    "broker_forgets": Kind(on=On.BROKER, proves="sessions, queues and retained words are gone", begin=_broker(forget=True), end=_broker_back, lasts_s=AWHILE),
    "mqtt_loss": Kind(on=On.BROKER, proves="at least once is the outbox's work", begin=LOSS[0], end=LOSS[1], lasts_s=LONG, amount=(0.05, 0.5)),
    "mqtt_repeats": Kind(on=On.BROKER, proves="duplicates are known for ever", begin=REPEATS[0], end=REPEATS[1], lasts_s=LONG, amount=(0.1, 0.8)),
    "mqtt_reorders": Kind(on=On.BROKER, proves="ranges above the mark", begin=REORDERS[0], end=REORDERS[1], lasts_s=LONG, amount=(0.1, 0.8)),
    "mqtt_slow": Kind(on=On.BROKER, proves="acknowledgements after the resend time", begin=SLOW[0], end=SLOW[1], lasts_s=LONG, amount=(0.5, 8.0)),
    "calls_lost": Kind(on=On.DISTRICT, proves="a button pressed again is pressed once", begin=_bad_calls, end=_good_calls, lasts_s=LONG, amount=(0.1, 0.6)),
    "calls_slow": Kind(on=On.DISTRICT, proves="a view that is old", begin=_slow_calls, end=_quick_calls, lasts_s=LONG, amount=(0.5, 6.0)),
    "crew_silent": Kind(on=On.UNIT, proves="an unanswered order is taken back", begin=_mood(Mood.SILENT), end=_mood(Mood.WILLING), lasts_s=(20.0, 150.0)),
    "crew_refuses": Kind(on=On.UNIT, proves="a refusal leads to a new plan", begin=_mood(Mood.REFUSES), end=_mood(Mood.WILLING), lasts_s=LONG),
    "crew_twice": Kind(on=On.UNIT, proves="an answer given twice takes effect once", begin=_mood(Mood.TWICE), end=_mood(Mood.WILLING), lasts_s=LONG),
    "crew_late": Kind(on=On.UNIT, proves="an answer that comes when it is no longer asked", begin=_mood(Mood.LATE), end=_mood(Mood.WILLING), lasts_s=LONG),
    "crew_backdated": Kind(on=On.UNIT, proves="a position that is older than the last one", begin=_mood(Mood.BACKDATED), end=_mood(Mood.WILLING), lasts_s=LONG),
    "crew_sees_old": Kind(on=On.UNIT, proves="an order that is void is not shown again", begin=_show_earlier),
    "card_replaced": Kind(on=On.BOX, proves="another incarnation; what was lost is declared", begin=_lose_card, end=_card_is_in, lasts_s=AWHILE, weight=0.5),
    "store_restored": Kind(on=On.NODE, proves="epochs; each owner tells what it holds", begin=_back_up, end=_restore, lasts_s=LONG, weight=0.5),
    "eye_blind": Kind(on=On.BOX, proves="law 8: nobody looked is no absence", begin=_blind, amount=(3.0, 130.0), weight=2.0),
    "planner_slow": Kind(on=On.BROKER, proves="a plan for a world that has moved on", begin=_think, end=_think_quickly, lasts_s=LONG, amount=(0.5, 12.0)),
}
