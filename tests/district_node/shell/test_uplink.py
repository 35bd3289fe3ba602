"""The link to the city: opened, cut, opened again and resumed; a city that went back in time is
found out.
"""

import asyncio

import pytest
from link_letters import down_frame
from scripted_city import CUT, HURRIED, Box, City, a_request, batch, until

from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderAnswer
from citybrain.errors import InputRejectedError
from citybrain.structs import replace
from citybrain.vocabulary import OrderStep, OrderVerdict, Severity
from district_node.inputs import CityLetterReceived
from district_node.shell import uplink


@pytest.fixture
def setup(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    return scenario.state.setup


@pytest.fixture(autouse=True)
def _hurried(monkeypatch):
    monkeypatch.setattr(uplink, "RETRY_FIRST_S", 0.01)
    monkeypatch.setattr(uplink, "RETRY_MAX_S", 0.02)


def test_letters_arrive_in_order_and_are_discarded_when_the_city_has_them(
    tmp_path, setup, scenario
):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await box.do(batch(scenario, 1))
            await until(lambda: city.got(IncidentReport), "the report arrives")
            await until(lambda: box.uplink.backlog == 0, "the acknowledged letters are discarded")
            assert sorted(city.letters) == list(range(1, len(city.letters) + 1))
            assert box.link.up
            await until(lambda: city.beats >= 2, "heartbeats are sent")

    asyncio.run(go())


def test_after_a_cut_it_goes_on_where_the_city_stands(tmp_path, setup, scenario):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: city.letters, "the unit's report arrives")
            for seq in range(1, 6):
                city.send(CUT)
                await box.do(batch(scenario, seq, episode=f"e{seq}", incident_kind=f"kind_{seq}"))
                await until(
                    lambda n=seq: len(city.got(IncidentReport)) >= n,
                    "the next report arrives over the next stream",
                )
            assert city.repeats == 0

    asyncio.run(go())


def test_each_hello_presents_the_number_that_the_last_welcome_handed_out(tmp_path, setup):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            for streams in (1, 2, 3):
                await until(lambda n=streams: box.link.session == n + 1, "the welcome is journaled")
                city.send(CUT)
            await until(lambda: len(city.hellos) == 4, "the stream is open again")
            await until(lambda: box.link.session == 5, "its welcome is journaled, too")
        async with Box(tmp_path, city, setup):
            await until(lambda: len(city.hellos) == 5, "after a restart too")
        assert [hello.session for hello in city.hellos] == [0, 2, 3, 4, 5]
        assert [hello.city_epoch for hello in city.hellos] == [None, *["city-1"] * 4]

    asyncio.run(go())


def test_it_is_opened_anew_where_that_is_asked_for_and_repeats_nothing(tmp_path, setup):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: city.letters, "the unit's report arrives")
            box.uplink.reconnect("a renewed certificate")
            await until(lambda: len(city.hellos) == 2, "the stream is open again")
            await until(lambda: box.link.up, "and stands")
            assert city.repeats == 0
            box.uplink.reconnect("a renewed certificate")
            box.uplink.reconnect("while there is no stream, that is nothing")
            await until(lambda: len(city.hellos) == 3, "the stream is open again")

    asyncio.run(go())


def test_away_nothing_is_blocked_and_the_backlog_is_sent_later(tmp_path, setup, scenario):
    async def go():
        city = City()
        city.refuses = True
        async with Box(tmp_path, city, setup) as box:
            for seq in range(1, 301):
                await box.do(
                    batch(
                        scenario,
                        seq,
                        episode=f"e{seq}",
                        incident_kind=f"kind_{seq % 50}",
                        severity=Severity.SEVERE if seq > 250 else Severity.MINOR,
                    )
                )
            assert not box.link.up
            assert box.uplink.backlog > 50
            city.refuses = False
            await until(lambda: box.uplink.backlog == 0, "the backlog is sent")
            assert sorted(city.letters) == list(range(1, len(city.letters) + 1))

    asyncio.run(go())


def test_the_citys_letters_are_answered_and_acknowledged_after_their_commit(tmp_path, setup):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: box.uplink.is_up, "the stream is open")
            city.post(a_request())
            city.post(a_request(OrderStep.ISSUE))
            await until(lambda: len(city.got(OrderAnswer)) == 2, "both answers arrive")
            assert [answer.verdict for answer in city.got(OrderAnswer)] == [
                OrderVerdict.RESERVED,
                OrderVerdict.ISSUED,
            ]
            await until(lambda: 2 in city.acknowledged, "both are acknowledged")
            assert box.link.down_acked == 2
            city.send(CUT)
            await until(lambda: len(city.hellos) == 2, "the stream is open again")
            assert city.hellos[-1].down_acked == 2

    asyncio.run(go())


def test_a_restart_repeats_no_letter(tmp_path, setup, scenario):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: box.uplink.is_up, "the stream is open")
            city.post(a_request())
            await box.do(batch(scenario, 1))
            await until(lambda: city.got(OrderAnswer) and city.got(IncidentReport), "both arrive")
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: len(city.hellos) == 2, "the stream is open again")
            assert city.hellos[1].epoch == city.hellos[0].epoch
            assert city.hellos[1].down_acked == 1
            assert box.commit_loop.state.starts == 2
        assert len(city.got(OrderAnswer)) == 1

    asyncio.run(go())


def test_a_city_that_leaves_right_after_its_welcome_is_called_ever_more_seldom(
    tmp_path, setup, monkeypatch
):
    """A city whose disk is full takes the stream and not the letters: without this it would be
    called four times a second.
    """

    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            for calls in range(1, 5):
                await until(
                    lambda calls=calls: len(city.hellos) == calls and box.uplink.is_up,
                    "it is welcome",
                )
                city.send(CUT)
                await until(
                    lambda calls=calls: box.uplink.backoff.attempts == calls,
                    "it was left, and waits longer than before",
                )

            assert box.uplink.backoff.attempts == 4
            monkeypatch.setattr(
                uplink, "STABLE_AFTER_S", 0.0
            )  # now every stream has stood long enough
            await until(lambda: len(city.hellos) == 5 and box.uplink.is_up, "it is welcome")
            city.send(CUT)
            await until(
                lambda: box.uplink.backoff.attempts == 1,
                "it was left, and waits as after the first time",
            )

    asyncio.run(go())


def test_silence_means_away(tmp_path, setup):
    class ImpatientBox(Box):
        role = replace(HURRIED, silence_s=0.1)

    async def go():
        city = City()
        async with ImpatientBox(tmp_path, city, setup) as box:
            await until(lambda: box.link.up, "the city is there")
            city.is_silent = True
            await until(lambda: not box.link.up and not box.uplink.is_up, "the city is away")
            assert "nothing came from" in box.uplink.reason
            city.is_silent = False
            await until(lambda: box.link.up, "the city is back")

    asyncio.run(go())


def test_that_the_link_is_down_is_journaled_when_a_full_disk_has_room_again(
    tmp_path, setup, monkeypatch
):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: box.link.up, "the city is there")
            city.refuses = True
            refused = box.fill_disk_for(monkeypatch, "city_link_changed")
            city.send(CUT)
            await until(lambda: refused, "the disk refused it")
            await until(lambda: not box.link.up, "it is journaled all the same")
            assert len(refused) == 1

    asyncio.run(go())


def test_a_city_that_went_back_in_time_is_read_and_sent_everything_from_the_beginning(
    tmp_path, setup, scenario
):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: box.uplink.is_up, "the stream is open")
            city.post(a_request())
            await box.do(batch(scenario, 1))
            await until(
                lambda: (
                    city.got(OrderAnswer) and city.got(IncidentReport) and box.uplink.backlog == 0
                ),
                "it knows all",
            )
            restored = City(epoch="city-2")
            box.city = restored
            city.send(CUT)
            await until(lambda: restored.got(IncidentReport), "the report is sent again")
            assert len(restored.hellos) == 1, "over the same stream"
            restored.post(a_request(order="o-2"))
            await until(lambda: restored.got(OrderAnswer), "its new log's first letter counts")
            assert restored.got(OrderAnswer)[-1].reason == "busy"
            assert (box.link.epoch, box.link.down_acked) == ("city-2", 1)

    asyncio.run(go())


def test_a_letter_without_the_one_before_it_is_not_taken(tmp_path, setup):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: box.uplink.is_up, "the stream is open")
            city.post(a_request())
            await until(lambda: box.link.down_acked == 1, "the first is taken")
            with pytest.raises(InputRejectedError, match="follows letter 2"):
                await box.do(CityLetterReceived(position=3, after=2, letter=a_request(order="o-3")))
            city.send(down_frame(3, a_request(order="o-3")))
            await until(lambda: len(city.hellos) == 2, "the stream is opened again")
            assert box.link.down_acked == 1

    asyncio.run(go())


def test_a_last_letter_that_a_full_disk_refused_comes_again_though_no_other_follows(
    tmp_path, setup, monkeypatch
):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: box.uplink.is_up, "the stream is open")
            refused = box.fill_disk_for(monkeypatch, "city_letter_received")
            city.post(a_request())
            await until(lambda: refused, "the disk refused it")
            await until(lambda: box.link.down_acked == 1, "it came again and was taken")
            assert len(city.hellos) == 2

    asyncio.run(go())


def test_a_letter_that_comes_twice_opens_no_hole_behind_one_that_was_refused(
    tmp_path, setup, monkeypatch
):
    """1 is taken, 2 finds no room, 1 comes again, and 3 follows: 3 follows 2, whatever came in
    between.
    """

    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: box.uplink.is_up, "the stream is open")
            city.post(a_request())
            await until(lambda: box.link.down_acked == 1, "the first is taken")
            refused = box.fill_disk_for(monkeypatch, "city_letter_received", until_waiting=1)
            city.post(a_request(order="o-2"))
            await until(lambda: refused, "the disk refuses it")
            city.send(city.log[0])
            city.post(a_request(order="o-3"))
            await until(lambda: box.link.down_acked == 3, "all were taken")
            await until(
                lambda: {"o-2", "o-3"} <= {answer.order for answer in city.got(OrderAnswer)},
                "each is answered",
            )
            assert len(city.hellos) == 2

    asyncio.run(go())


def test_a_city_that_went_back_without_saying_so_is_not_believed_and_the_cure_is_named(
    tmp_path, setup
):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: box.uplink.is_up, "the stream is open")
            city.post(a_request())
            await until(lambda: box.link.down_acked == 1, "the first is taken")
            box.city = City()
            city.send(CUT)
            await until(
                lambda: "citybrain journal restored" in box.uplink.reason, "it names the cure"
            )
            assert not box.link.up

    asyncio.run(go())


def test_a_city_that_lost_letters_it_had_acknowledged_is_not_believed_either(
    tmp_path, setup, scenario
):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            for seq in (1, 2, 3):
                await box.do(batch(scenario, seq, episode=f"e{seq}", incident_kind=f"kind_{seq}"))
            await until(lambda: box.uplink.backlog == 0, "the city has them all")
            older = City()
            older.letters = {1: city.letters[1]}
            box.city = older
            city.send(CUT)
            await until(
                lambda: "citybrain journal restored" in box.uplink.reason, "it names the cure"
            )
            assert not box.link.up

    asyncio.run(go())
