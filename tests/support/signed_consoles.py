"""Consoles at which people sign in: fake screens behind the real gate, pages and file of people."""

from consoles import city_screen, crew_screen, district_screen
from consoles.fake_api import FakeDistrictApi, services
from consoles.fake_screens import FakeCityScreen, FakeCrewScreen, FakeDistrictScreen
from consoles.reports import CLOCK
from people_files import put_account

from citybrain.api.services.city import city_service
from citybrain.clock import ManualClock
from citybrain.domain.principal import Role
from citybrain.ids import CountingIds
from citybrain.people.accounts import Accounts
from citybrain.people.door import PeopleDoor
from citybrain.people.store import PeopleStore, ensure_store
from citybrain.random_ids import RandomIds
from coordinator.web.app import build as build_city
from district_node.web.app import build as build_district

PEOPLE = {
    "Li Na": Role.OPERATOR,
    "Viewer Vi": Role.VIEWER,
    "Wang Wei": Role.DUTY_OFFICER,
}


class SignedConsole:
    """`app` is a district's or the city's; `accounts` is what the commands use, of a file opened
    for itself, as in another process. `push`: makes the place of its phones' subscriptions out of
    the store."""

    def __init__(
        self,
        folder,
        *,
        tier="district",
        people=PEOPLE,
        is_loopback=True,
        clock=None,
        oidc=None,
        base_map=None,
        address="https://queue.riverside.example",
        push=None,
    ):
        path = ensure_store(folder)
        self.clock = clock or ManualClock()
        self.commands = PeopleStore(path)
        self.accounts = Accounts(self.commands, clock=self.clock, ids=RandomIds())
        for name, role in people.items():
            put_account(self.commands, name, role, at=self.clock.now())
        self.results, self.base_map, self.address = [], base_map, address
        self.door = PeopleDoor(
            PeopleStore(path),
            node=tier,
            is_loopback=is_loopback,
            clock=self.clock,
            ids=RandomIds(),
            count=self.results.append,
            oidc=oidc,
        )
        self.push = None if push is None else push(self.door.store)
        self.app = self._district() if tier == "district" else self._city()

    def close(self) -> None:
        self.door.close()
        self.commands.close()

    def _district(self):
        self.screen = FakeDistrictScreen(district_screen.busy_district())
        views = crew_screen.crew_view(), crew_screen.crew_view(unit="riverside-2")
        self.crews = FakeCrewScreen(*views)
        return build_district(
            services(FakeDistrictApi(self.screen), self.crews),
            self.crews,
            district="riverside",
            name={"en": "Riverside", "zh": "滨江"},
            clock=CLOCK,
            door=self.door,
            base_map=self.base_map,
            address=self.address,
            push=self.push,
        )

    def _city(self):
        self.screen = FakeCityScreen(city_screen.busy_city(city_screen.plan()))
        return build_city(
            (city_service(self.screen, CountingIds()),),
            clock=CLOCK,
            name={"en": "Three Rivers", "zh": "三江市"},
            door=self.door,
            base_map=self.base_map,
        )
