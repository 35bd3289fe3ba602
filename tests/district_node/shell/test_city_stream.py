"""Letters of the city that this district cannot take, and own letters that the city cannot: each is
quarantined with a declared gap, and the log goes on.
"""

import asyncio

import pytest
from scripted_city import Box, City, PickyCity, a_request, batch, until

from citybrain import canonical_json
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.order import OrderAnswer
from citybrain.journal.port import Batch, NewLetter
from citybrain.link.frames import (
    LetterGap,
)
from citybrain.localized_name import LocalizedName
from citybrain.places_file import NamedPlace, PlaceSort
from citybrain.structs import replace
from district_node.cores.decision_draft import CITY
from district_node.cores.flows import city as flow
from district_node.naming.gazetteer import Gazetteer
from district_node.shell import uplink


@pytest.fixture
def setup(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    return scenario.state.setup


@pytest.fixture(autouse=True)
def _hurried(monkeypatch):
    monkeypatch.setattr(uplink, "RETRY_FIRST_S", 0.01)
    monkeypatch.setattr(uplink, "RETRY_MAX_S", 0.02)


def test_a_letter_that_cannot_be_read_is_refused_and_the_log_goes_on(tmp_path, setup):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: box.uplink.is_up, "the stream is open")
            city.post(a_request())
            city.post_bytes(b"\xff no letter")
            city.post(a_request(order="o-3"))
            await until(lambda: box.link.down_acked == 3, "the log goes on")
            assert [(r.position, r.after) for r in city.refusals] == [(2, 1)]
            assert box.link.quarantined == 1
            assert box.quarantine.by_reason == {"undecodable": 1}
            assert len(city.hellos) == 1, "over the same stream"
            records = list(box.store.records())
            assert sum(r.kind == "city_letter_quarantined" for r in records) == 1

    asyncio.run(go())


def test_a_letter_that_no_core_can_decide_is_refused_and_the_log_goes_on(
    tmp_path, setup, monkeypatch
):
    received = flow.city_letter_received

    def picky(draft, given):
        if given.letter.order == "poison":
            raise ValueError("cannot")
        received(draft, given)

    monkeypatch.setattr(flow, "city_letter_received", picky)

    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: box.uplink.is_up, "the stream is open")
            for order in ("o-1", "poison", "o-3"):
                city.post(a_request(order=order))
            await until(lambda: box.link.down_acked == 3, "the log goes on")
            assert [r.position for r in city.refusals] == [2]
            assert box.quarantine.by_reason == {"undecidable": 1}
            assert {a.order for a in city.got(OrderAnswer)} >= {"o-1"}
            assert len(city.hellos) == 1, "over the same stream"

    asyncio.run(go())


def test_a_letter_that_the_city_refuses_is_withdrawn_by_a_gap_and_the_log_goes_on(
    tmp_path, setup, scenario
):
    async def go():
        city = PickyCity(2)
        async with Box(tmp_path, city, setup) as box:
            for seq in (1, 2, 3):
                await box.do(batch(scenario, seq, episode=f"e{seq}", incident_kind=f"kind_{seq}"))
            await until(lambda: box.uplink.backlog == 0, "the log goes on")
            assert isinstance(city.letters[2], LetterGap)
            assert [(r.position, r.reason) for r in box.link.refused] == [(2, "count: 257")]
            assert box.link.refused_count == 1
            assert box.quarantine.by_reason == {"letter_refused": 1}
            assert len(city.hellos) == 1, "over the same stream"
            assert city.refused_at == [2], "it is not sent again"

    asyncio.run(go())


def test_a_withdrawn_letter_stays_withdrawn_after_a_restart(tmp_path, setup, scenario):
    """The refusal is journaled, and the city dies before the gap reaches it."""

    class Forgetful(PickyCity):
        def _journal(self, position, letter):
            if not isinstance(letter, LetterGap):
                super()._journal(position, letter)

    async def go():
        city = Forgetful(2)
        async with Box(tmp_path, city, setup) as box:
            for seq in (1, 2, 3):
                await box.do(batch(scenario, seq, episode=f"e{seq}", incident_kind=f"kind_{seq}"))
            await until(lambda: box.link.refused, "the refusal is journaled")
        again = PickyCity(2)
        again.letters = dict(city.letters)
        async with Box(tmp_path, again, setup) as box:
            await until(lambda: box.uplink.backlog == 0, "the log goes on")
            assert isinstance(again.letters[2], LetterGap)
            assert again.refused_at == []

    asyncio.run(go())


@pytest.mark.parametrize(
    ("kind", "payload", "reason"),
    [("telegram", b"{}", "telegram"), ("incident_report", b"{}", "does not fit")],
)
def test_a_letter_that_cannot_be_sent_is_withdrawn_and_the_log_goes_on(
    tmp_path, setup, scenario, kind, payload, reason
):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            letter = NewLetter(to=CITY, kind=kind, version=1, payload=payload)
            await asyncio.to_thread(box.store.commit, Batch(letters=(letter,)))
            await box.do(batch(scenario, 1))
            await until(lambda: box.uplink.backlog == 0, "the log goes on")
            (refused,) = box.link.refused
            assert reason in refused.reason
            assert isinstance(city.letters[refused.position], LetterGap)
            assert city.got(IncidentReport)

    asyncio.run(go())


def test_a_letter_over_the_limit_is_withdrawn_before_it_is_sent(tmp_path, setup, scenario):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await box.do(batch(scenario, 1))
            await until(lambda: city.got(IncidentReport), "the report arrives")
            slot = SlotReport(
                slot="s" * 500,
                capability="patrol",
                version=1,
                state="open",
                deadline=1,
                from_city=False,
            )
            report = replace(city.got(IncidentReport)[0], slots=(slot,) * 1_000)
            letter = NewLetter(
                to=CITY, kind="incident_report", version=1, payload=canonical_json.encode(report)
            )
            await asyncio.to_thread(box.store.commit, Batch(letters=(letter,)))
            await box.do(batch(scenario, 2))
            await until(lambda: box.link.refused, "the refusal is journaled")
            await until(lambda: box.uplink.backlog == 0, "the log goes on")
            assert box.link.refused[0].reason.startswith("oversized")

    asyncio.run(go())


def test_the_map_gives_the_city_the_street_and_a_replay_without_it_decides_the_same(
    tmp_path, setup, scenario
):
    """The name is put in where the letter leaves: none is in what was decided and is kept."""

    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await box.do(batch(scenario, 1))
            (incident,) = box.commit_loop.state.incidents.values()
            await until(lambda: city.got(IncidentReport), "the letter is sent")
            assert "Renmin" not in city.got(IncidentReport)[0].place_name.en
        place = incident.place
        lon, lat = round(place.lon * 1e6), round(place.lat * 1e6)
        street = NamedPlace(
            sort=PlaceSort.STREET,
            name=LocalizedName(en="Renmin Rd.", zh="人民路"),
            paths=((lon - 900, lat, lon + 900, lat),),
        )
        box = Box(tmp_path, city, setup)
        box.gazetteer = Gazetteer([street], place.lat)
        async with box:
            assert box.commit_loop.divergence is None
            await box.do(batch(scenario, 2, episode="another", incident_kind="another"))
            await until(lambda: len(city.got(IncidentReport)) > 1, "the letter is sent")
            sent = city.got(IncidentReport)[-1]
            assert sent.place_name.en.startswith("Renmin Rd., ")
            assert sent.place_name.zh.startswith("人民路，")
            kept = b"".join(one.payload for one in box.store.letters(to=CITY, after=0, limit=9))
            assert "人民路" not in kept.decode()
        async with Box(tmp_path, city, setup) as box:
            assert box.commit_loop.divergence is None

    asyncio.run(go())
