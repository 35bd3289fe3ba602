"""The duty officer before the city's screen: reads the band, issues plans and rejects them."""

from shift import elements
from shift.screen import Screen

CHANGED = """([selector, old]) => {
  const text = document.querySelector(selector)?.textContent ?? "";
  return text && text !== old ? text : null;
}"""


class WallPage(Screen):
    async def plan_waits(self, other_than: str = "") -> str:
        """The facts of the plan that can be issued now."""
        facts = await self.until(
            CHANGED, [elements.PLAN_FACTS, other_than], "a plan that waits for the officer", 180.0
        )
        await self.shows(elements.ISSUE, "its button can be pressed")
        return str(facts)

    async def issues(self, *, by_key: bool) -> str:
        async with self.hands:
            await self.clear_toasts()
            if by_key:
                await self.page.keyboard.press("Enter")
            else:
                await self.at(elements.ISSUE).click()
            return await self.outcome()

    async def rejects(self, why: str) -> str:
        async with self.hands:
            await self.clear_toasts()
            await self.page.keyboard.press("r")
            await self.says_why(why)
            return await self.outcome()

    async def band(self) -> str:
        return await self.at(elements.BAND_HEAD).inner_text()

    async def resizes(self, width: int, height: int) -> None:
        await self.page.set_viewport_size({"width": width, "height": height})
