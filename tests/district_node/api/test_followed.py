"""Whatever happens in a district: who applies what is sent has what a look at the state gives."""

from district_steps import STEPS, UNITS, carry_out
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citybrain.feed.spec import DetailSpec, ViewSpec
from citybrain.feed.update import Delta, Gone, Page, apply
from citybrain.structs import replace
from citybrain.vocabulary import OrderStep
from district_node.api.adapter import DistrictApiAdapter
from district_node.shell.consoles import RuntimeStatus

ROWS = 500
NOTHING_BESIDE = RuntimeStatus(agents=tuple, links=tuple, counts=dict)


class Watcher:
    """Watches every list, and every incident that it hears of in full, as clients do. What it is
    told becomes messages at once."""

    def __init__(self, scenario):
        self.scenario = scenario
        self.api = DistrictApiAdapter(
            None,
            lambda: scenario.state,
            status=NOTHING_BESIDE,
            newest=lambda _: None,
            clock=scenario.clock,
            changes=None,
            epoch="life",
        )
        views = {name: ViewSpec(collection=name, limit=ROWS) for name in self.api.lists}
        self.streams = [self.api.feed._stream(views, None)]
        self.pages, self.whole = {}, {}

    def follow(self):
        """Take what is new, and apply it."""
        self.api.refresh()
        feed = self.api.feed
        for stream in self.streams:
            for name, update in stream.frame(feed.version, feed.now):
                self._apply(name, update)
        for key, _ in self.pages["incidents"].rows:
            if key not in self.whole:
                spec = DetailSpec(collection="incidents", key=key)
                self.streams.append(feed._stream({key: spec}, None))
                ((name, update),) = self.streams[-1].frame(feed.version, feed.now)
                self._apply(name, update)

    def _apply(self, name, update):
        match update:
            case Page(rows=rows):
                self.pages[name] = replace(update, rows=self._rows(name, rows, update.at))
            case Delta(changed=rows):
                made = replace(update, changed=self._rows(name, rows, update.at))
                self.pages[name] = apply(self.pages[name], made)
            case Gone():
                self.whole[name] = None
            case _:
                self.whole[name] = self.api.lists["incidents"].detail(update.value, update.at)

    def _rows(self, name, rows, at):
        return tuple((key, self.api.lists[name].row(value, at)) for key, value in rows)

    def assert_is_up_to_date(self):
        """Against lists that nobody has followed."""
        fresh = Watcher(self.scenario)
        fresh.follow()
        for name, page in fresh.pages.items():
            assert self.pages[name].rows == page.rows, name
        assert {key: message for key, message in self.whole.items() if message} == fresh.whole


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(sequence=st.lists(STEPS, max_size=30))
def test_what_was_followed_is_what_is_there_after_any_step(new_scenario, sequence):
    scenario = new_scenario().start(*(new_scenario.a_unit(name) for name in UNITS))
    scenario.send_event()
    watcher = Watcher(scenario)
    watcher.follow()
    for step in sequence:
        carry_out(scenario, step)
        watcher.follow()
        watcher.assert_is_up_to_date()


def test_an_order_that_changes_alone_makes_its_incident_in_full_anew_and_its_row_not(scenario):
    scenario.start(*(scenario.a_unit(name) for name in UNITS))
    scenario.send_event()
    watcher = Watcher(scenario)
    watcher.follow()
    incident, before = scenario.incident(), watcher.api.feed.version
    scenario.request_step(OrderStep.RESERVE, unit="riverside-2", ttl_s=10)
    assert scenario.incident() is incident, "nobody has claimed its slot yet"
    watcher.follow()
    orders = {order.unit: order.stage for order in watcher.whole[incident.incident].orders}
    assert orders == {"riverside-1": "issued", "riverside-2": "reserved"}
    queue = ViewSpec(collection="incidents", limit=ROWS)
    assert watcher.api.feed.changes(queue, before) is None


def test_who_watches_a_case_sees_what_becomes_of_the_units_that_could_come(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    far = {"unit": "riverside-1", "incident": "inc-far-1", "incident_district": "oldtown"}
    scenario.request_step(OrderStep.RESERVE, "o-1", ttl_s=10, **far)
    scenario.send_event()
    watcher = Watcher(scenario)
    watcher.follow()
    incident = scenario.incident()
    (reserved,) = watcher.whole[incident.incident].recommendations
    scenario.request_step(OrderStep.ISSUE, "o-1", **far)
    assert scenario.incident() is incident, "nothing of the case itself has changed"
    watcher.follow()
    (issued,) = watcher.whole[incident.incident].recommendations
    assert issued.words != reserved.words
