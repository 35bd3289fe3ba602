"""One person's page in Chromium: pictures, signing in, reasons, and what became of a press."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Error as BrowserError
from playwright.async_api import Locator, Page
from playwright.async_api import TimeoutError as WaitedError

from shift import elements
from shift.words import word

WAIT_MS = 60_000.0  # far more than a page takes, on a machine with much other work
POLL_MS = 250.0


class ShiftError(Exception):
    """Something of the shift that did not come about; the message says what."""


@dataclass(slots=True)
class Screen:
    """`hands`: one thing at a time, as a person does. `refusals`: what was not done, in the words
    that the page said it with."""

    name: str
    page: Page
    lang: str
    pictures: Path
    refusals: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    hands: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("pageerror", lambda error: self.errors.append(f"{self.name}: {error}"))

    def text(self, key: str) -> str:
        return word(key, self.lang)

    def at(self, selector: str) -> Locator:
        return self.page.locator(selector)

    async def picture(self, step: str) -> None:
        """What the screen shows now, as a file."""
        await self.page.screenshot(path=self.pictures / f"{step}-{self.name}.png")

    async def shows(self, selector: str, what: str, within_s: float = 120.0) -> None:
        await self._seen(self.at(selector).first.wait_for(timeout=within_s * 1000), what)

    async def hides(self, selector: str, what: str, within_s: float = 120.0) -> None:
        hidden = self.at(selector).first.wait_for(state="hidden", timeout=within_s * 1000)
        await self._seen(hidden, what)

    async def until(self, script: str, given: Any, what: str, within_s: float = 120.0) -> Any:
        """What `script` says of the page, once that is true."""
        waited = self.page.wait_for_function(
            script, arg=given, polling=POLL_MS, timeout=within_s * 1000
        )
        found = await self._seen(waited, what)
        return await found.json_value()

    async def sign_in(self, address: str, name: str, password: str) -> None:
        await self.page.goto(f"{address}sign-in?lang={self.lang}")
        await self.at(elements.SIGN_IN_NAME).fill(name)
        await self.at(elements.SIGN_IN_PASSWORD).fill(password)
        await self.at(elements.SUBMIT).click()
        await self.shows(elements.PERSON, f"{name} is signed in")

    async def says_why(self, key: str) -> None:
        """A reason out of those that are offered, or in own words where there is no such key."""
        if key.startswith(("why.", "cannot.")):
            offered = self.at(elements.REASON_PRESET)
            await offered.get_by_text(self.text(key), exact=True).click()
        else:
            await self.at(elements.REASON_TEXT).fill(key)
        await self.at(elements.REASON_SEND).click()

    async def clear_toasts(self) -> None:
        closers = self.at(elements.TOAST_CLOSE)
        while await closers.count():
            try:
                await closers.first.click(timeout=2000)
            except BrowserError:
                continue  # it went by itself

    async def outcome(self) -> str:
        """What the page says became of the last press; raises `ShiftError` where it was refused."""
        toast = self.at(elements.TOAST).last
        await self._seen(toast.wait_for(timeout=WAIT_MS), "the outcome of a press")
        said, kind = await toast.inner_text(), await toast.get_attribute("class") or ""
        if "toast-bad" in kind:
            self.refusals.append(f"{self.name}: {said.splitlines()[0]}")
            raise ShiftError(f"{self.name} was refused: {said}")
        return said

    async def _seen(self, waited: Any, what: str) -> Any:
        try:
            return await waited
        except WaitedError as error:
            await self.picture(f"missed-{len(list(self.pictures.glob('missed-*'))):02d}")
            raise ShiftError(f"{self.name} never saw: {what}") from error
