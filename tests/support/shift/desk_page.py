"""An operator at the desk of a district: finds cases, presses verbs, answers the phone."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import TimeoutError as WaitedError

from citybrain.geo import Point
from shift import elements
from shift.ledger import Case
from shift.screen import Screen, ShiftError

ENDED_S = 360.0
PRESSES_MAX, CHOSEN_MS = 5, 10_000.0


@dataclass(slots=True)
class DeskPage(Screen):
    """`mispressed`: how often the list moved beneath a press."""

    mispressed: int = 0

    async def listed(self) -> list[dict[str, str]]:
        return await self.page.evaluate(elements.LISTED)

    async def new_row(self, kind: str, known: list[str]) -> dict[str, str]:
        """The row of that kind that was not there before."""
        return await self.until(elements.NEW_ROW, [kind, known], f"a new case: {kind}")

    async def shown_at_ms(self, case: str) -> int:
        return await self.until("(id) => window.shownAt[id]", case, "when its row was painted")

    async def in_stage(self, case: Case, *stages: str, within_s: float = ENDED_S) -> None:
        """`gone`: it is in the list no more, for it is over."""
        what = f"{case.number} ({case.kind}) {' or '.join(stages)}"
        await self.until(elements.IN_STAGE, [case.id, list(stages)], what, within_s)

    async def choose(self, case: Case) -> None:
        """By a press on its row; one that is not in the list is searched for."""
        row = self.at(elements.row(case.id))
        if not await row.count():
            await self.search(case.number)
        for _ in range(PRESSES_MAX):
            await row.click()
            if await self._is_chosen(case):
                return
            self.mispressed += (
                1  # the list moved beneath the press: a person sees it, and presses again
            )
        raise ShiftError(f"{self.name} could not choose {case.number}")

    async def search(self, words: str) -> None:
        await self.page.keyboard.press("/")
        await self.at(elements.SEARCH).fill(words)
        await self.at(elements.SEARCH).press("Enter")

    async def press(self, case: Case, verb: str, why: str = "") -> str:
        """A button of the case, and why where it asks."""
        async with self.hands:
            await self.choose(case)
            await self.clear_toasts()
            await self.at(elements.action(verb)).click()
            if why:
                await self.says_why(why)
            return await self.outcome()

    async def key(self, case: Case, key: str, why: str = "") -> str:
        """The same by the keyboard."""
        async with self.hands:
            await self.choose(case)
            await self.clear_toasts()
            await self.page.keyboard.press(key)
            if why:
                await self.says_why(why)
            return await self.outcome()

    async def from_menu(self, case: Case, verb: str, other: str = "") -> str:
        """A line of the menu of a case; `other`: the number of another case."""
        async with self.hands:
            await self.choose(case)
            await self.clear_toasts()
            await self.page.keyboard.press(".")
            await self.at(elements.menu_line(verb)).click()
            if other:
                await self.at(elements.OTHER_CASE).fill(other)
            await self.at(elements.VERB_SEND).click()
            return await self.outcome()

    async def phone_call(self, kind: str, said: str, place: Point | str | None, key: str) -> str:
        """A call is entered. `place`: degrees, words of a name, or None: a press on the map
        beside its middle. `key`: by which the form is opened; empty: its button."""
        async with self.hands:
            await self.clear_toasts()
            if key:
                await self.page.keyboard.press(key)
            else:
                await self.at(elements.REPORT).click()
            await self.at(elements.REPORT_KIND).select_option(kind)
            if isinstance(place, Point):
                await self.at(elements.REPORT_LATITUDE).fill(str(place.lat))
                await self.at(elements.REPORT_LONGITUDE).fill(str(place.lon))
            elif place:
                await self._name_place(place)
            else:
                await self._press_map()
            await self.at(elements.REPORT_TEXT).fill(said)
            await self.at(elements.REPORT_CONTACT).fill("555 0100")
            await self.picture(f"call-{kind}")
            await self.at(elements.REPORT_SEND).click()
            return await self.outcome()

    async def writes_note(self, case: Case, words: str) -> str:
        async with self.hands:
            await self.choose(case)
            await self.clear_toasts()
            await self.at(elements.NOTE).fill(words)
            await self.at(elements.NOTE_SEND).click()
            return await self.outcome()

    async def takes(self, cases: list[Case]) -> str:
        """Several at once: chosen with x, then one verb."""
        async with self.hands:
            await self.clear_toasts()
            for case in cases:
                await self.choose(case)
                await self.page.keyboard.press("x")
            await self.at(elements.bulk_verb("take")).click()
            return await self.outcome()

    async def hands_over(self, words: str) -> str:
        async with self.hands:
            await self.clear_toasts()
            await self.at(elements.SHIFT).click()
            await self.at(elements.SHIFT_TEXT).fill(words)
            await self.at(elements.SHIFT_SEND).click()
            return await self.outcome()

    async def takes_over(self) -> str:
        async with self.hands:
            await self.clear_toasts()
            await self.at(elements.SHIFT).click()
            await self.at(elements.SHIFT_TAKE).first.click()
            return await self.outcome()

    async def shows_ended(self, *, yes: bool) -> None:
        async with self.hands:
            toggle = self.at(elements.TOGGLE_ENDED)
            if (await toggle.get_attribute("aria-pressed") == "true") is not yes:
                await self.page.keyboard.press("o")

    async def reads(self, case: Case) -> tuple[str, str]:
        """Its stage and what it turned out to be, as the page says it."""
        async with self.hands:
            await self.search(case.number)
            await self.shows(elements.row(case.id), f"{case.number} is found")
            await self.choose(case)
            stage = await self.at(elements.STEP_HERE).inner_text()
            said = self.at(elements.DISPOSITION)
            return stage, await said.inner_text() if await said.count() else ""

    async def _is_chosen(self, case: Case) -> bool:
        """Whether the page shows that case, soon after a press on its row."""
        script = "(number) => document.querySelector('#d-number').textContent.startsWith(number)"
        try:
            await self.page.wait_for_function(script, arg=case.number, timeout=CHOSEN_MS)
        except WaitedError:
            return False
        return True

    async def _name_place(self, words: str) -> None:
        """The first of the names that the field offers in which those words are."""
        what = f"a place with {words!r} in its name"
        name = await self.until(elements.OFFERED_PLACE, words, what)
        await self.at(elements.REPORT_WORDS).fill(name)

    async def _press_map(self) -> None:
        area: Any = await self.at(elements.REPORT_MAP).bounding_box()
        if area is None:
            raise ShiftError("the form has no map")
        at = (area["x"] + area["width"] * 0.62, area["y"] + area["height"] * 0.4)
        await self.page.mouse.click(*at)
