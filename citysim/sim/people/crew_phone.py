"""One crew with its phone on virtual time: the demo's simulated crew, woken only when it is due.

The network may lose its calls, and a fault mode changes how the crew answers.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from enum import StrEnum
from random import Random  # noqa: TID251 - seeded
from typing import assert_never

from citybrain.clock import SECOND_US, Timestamp, later
from citybrain.domain.console import Outcome, UnitAction
from citybrain.domain.crew import CrewAnswer, CrewOrder, CrewPosition, CrewView
from citybrain.domain.order import Task
from citybrain.errors import RpcError
from citybrain.ids import OrderId, RequestId, UnitId
from citybrain.structs import replace
from citybrain.vocabulary import Capability, CrewAction
from citysim.laws.ground_truth_log import AcceptedAnswer
from citysim.people.device_log import DeviceEntry
from citysim.people.simulated_crew import (
    REFUSALS,
    CrewBehaviour,
    CrewCommand,
    CrewState,
    VoidOrder,
    next_wakeup,
    on_tick,
    on_view,
)
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.fault_trigger import FaultTrigger
from citysim.sim.people.operator_session import simulated_now

SIM_CREW_BEHAVIOUR = CrewBehaviour(
    speedup=10.0,
    accept_s=(1.0, 6.0),
    depart_s=1.0,
    work_s=(8.0, 40.0),
    report_s=5.0,
    retry_s=4.0,
    refuse_share=0.05,
    refusals=REFUSALS,
    break_share=0.05,
    away_s=(15.0, 60.0),
    found_share=0.3,
    beyond=Capability("diving"),
)
LATE_ANSWER_DELAY_S = (8.0, 60.0)
DUPLICATE_ANSWER_DELAY_S = (0.0, 10.0)
BACKDATED_BY_S = 90.0
MIN_WAIT_S = 0.001  # between two wake-ups
CURRENT_VIEW_DELAY_S = 0.5  # after an earlier view, until the current one is shown again
ALL_BUTTONS = (CrewAction.ACCEPT, CrewAction.DEPART, CrewAction.ARRIVE, CrewAction.FINISH)
BUTTON_PAUSE_S = 0.4  # between two buttons of an earlier order
EARLIER_PRESS = "press earlier order"  # the name under which this fault is armed

# raises `RpcError` where no answer came: the message may have taken effect or not
Send = Callable[[CrewAnswer | CrewPosition | UnitAction], Awaitable[Outcome]]


class FaultMode(StrEnum):
    """How the crew behaves."""

    NORMAL = "normal"
    REFUSES = "refuses"  # refuses orders, never two in a row (the simulated crew's own rule)
    SILENT = "silent"  # presses nothing and does not move
    ANSWERS_TWICE = "answers_twice"  # every answer is sent again a while later
    ANSWERS_LATE = "answers_late"  # answers leave long after they were given
    BACKDATES = "backdates"  # positions carry a time long ago


_BEHAVIOURS: Mapping[FaultMode, Callable[[CrewBehaviour], CrewBehaviour]] = {
    FaultMode.REFUSES: lambda behaviour: replace(behaviour, refuse_share=1.0),
    FaultMode.ANSWERS_LATE: lambda behaviour: replace(behaviour, retry_s=LATE_ANSWER_DELAY_S[1]),
}


class CrewPhone:
    """`show` it what the network delivers.

    `device` is the log that survives a restart. `new_order_shown` fires with the view when the
    network has delivered another order than before.
    """

    def __init__(
        self,
        unit: UnitId,
        *,
        behaviour: CrewBehaviour,
        loop: VirtualTimeLoop,
        rng: Random,
        send: Send,
        on_work_done: Callable[[Task], None],
        on_accepted: Callable[[AcceptedAnswer], None],
    ) -> None:
        """`on_work_done`: the crew has done the work of a task. `on_accepted`: the district has
        confirmed an answer."""
        self.unit = unit
        self.device: list[DeviceEntry] = []
        self._behaviour, self._loop, self._rng = behaviour, loop, rng
        self._send, self._on_work_done, self._on_accepted = send, on_work_done, on_accepted
        self._crew = CrewState(unit=unit, behaviour=behaviour)
        self._fault_mode = FaultMode.NORMAL
        self._shown: tuple[OrderId, int] | None = None
        self._worked_on = 0  # the last assignment number whose work was done
        self._in_flight = 0  # buttons whose outcome is not known yet
        self._next_view: CrewView | None = None
        self._newest: CrewView | None = None  # the last view that the network delivered …
        self._earlier: CrewView | None = None  # … and the last one of another order
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: dict[asyncio.Task[None], None] = {}  # in the order in which they began
        self.new_order_shown: FaultTrigger[CrewView] = FaultTrigger()

    @property
    def fault_mode(self) -> FaultMode:
        return self._fault_mode

    @fault_mode.setter
    def fault_mode(self, mode: FaultMode) -> None:
        self._fault_mode = mode
        adapt = _BEHAVIOURS.get(mode)
        behaviour = adapt(self._behaviour) if adapt is not None else self._behaviour
        self._crew = replace(self._crew, behaviour=behaviour)
        self._arm_timer()

    @property
    def is_busy(self) -> bool:
        """Whether it shows an order."""
        return self._crew.order is not None

    def show(self, view: CrewView) -> None:
        """The network delivers a view. It is shown once the outcome of the last button is known."""
        last = self._newest.order if self._newest is not None else None
        order = view.order
        if last is not None and not _is_same(last, order):
            self._earlier = self._newest
        self._newest = view
        self._show(view)
        if order is not None and not _is_same(order, last):
            self.new_order_shown.fire(view)

    def show_earlier_order(self) -> None:
        """The network delivers an earlier order's view once more, then the current one again."""
        if self._earlier is not None and self._newest is not None:
            self._show(self._earlier)
            self._loop.call_later(CURRENT_VIEW_DELAY_S, self._show_newest)

    def _show_newest(self) -> None:
        if self._newest is not None:
            self._show(self._newest)

    def press_earlier_order(self) -> None:
        """When the next order is shown, every button of an earlier one is pressed: by a second
        device of the crew that still shows it."""
        self.new_order_shown.arm(
            EARLIER_PRESS,
            lambda _: self._begin(self._press_all_buttons()),
            condition=lambda _: self._earlier is not None,
        )

    async def _press_all_buttons(self) -> None:
        """Of the earlier order."""
        order = self._earlier.order if self._earlier is not None else None
        if order is None:
            return
        number = order.assignment_number
        for action in ALL_BUTTONS:
            await asyncio.sleep(BUTTON_PAUSE_S)
            request = f"{self.unit}-old-{order.order}-{number}-{action}-{self._now()}"
            await self._send_answer(
                CrewAnswer(
                    request=RequestId(request),
                    unit=self.unit,
                    order=order.order,
                    assignment_number=number,
                    action=action,
                )
            )

    def _show(self, view: CrewView) -> None:
        if self._in_flight:
            self._next_view = view
            return
        before = self._crew.order
        self._crew, commands = on_view(self._crew, view, self._now())
        order = self._crew.order
        if order is not None and not _is_same(order, before):
            shown = order.order, order.assignment_number
            if self._shown != shown:
                self._shown = shown
                self._log("shown", *shown)
        self._carry_out(commands)
        self._arm_timer()

    def restart(self) -> None:
        """Switched off and on: it knows what is in its log, and waits for the next view."""
        last = max(
            (line.assignment_number for line in self.device if line.action == "shown"), default=0
        )
        self._crew = CrewState(
            unit=self.unit,
            behaviour=self._crew.behaviour,
            place=self._crew.place,
            last_assignment_number=last,
        )
        self._shown = None
        self._arm_timer()

    def end(self) -> None:
        """The simulation is over."""
        if self._timer is not None:
            self._timer.cancel()
        for task in list(self._tasks):
            task.cancel()

    def _on_timer(self) -> None:
        self._timer = None
        if self._fault_mode is not FaultMode.SILENT:
            self._crew, commands = on_tick(self._crew, self._now())
            self._carry_out(commands)
            self._arm_timer()

    def _arm_timer(self) -> None:
        """Wakes when the crew is due, and not before."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._fault_mode is FaultMode.SILENT or self._in_flight:
            return
        due = next_wakeup(self._crew)
        if due is not None:
            wait_s = max((due - self._now()) / SECOND_US, MIN_WAIT_S)
            self._timer = self._loop.call_later(wait_s, self._on_timer)

    def _carry_out(self, commands: tuple[CrewCommand, ...]) -> None:
        for command in commands:
            match command:
                case CrewAnswer():
                    self._answer(command)
                case CrewPosition(at=at):
                    if self._fault_mode is FaultMode.BACKDATES:
                        command = replace(command, at=later(at, -BACKDATED_BY_S))
                    self._begin(self._report(command))
                case UnitAction():
                    self._begin(self._tell(command))
                case VoidOrder(order=order):
                    self._log("void", order.order, order.assignment_number)
                case _:
                    assert_never(command)

    def _answer(self, answer: CrewAnswer) -> None:
        order = self._crew.order
        if (
            answer.action is CrewAction.FINISH
            and order is not None
            and order.assignment_number > self._worked_on
        ):
            self._worked_on = order.assignment_number
            self._on_work_done(order.task)
        if self._fault_mode is FaultMode.ANSWERS_LATE:
            self._begin(self._send_later(answer, self._rng.uniform(*LATE_ANSWER_DELAY_S)))
            return
        self._in_flight += 1
        self._begin(self._press(answer))
        if self._fault_mode is FaultMode.ANSWERS_TWICE:
            self._begin(self._send_later(answer, self._rng.uniform(*DUPLICATE_ANSWER_DELAY_S)))

    async def _press(self, answer: CrewAnswer) -> None:
        try:
            outcome = await self._send_answer(answer)
        finally:
            self._in_flight -= 1
        if outcome is not None:
            self._log(
                str(answer.action),
                answer.order,
                answer.assignment_number,
                "done" if outcome.done else outcome.reason or "refused",
            )
        view, self._next_view = self._next_view, None
        if view is not None:
            self._show(view)
        else:
            self._arm_timer()

    async def _send_later(self, answer: CrewAnswer, after_s: float) -> None:
        """By then the device shows something else: the outcome is not logged."""
        await asyncio.sleep(after_s)
        await self._send_answer(answer)

    async def _send_answer(self, answer: CrewAnswer) -> Outcome | None:
        """None: it may have taken effect or not. The next view shows it, or it is sent again."""
        try:
            outcome = await self._send(answer)
        except RpcError:
            return None
        if outcome.done:
            self._on_accepted(
                AcceptedAnswer(
                    unit=self.unit,
                    request=answer.request,
                    order=answer.order,
                    action=answer.action,
                    at=self._now(),
                )
            )
        return outcome

    async def _tell(self, action: UnitAction) -> None:
        with suppress(RpcError):  # the next view shows it, or it is said again
            await self._send(action)
        self._arm_timer()

    async def _report(self, position: CrewPosition) -> None:
        try:
            await self._send(position)
        except RpcError:
            return  # the next position is newer

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = self._loop.start_task(work, name=f"phone {self.unit}")
        self._tasks[task] = None
        task.add_done_callback(self._tasks.pop)

    def _log(self, action: str, order: str, assignment_number: int, outcome: str = "") -> None:
        self.device.append(
            DeviceEntry(
                at=self._now(),
                unit=self.unit,
                assignment_number=assignment_number,
                order=order,
                action=action,
                outcome=outcome,
            )
        )

    def _now(self) -> Timestamp:
        return simulated_now(self._loop)


def _is_same(order: CrewOrder, other: CrewOrder | None) -> bool:
    return other is not None and other.order == order.order
