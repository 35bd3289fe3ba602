"""A crew with its phone: answers what the page asks, step by step, unless it is told to wait."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.async_api import Error as BrowserError
from playwright.async_api import Response
from playwright.async_api import TimeoutError as GoneError

from shift import elements
from shift.screen import Screen

LOOKS_S = 0.5  # a crew looks at its phone so often


@dataclass(slots=True)
class CrewPage(Screen):
    """`waits_before`: answers that it does not give now. `finds_nothing`: numbers of cases at which
    it says that nothing is there. `answered`: what it pressed, with the order that stood there;
    `sent`: the answers that its district took, as they came through;
    `in_vain`: taps whose button went away before, as orders do that are withdrawn."""

    unit: str = ""
    waits_before: set[str] = field(default_factory=set)
    finds_nothing: set[str] = field(default_factory=set)
    answered: list[tuple[str, str]] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    in_vain: int = 0
    on_done: Callable[[str], None] = lambda _number: None

    def __post_init__(self) -> None:
        Screen.__post_init__(self)
        self.page.on("response", lambda response: self._came_through(response))

    async def comes_on(self, link: str) -> None:
        """The link that the operator gave: one press, and the phone is the crew's."""
        await self.page.goto(f"{link}?lang={self.lang}")
        await self.at(elements.SUBMIT).tap()
        await self.shows(elements.FREE, f"{self.unit} has its page")
        await self.at(elements.TRY_RING).tap()
        await self.until("() => window.rung.length", None, f"{self.unit} rings for a try")

    async def works(self) -> None:
        """Until it is cancelled."""
        while True:
            try:
                await self._looks()
            except GoneError:
                self.in_vain += 1
            except BrowserError as error:
                self.errors.append(f"{self.name}: {str(error).splitlines()[0]}")
            await asyncio.sleep(LOOKS_S)

    async def is_ringing(self) -> bool:
        return await self.at(elements.RING).is_visible()

    async def rings(self) -> int:
        return int(await self.page.evaluate("() => window.rung.length"))

    async def gives(self, name: str) -> None:
        """One answer, pressed by hand."""
        async with self.hands:
            order = await self.at(elements.ORDER_NUMBER).inner_text()
            await self.at(f"{elements.answer(name)}:not(:disabled)").tap()
            self._note(name, order)

    async def _looks(self) -> None:
        async with self.hands:
            found = await self.page.evaluate(elements.NEXT_ANSWER)
            if not found or found["action"] in self.waits_before:
                return
            number = found["order"].split(" · ")[0]
            is_empty = found["action"] == "finish" and number in self.finds_nothing
            name = "nothing_here" if is_empty else found["action"]
            await self.at(f"{elements.answer(name)}:not(:disabled)").tap(timeout=5000)
            self._note(name, found["order"])

    def _came_through(self, response: Response) -> None:
        request = response.request
        if request.url.endswith("/answers") and request.method == "POST" and response.ok:
            self.sent.append(str(request.post_data_json["answer"]))

    def _note(self, name: str, order: str) -> None:
        self.answered.append((order, name))
        if name == "finish":
            self.on_done(order.split(" · ")[0])
