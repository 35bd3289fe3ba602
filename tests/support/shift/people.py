"""The people of the shift in one Chromium, each in a context of their own: as on machines of their
own. Opens pages; plays nothing.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from district_day.layout import DISTRICT
from playwright.async_api import Browser, BrowserContext, async_playwright
from rigs.chromium import FLAGS, find_chromium

from citysim.demo.city import DemoCity
from citysim.demo.prepare.accounts import LI_NA, WANG_WEI, ZHAO_MIN, SignIns
from citysim.demo.prepare.configs import Ports
from shift import elements
from shift.crew_page import CrewPage
from shift.desk_page import DeskPage
from shift.stories.city import WALL_4K
from shift.wall_page import WallPage

LAPTOP, SMALL, PHONE = (1440, 900), (1280, 800), (390, 844)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Raises `NoChromiumError`."""
    path = find_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


async def at_desks(
    browser: Browser, ports: Ports, sign_ins: SignIns, pictures: Path
) -> tuple[DeskPage, DeskPage]:
    """Li Na with a laptop, in English; Zhao Min with a smaller one, in Chinese."""
    desks = []
    for person, lang, size in ((LI_NA, "en", LAPTOP), (ZHAO_MIN, "zh", SMALL)):
        context = await _context(browser, size)
        await context.add_init_script(elements.WHEN_SHOWN)
        name = f"desk-{lang}"
        desk = DeskPage(name=name, page=await context.new_page(), lang=lang, pictures=pictures)
        address = ports.districts[DISTRICT].web_url
        await desk.sign_in(address, person.name, sign_ins.passwords[person.name])
        desks.append(desk)
    return desks[0], desks[1]


async def at_the_wall(
    browser: Browser, ports: Ports, sign_ins: SignIns, pictures: Path
) -> WallPage:
    context = await _context(browser, WALL_4K)
    wall = WallPage(name="wall", page=await context.new_page(), lang="en", pictures=pictures)
    password = sign_ins.passwords[WANG_WEI.name]
    await wall.sign_in(ports.city.web_url, WANG_WEI.name, password)
    return wall


async def on_the_street(
    browser: Browser, city: DemoCity, links: dict[str, str], pictures: Path
) -> dict[str, CrewPage]:
    """A phone for each crew, every second one in Chinese."""
    crews = {}
    for number, (_, unit) in enumerate(city.units()):
        context = await _context(
            browser,
            PHONE,
            has_touch=True,
            is_mobile=True,
            permissions=["geolocation", "notifications"],
            geolocation={"latitude": unit.place.lat, "longitude": unit.place.lon},
        )
        await context.add_init_script(elements.PHONE_RECORDED)
        crew = CrewPage(
            name=unit.id,
            page=await context.new_page(),
            lang=("en", "zh")[number % 2],
            pictures=pictures,
            unit=unit.id,
        )
        await crew.comes_on(links[unit.id])
        crews[unit.id] = crew
    return crews


async def _context(browser: Browser, size: tuple[int, int], **more: object) -> BrowserContext:
    return await browser.new_context(viewport={"width": size[0], "height": size[1]}, **more)
