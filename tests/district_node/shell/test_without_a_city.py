"""A district that never had a city keeps no letters to one; the first that comes is told what is
open then.
"""

import asyncio

import pytest
from attacked_district import AttackedDistrict
from scripted_city import Box, City, until

from citybrain.domain.incident import IncidentReport
from citybrain.domain.unit import UnitReport
from citybrain.journal.sqlite import SqliteStore
from citybrain.random_ids import RandomIds


@pytest.fixture
def setup(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    return scenario.state.setup


async def alone(folder, alarms):
    async with AttackedDistrict(folder) as district:
        for seq in range(1, alarms + 1):
            district.send_item("box-1", seq)
        await district.until(lambda: district.acknowledged("box-1") == alarms, "they are taken")
        return district.store.peers()


def letters(folder):
    store = SqliteStore.open(folder / "journal.db", ids=RandomIds())
    try:
        return store.next_position("city") - 1, len(store.letters(to="city", after=0, limit=100))
    finally:
        store.close()


def test_it_keeps_none(tmp_path):
    peers = asyncio.run(alone(tmp_path, 20))
    assert "city" not in peers
    written, kept = letters(tmp_path)
    assert written > 0
    assert kept == 0


def test_its_first_city_gets_what_is_open_and_each_unit(tmp_path, setup):
    async def go():
        await alone(tmp_path, 1)
        written, _ = letters(tmp_path)
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: city.got(IncidentReport), "the open incident is reported")
            await until(lambda: city.got(UnitReport), "and the unit")
            assert min(city.letters) > written
            assert box.link.up

    asyncio.run(go())


def test_letters_to_a_city_that_was_met_are_kept_while_there_is_none(tmp_path, setup):
    async def go():
        async with Box(tmp_path, city := City(), setup):
            await until(lambda: city.letters, "the city is met")
        return await alone(tmp_path, 1)

    assert "city" in asyncio.run(go())
