"""One crew with its phone on virtual time: the same mind as in the demo, woken only when it is due, on a network that loses calls. It has moods."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random  # noqa: TID251 - one seed is one story
from typing import Any

from citybrain.clock import SECOND_US, Timestamp, later
from citybrain.domain.console import Outcome
from citybrain.domain.crew import CrewAnswer, CrewPosition, CrewView
from citybrain.domain.order import Task
from citybrain.errors import RpcError
from citybrain.ids import OrderId, RequestId, UnitId
from citybrain.vocabulary import CrewAction
from citysim.crews.device import DeviceLine
from citysim.crews.mind import Habits, Mind, Void, Wish, due_at, shown, ticked
from citysim.sim.bell import Bell
from citysim.sim.loop import SimLoop
from citysim.sim.machine.clocks import EPOCH_US

SIM_HABITS = Habits(
    hurry=10.0,
    accept_s=(1.0, 6.0),
    depart_s=1.0,
    work_s=(8.0, 40.0),
    report_s=5.0,
    again_s=4.0,
    refuse_share=0.05,
)
LATE_S, TWICE_S = (
    (8.0, 60.0),
    (0.0, 10.0),
)  # how much later an answer is sent; how much later the same one comes again
OLD_S = 90.0  # how far back a position is dated that comes late
LEAST_S = 0.001  # between two looks at the clock
PUT_RIGHT_S = 0.5  # after an old view, until the present one is shown again
THROUGH = (CrewAction.ACCEPT, CrewAction.DEPART, CrewAction.ARRIVE, CrewAction.FINISH)
PAUSE_S = 0.4  # between two buttons of one who presses through

Send = Callable[
    [CrewAnswer | CrewPosition], Awaitable[Outcome]
]  # raises `RpcError` where nobody answered: it may have been done or not


class Mood(StrEnum):
    WILLING = "willing"
    REFUSES = "refuses"  # gives orders back (never two in a row: the mind's own rule)
    SILENT = "silent"  # presses nothing and moves nowhere
    TWICE = "twice"  # every answer is sent again a while later
    LATE = "late"  # answers leave long after they were given
    BACKDATED = "backdated"  # positions come with the time at which they were taken, long ago


_HABITS: Mapping[Mood, Callable[[Habits], Habits]] = {
    Mood.REFUSES: lambda habits: replace(habits, refuse_share=1.0),
    Mood.LATE: lambda habits: replace(habits, again_s=LATE_S[1]),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A button for which the phone was told "done", at `at_s` of the story."""

    unit: UnitId
    request: RequestId
    order: OrderId
    action: CrewAction
    at_s: float


class Phone:
    """`show` it what the network brings. `device` is what it keeps over a restart, a line each; `worked` hears of every errand whose work was done."""

    def __init__(
        self,
        unit: UnitId,
        *,
        habits: Habits,
        loop: SimLoop,
        chance: Random,
        send: Send,
        worked: Callable[[Task], None],
        pressed: Callable[[Pressed], None],
    ) -> None:
        self.unit = unit
        self.device: list[DeviceLine] = []
        self._habits, self._loop, self._chance = habits, loop, chance
        self._send, self._worked, self._pressed = send, worked, pressed
        self._mind = Mind(unit=unit, habits=habits)
        self._mood = Mood.WILLING
        self._shown: tuple[OrderId, int] | None = None
        self._worked_on = 0  # the last assignment whose work was done
        self._in_flight = 0  # buttons of which nobody knows yet what became
        self._next_view: CrewView | None = None
        self._newest: CrewView | None = None  # that the network brought …
        self._earlier: CrewView | None = None  # … and the last one of another order
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: dict[asyncio.Task[None], None] = {}  # in the order in which they began
        self.shows = Bell()  # rung when the network has brought another order than the one before

    @property
    def mood(self) -> Mood:
        return self._mood

    @mood.setter
    def mood(self, mood: Mood) -> None:
        self._mood = mood
        self._mind = replace(self._mind, habits=_HABITS.get(mood, _as_ever)(self._habits))
        self._arm()

    @property
    def is_busy(self) -> bool:
        """Whether it shows an order."""
        return self._mind.order is not None

    def show(self, view: CrewView) -> None:
        """The network brings what the district shows. It is shown once it is known what became of the button that was pressed."""
        newest = self._newest
        if (
            newest is not None
            and newest.order is not None
            and (view.order is None or view.order.order != newest.order.order)
        ):
            self._earlier = newest
        is_another = view.order is not None and (
            newest is None or newest.order is None or view.order.order != newest.order.order
        )
        self._newest = view
        self._show(view)
        if is_another:
            self.shows.ring()

    def show_earlier(self) -> None:
        """The network brings an earlier order's view once more, and after a moment the present one."""
        if self._earlier is not None and self._newest is not None:
            self._show(self._earlier)
            self._loop.call_later(
                PUT_RIGHT_S, lambda: self._show(self._newest) if self._newest is not None else None
            )

    def press_earlier(self) -> None:
        """When it has got its next order, somebody presses through an earlier one, on another device of the crew's that shows it still."""
        self.shows.listen(
            "press earlier",
            lambda: self._begin(self._press_through()),
            wants=lambda: self._earlier is not None,
        )

    async def _press_through(self) -> None:
        order = self._earlier.order if self._earlier is not None else None
        if order is None:
            return
        for action in THROUGH:
            await asyncio.sleep(PAUSE_S)
            request = RequestId(
                f"{self.unit}-old-{order.order}-{order.assignment}-{action}-{self._now()}"
            )
            await self._sent(
                CrewAnswer(
                    request=request,
                    unit=self.unit,
                    order=order.order,
                    assignment=order.assignment,
                    action=action,
                )
            )

    def _show(self, view: CrewView) -> None:
        if self._in_flight:
            self._next_view = view
            return
        before, now = self._mind.order, self._now()
        self._mind, wishes = shown(self._mind, view, now)
        order = self._mind.order
        if (
            order is not None
            and (before is None or before.order != order.order)
            and self._shown != (order.order, order.assignment)
        ):
            self._shown = (order.order, order.assignment)
            self._note("shown", order.order, order.assignment)
        self._carry_out(wishes)
        self._arm()

    def restart(self) -> None:
        """Switched off and on: it knows what it wrote down, and waits for the next view."""
        last = max((line.assignment for line in self.device if line.what == "shown"), default=0)
        self._mind = Mind(
            unit=self.unit, habits=self._mind.habits, place=self._mind.place, last_assignment=last
        )
        self._shown = None
        self._arm()

    def end(self) -> None:
        """The story is over."""
        if self._timer is not None:
            self._timer.cancel()
        for task in list(self._tasks):
            task.cancel()

    def _tick(self) -> None:
        self._timer = None
        if self._mood is not Mood.SILENT:
            self._mind, wishes = ticked(self._mind, self._now())
            self._carry_out(wishes)
            self._arm()

    def _arm(self) -> None:
        """Wake when the mind is due, and not before."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = due_at(self._mind) if self._mood is not Mood.SILENT and not self._in_flight else None
        if due is not None:
            self._timer = self._loop.call_later(
                max((due - self._now()) / SECOND_US, LEAST_S), self._tick
            )

    def _carry_out(self, wishes: tuple[Wish, ...]) -> None:
        for wish in wishes:
            match wish:
                case CrewAnswer():
                    self._answer(wish)
                case CrewPosition(at=at):
                    self._begin(
                        self._report(
                            replace(wish, at=later(at, -OLD_S))
                            if self._mood is Mood.BACKDATED
                            else wish
                        )
                    )
                case Void(order=order):
                    self._note("void", order.order, order.assignment)

    def _answer(self, answer: CrewAnswer) -> None:
        order = self._mind.order
        if (
            answer.action is CrewAction.FINISH
            and order is not None
            and order.assignment > self._worked_on
        ):
            self._worked_on = order.assignment
            self._worked(order.task)
        if self._mood is Mood.LATE:
            self._begin(self._press_later(answer, self._chance.uniform(*LATE_S)))
            return
        self._in_flight += 1
        self._begin(self._press(answer))
        if self._mood is Mood.TWICE:
            self._begin(self._press_later(answer, self._chance.uniform(*TWICE_S)))

    async def _press(self, answer: CrewAnswer) -> None:
        try:
            outcome = await self._sent(answer)
        finally:
            self._in_flight -= 1
        if outcome is not None:
            self._note(
                str(answer.action),
                answer.order,
                answer.assignment,
                "done" if outcome.done else outcome.reason or "refused",
            )
        view, self._next_view = self._next_view, None
        if view is not None:
            self._show(view)
        else:
            self._arm()

    async def _press_later(self, answer: CrewAnswer, after_s: float) -> None:
        """The network takes it away when the device has long shown something else: what became of it is nowhere written down."""
        await asyncio.sleep(after_s)
        await self._sent(answer)

    async def _sent(self, answer: CrewAnswer) -> Outcome | None:
        """None: it may have been done or not; the next view tells, or the button is pressed again."""
        try:
            outcome = await self._send(answer)
        except RpcError:
            return None
        if outcome.done:
            self._pressed(
                Pressed(
                    unit=self.unit,
                    request=answer.request,
                    order=answer.order,
                    action=answer.action,
                    at_s=self._loop.time(),
                )
            )
        return outcome

    async def _report(self, position: CrewPosition) -> None:
        try:
            await self._send(position)
        except RpcError:
            return  # the next one says more

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work, name=f"phone {self.unit}")
        self._tasks[task] = None
        task.add_done_callback(self._tasks.pop)

    def _note(self, what: str, order: str, assignment: int, outcome: str = "") -> None:
        self.device.append(
            DeviceLine(
                at=self._now(),
                unit=self.unit,
                assignment=assignment,
                order=order,
                what=what,
                outcome=outcome,
            )
        )

    def _now(self) -> Timestamp:
        return Timestamp(EPOCH_US + round(self._loop.time() * SECOND_US))


def _as_ever(habits: Habits) -> Habits:
    return habits
