"""Stories of crews' phones: one is away from the front when it is called, one has no network."""

from shift import elements
from shift.ledger import Case
from shift.screen import Screen, ShiftError
from shift.shift import Shift

VISIBILITY = "() => document.visibilityState"
THREE = ("accept", "depart", "arrive")


async def rings_away(shift: Shift) -> None:
    """Its crew looks at another page and the screen is locked; the phone is called all the same."""
    crew = shift.crews["riverside-4"]
    case = Case(what="called with the screen locked", kind="fire_alarm", sensor="fire-alarm-1")
    async with shift.waiting_before("accept"):
        before = await crew.rings()
        session = await crew.page.context.new_cdp_session(crew.page)
        await session.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
        locked = {"isUserActive": False, "isScreenUnlocked": False}
        await session.send("Emulation.setIdleOverride", locked)
        other = await crew.page.context.new_page()
        await other.goto("about:blank")
        await other.bring_to_front()
        has_focus = await crew.page.evaluate("() => document.hasFocus()")
        state = await crew.page.evaluate(VISIBILITY)
        await shift.alarms(case)
        script = "(before) => window.rung.length >= before + 2 && window.rung.at(-1)"
        rung = await crew.until(script, before, "the phone rings twice")
        shaken = await crew.page.evaluate("() => window.shaken.filter(Array.isArray).at(-1)")
        await crew.picture("rings-locked")
        await other.close()
        await session.send("Emulation.clearIdleOverride")
        await crew.page.bring_to_front()
        await shift.pictures("rings-away", crew)
    await shift.over(case)
    shift.saw(
        "a phone rang with the screen locked",
        f"focus {has_focus}, page {state}, sound {rung['sounded']}, vibrates {shaken}",
    )


async def without_network(shift: Shift) -> None:
    """Three answers are given without a network: they wait in the phone, and are sent in order."""
    case = Case(what="answered without network", kind="air_quality", sensor="air-quality-1")
    async with shift.waiting_before("accept"):
        await shift.alarms(case)
        crew = await shift.rings("riverside-1", "riverside-3")
        crew.waits_before |= {*THREE, "finish"}
    crew.sent.clear()
    await crew.page.context.set_offline(offline=True)
    for answer in THREE:
        await crew.gives(answer)
    waiting = f"{elements.WAITING}:nth-child({len(THREE)})"
    await crew.shows(waiting, "three answers wait in the phone")
    order = await crew.at(elements.ORDER_NUMBER).inner_text()
    await shift.li.choose(case)
    await shift.pictures("without-network", crew, shift.li)
    await crew.page.context.set_offline(offline=False)
    await crew.hides(elements.PENDING, "they are sent")
    await shift.li.in_stage(case, "working")
    if tuple(crew.sent) != THREE:
        raise ShiftError(f"{crew.unit} gave {THREE}, its district took {crew.sent}")
    await _arrived_once(shift.li, case)
    await shift.pictures("network-back", crew, shift.li)
    crew.waits_before -= {*THREE, "finish"}
    await shift.over(case)
    shift.saw("three answers were sent once, in order", f"{crew.name}, {order}")


async def break_and_back(shift: Shift) -> None:
    """A crew takes a break and is ready again, by its own buttons."""
    crew = shift.crews["riverside-1"]
    await crew.shows(elements.FREE, f"{crew.unit} is free")
    async with crew.hands:
        await crew.clear_toasts()
        await crew.at(elements.duty("break")).tap()
        await crew.outcome()
        await crew.shows(elements.duty("ready"), "the button that ends the break")
        await shift.pictures("break", crew, shift.li)
        await crew.clear_toasts()
        await crew.at(elements.duty("ready")).tap()
        await crew.outcome()
    shift.saw("a crew took a break and came back", crew.unit)


async def _arrived_once(desk: Screen, case: Case) -> None:
    """The case's history, as the operator reads it, says once that a crew is at work."""
    script = """(word) => [...document.querySelectorAll("#d-history li span")].filter((one) =>
      one.textContent.split(" · ")[0] === word).length === 1"""
    await desk.until(script, desk.text("stage.working"), f"{case.number}: once at work")
