"""What the lists show after any commits is what they would show of that state from nothing,
although only what commits touched is looked at; and what has not changed is the same object."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citybrain.domain.order import OrderAnswer, OrderProgress
from citybrain.feed.change_feed import ChangeFeed
from citybrain.feed.spec import ViewSpec
from citybrain.vocabulary import IncidentStage, OrderStage, OrderStep, OrderVerdict, UnitState
from coordinator import inputs
from coordinator.api.follower import Follower
from coordinator.api.lists import city_lists
from coordinator.api.touched import NOTHING, TouchedUnits, touched_by, union
from coordinator.shell.planner import PlannerStatus

STATUS = PlannerStatus(planner="in-process", reason="")
NAME = {"en": "Test", "zh": "测试"}
DISTRICTS = ("north", "south")


class Loop:
    """As much of a commit loop as listeners need, over the city of the tests."""

    def __init__(self, city):
        self.city, self._listeners = city, []

    @property
    def state(self):
        return self.city.state

    def on_commit(self, listener):
        self._listeners.append(listener)

    def commit(self, given):
        committed = self.city.decider.run([given], self.city.clock.now())
        for listener in self._listeners:
            listener(self.state, committed)


class Reader:
    """What the adapter does: takes what was touched, follows, and feeds."""

    def __init__(self, loop):
        self._touched, self._follower = TouchedUnits(loop), Follower()
        self._unfed = None
        self.feed = ChangeFeed("life")
        for one in city_lists(self.shown, name=NAME).values():
            self.feed.add(one.collection)
        self.touched = None

    def shown(self):
        newest = self._touched.take()
        self._unfed = union(self._unfed, newest.touched)
        return self._follower.advance(newest.state, newest.touched, STATUS)

    def refresh(self, at):
        shown = self.shown()
        self.touched, self._unfed = self._unfed, NOTHING
        self.feed.refresh("units", shown.units, at, touched=self.touched)
        return shown


def an_input(rng, w, positions):
    district = rng.choice(DISTRICTS)
    name = f"{district}-{rng.randrange(4)}"
    letter = rng.choice(
        [
            w.unit(name, district, state=rng.choice(list(UnitState)[:4]), at=rng.randrange(99)),
            w.unit(name, district, lat=30.6 + rng.random() / 10),
            w.incident(name, district, stage=rng.choice(list(IncidentStage)[:8])),
        ]
    )
    epoch, position = positions[district]
    kind = rng.random()
    if kind < 0.06:  # a store that went back in time
        positions[district] = (f"{epoch}x", 0)
        return w.connections(district, epoch=f"{epoch}x")[0]
    if kind < 0.12:
        return inputs.DistrictLost(district=district, session=1, last_seen_at=5)
    positions[district] = (epoch, position + 1)
    return inputs.DistrictLetterReceived(
        district=district, epoch=epoch, position=position + 1, letter=letter
    )


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rng=st.randoms(use_true_random=False))
def test_what_is_followed_is_what_is_there(w, rng):
    loop = Loop(w.City())
    reader, positions = Reader(loop), dict.fromkeys(DISTRICTS, ("e1", 0))
    for connected in w.connections(*DISTRICTS):
        loop.commit(connected)
    for at in range(20):
        for _ in range(rng.randrange(4)):
            loop.commit(an_input(rng, w, positions))
        if rng.random() < 0.3:
            reader.shown()  # a request reads between two refreshes
        shown = reader.refresh(at)
        assert shown == Follower().advance(loop.state, None, STATUS)
        page = reader.feed.page(ViewSpec(collection="units", limit=100))
        assert dict(page.rows) == dict(shown.units)


def test_only_what_a_letter_names_is_looked_at(w, city):
    loop = Loop(city)
    reader = Reader(loop)
    loop.commit(inputs.DistrictReturned(district="north", session=1))
    before = reader.refresh(1)
    assert reader.touched is None, "at first everything is"
    letter = w.unit("u1", lat=30.7)
    loop.commit(
        inputs.DistrictLetterReceived(district="north", epoch="e1", position=2, letter=letter)
    )
    after = reader.refresh(2)
    assert reader.touched == {"u1"}
    assert after.units["u1"] == letter
    assert all(after.districts[name] is before.districts[name] for name in DISTRICTS)
    assert after.incidents is before.incidents
    assert after.orders == before.orders and after.plans is before.plans
    loop.commit(inputs.DistrictLost(district="north", session=1, last_seen_at=5))
    assert reader.refresh(3).districts["north"].seen_at is not None
    assert reader.touched == NOTHING


def test_a_store_that_went_back_in_time_may_have_changed_any_unit(w):
    assert touched_by(w.connections("north")) is None
    assert touched_by([inputs.DistrictLost(district="n", session=1, last_seen_at=5)]) == NOTHING
    assert union(NOTHING, None) is None
    assert touched_by(["an input of another version"]) is None


def test_an_order_follows_its_unit_while_it_is_live_and_stays_what_it_was_afterwards(w, with_order):
    city, order = with_order
    loop = Loop(city)
    reader = Reader(loop)
    assert reader.refresh(1).orders[order].report.place.lat == 30.66

    def moves_to(lat, position):
        letter = w.unit("u1", lat=lat)
        loop.commit(
            inputs.DistrictLetterReceived(
                district="north", epoch="e1", position=position, letter=letter
            )
        )

    moves_to(30.7, 2)
    assert reader.refresh(2).orders[order].report.place.lat == 30.7
    task = city.saga(order).task
    over = OrderProgress(
        order=order,
        unit="u1",
        unit_district="north",
        incident=task.incident,
        incident_district="south",
        stage=OrderStage.REFUSED,
        at=city.clock.now(),
    )
    loop.commit(
        inputs.DistrictLetterReceived(district="north", epoch="e1", position=3, letter=over)
    )
    for position, refusal in ((4, "reserve"), (5, "release")):
        city.up["north", "e1"] = position
        loop.commit(
            inputs.DistrictLetterReceived(
                district="north",
                epoch="e1",
                position=position,
                letter=answer(order, refusal),
            )
        )
    loop.commit(
        inputs.DistrictLetterReceived(
            district="south", epoch="e1", position=2, letter=answer(order, "release")
        )
    )
    ended = reader.refresh(3).orders[order]
    assert (ended.is_live, ended.report.place.lat) == (False, 30.7)
    moves_to(30.9, 6)
    assert reader.refresh(4).orders[order] is ended


def answer(order, step):
    verdict = OrderVerdict.REFUSED if step == "reserve" else OrderVerdict.DONE
    return OrderAnswer(order=order, step=OrderStep(step), verdict=verdict, reason="busy")


def test_the_city_shows_where_it_plans_and_what_it_has_counted(with_order):
    city, order = with_order
    status = PlannerStatus(planner="in-process", reason="Ray is off")
    shown = Follower().advance(city.state, None, status)
    north, south = (shown.districts[name] for name in ("north", "south"))
    assert (north.units, north.units_free, south.incidents) == (1, 1, 1)
    assert (shown.orders[order].stage, shown.orders[order].crew_stage) == ("proposing", "proposed")
    overview = shown.city["city"]
    assert (overview.planner, overview.planner_reason) == ("in-process", "Ray is off")
    assert (overview.counts["orders_live"], overview.counts["requested_reserve"]) == (1, 1)


def test_an_offline_district_was_seen_when_it_was_lost(city):
    seen_at = city.clock.now()
    city.submit(inputs.DistrictLost(district="north", session=1, last_seen_at=seen_at))
    city.clock.advance(42)
    shown = Follower().advance(city.state, None, STATUS)
    assert (shown.districts["north"].seen_at, shown.districts["south"].seen_at) == (seen_at, None)
