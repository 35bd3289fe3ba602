"""Every page of the consoles in every state that people meet, for whoever has to look at all of
them: each is served by itself over fake screens and brought to its state in a browser.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from signed_consoles import SignedConsole

from citybrain.api.services.city import city_service
from citybrain.domain.plan import PlanStage
from citybrain.ids import CountingIds
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from consoles import city_screen, crew_screen, district_screen
from consoles.fake_api import FakeDistrictApi, district_app
from consoles.fake_screens import FakeCityScreen, FakeCrewScreen, FakeDistrictScreen
from consoles.reports import CLOCK
from consoles.threaded_console import ThreadedConsole
from coordinator.web.app import build

PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
MANY = 10_000
UNITS = 60


class Served:
    """A console of one state; `do` runs a step where it runs."""

    def __init__(self, app: object, close: Callable[[], None] = lambda: None) -> None:
        self._console, self._close = ThreadedConsole(app), close
        self.url, self.do, self.cut = self._console.url, self._console.do, self._console.stop

    def stop(self) -> None:
        self._console.stop()
        self._close()


@dataclass(frozen=True)
class PageState:
    """`loaded` is there once the page works; `reach` does what leads to the state then."""

    serve: Callable[[object], Served]
    loaded: str
    path: str = "/"
    reach: Callable[[object, Served], None] = lambda page, served: None
    options: dict = field(default_factory=dict)


def desk(value: object) -> Served:
    screen = FakeDistrictScreen(value)
    crews = FakeCrewScreen(crew_screen.crew_view())
    return Served(district_app(screen, crews, FakeDistrictApi(screen)))


def full_desk() -> Served:
    """As many cases and units as a district has to show."""
    busy = district_screen.busy_district()
    units = tuple(district_screen.unit(n + 1) for n in range(UNITS))
    return desk(replace(busy, queue=district_screen.many_incidents(MANY), units=units))


def wall(value: object) -> Served:
    name = {"en": "Three Rivers", "zh": "三江市"}
    service = city_service(FakeCityScreen(value), CountingIds())
    return Served(build((service,), clock=CLOCK, name=name))


def phone(view: object) -> Served:
    crews = FakeCrewScreen(view)
    screen = FakeDistrictScreen(district_screen.busy_district())
    return Served(district_app(screen, crews, telephone="+86 28 1234 5678"))


def signed(folder: object, tier: str) -> Served:
    made = SignedConsole(folder, clock=SystemClock(), tier=tier)
    return Served(made.app, made.close)


def pressed(button: str, shown: str) -> Callable[[object, Served], None]:
    def reach(page: object, served: Served) -> None:
        page.locator(button).click()
        page.locator(shown).wait_for(state="visible")

    return reach


def several(page: object, served: Served) -> None:
    page.keyboard.press("x")
    page.locator(".row").nth(2).click(modifiers=["Control"])
    page.locator("#bulk").wait_for(state="visible")


def lost(page: object, served: Served) -> None:
    served.cut()
    page.locator("#connection-lost").wait_for(state="visible")


def offline(page: object, served: Served) -> None:
    page.context.set_offline(True)
    page.locator("#buttons [data-action=depart]").tap()
    page.locator("#pending").wait_for(state="visible")


CREW = "/crew/riverside-1"


def of_desk(reach: Callable[[object, Served], None]) -> PageState:
    return PageState(lambda _: desk(district_screen.busy_district()), ".row", reach=reach)


def of_wall(value: object, loaded: str, **more: object) -> PageState:
    return PageState(lambda _: wall(value), loaded, **more)


def of_phone(view: object, loaded: str = "#order", **more: object) -> PageState:
    return PageState(lambda _: phone(view), loaded, CREW, options=PHONE, **more)


PAGE_STATES: dict[str, PageState] = {
    "desk-empty": PageState(lambda _: desk(district_screen.empty_district()), "#units li"),
    "desk-full": PageState(lambda _: full_desk(), ".row"),
    "desk-case": of_desk(pressed("#d-more", "#d-menu")),
    "desk-several": of_desk(several),
    "desk-new-case": of_desk(pressed("#report", "#report-dialog")),
    "desk-shift": of_desk(pressed("#shift", "dialog[open]")),
    "desk-keys": of_desk(pressed("#keys", "dialog[open]")),
    "desk-lost": of_desk(lost),
    "wall-calm": of_wall(city_screen.quiet_city(), "#districts tr"),
    "wall-plan": of_wall(city_screen.busy_city(city_screen.plan()), "#plan-orders li"),
    "wall-issued": of_wall(
        city_screen.busy_city(city_screen.plan(stage=PlanStage.ISSUED)), "#districts tr"
    ),
    "wall-lost": of_wall(city_screen.busy_city(city_screen.plan()), "#plan-orders li", reach=lost),
    "crew-free": of_phone(crew_screen.crew_view(None, state="available"), "#free"),
    "crew-called": of_phone(crew_screen.crew_view(), "#ring"),
    "crew-at-work": of_phone(crew_screen.busy_day()),
    "crew-sketch": of_phone(crew_screen.seen(), "#sketch"),
    "crew-reading": of_phone(crew_screen.measured(1.45, 1.2), "#sketch"),
    "crew-offline": of_phone(crew_screen.crew_view("accepted"), reach=offline),
    "sign-in-district": PageState(lambda folder: signed(folder, "district"), "form"),
    "sign-in-city": PageState(lambda folder: signed(folder, "city"), "form"),
    "not-found": PageState(lambda folder: signed(folder, "district"), "main", "/nowhere"),
}


def opened(pages: object, state: PageState, served: Served, **options: object) -> object:
    """The page, in its state."""
    lang = options.pop("lang", "en")
    theme = options.pop("theme", "dark")
    page = pages.open("about:blank", **{"reduced_motion": "reduce", **state.options, **options})
    page.add_init_script(
        f"localStorage.setItem('citybrain-theme', '{theme}');"
        "localStorage.setItem('citybrain-operator', 'Li Wei');"
    )
    page.goto(f"{served.url}{state.path}?lang={lang}")
    page.locator(state.loaded).first.wait_for(state="visible")
    state.reach(page, served)
    return page
