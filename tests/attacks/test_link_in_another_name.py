"""Attack 5: the hello of the link as a district that one is not, with a made-up store and a session
of 2^60, so that the true district stays out.
"""

import asyncio
import logging

import pytest
from joined_tls import JoinedTls
from served_city import ServedCity

from citybrain.errors import RpcError
from citybrain.geo import Point
from citybrain.link.frames import Hello, Welcome
from citybrain.rpc.link import open_link
from citybrain.structs import replace

FAR = 2**60
HELLO = Hello(
    district="riverside",
    name="Riverside 滨江",
    centre=Point(lat=30.66, lon=104.06),
    epoch="made-up",
    session=FAR,
    up_next=1,
    down_acked=0,
)


@pytest.fixture
def joined(tmp_path):
    made = JoinedTls(tmp_path)
    yield made
    made.close()


async def one(frame):
    yield frame
    await asyncio.Event().wait()


async def welcomed(address, hello, tls):
    """What the city answers to a hello; the stream is left."""
    link = open_link(address, one(hello), tls=tls)
    try:
        return await anext(link)
    finally:
        await link.aclose()


def true_hello(city, **changes):
    """As the district says it that the city knows."""
    values = {"epoch": "e1", "session": 2, "up_next": 3, "city_epoch": city.store.epoch()}
    return replace(HELLO, **{**values, **changes})


@pytest.mark.parametrize("impostor", ["district/oldtown", "box/box-a1", "operator/li-wei"])
def test_nobody_is_a_district_by_saying_so_and_the_true_one_comes_in(joined, impostor, caplog):
    caplog.set_level(logging.WARNING)

    async def attack():
        async with ServedCity(guard=joined.guard("city/c")) as city:
            before = city.loop.state.world.districts["riverside"]
            with pytest.raises(RpcError) as caught:
                await welcomed(city.address, HELLO, joined(impostor))
            assert caught.value.code == "PERMISSION_DENIED"
            assert city.loop.state.world.districts["riverside"] == before
            welcome = await welcomed(city.address, true_hello(city), joined("district/riverside"))
            assert isinstance(welcome, Welcome)
            assert welcome.up_acked == 2, "what it said before is known"

    asyncio.run(attack())
    role = impostor.partition("/")[0]
    assert joined.refused == ["not_its_own" if role == "district" else "no_right"]
    assert any(f"citybrain://chengdu/{impostor}" in r.message for r in caplog.records)


@pytest.mark.parametrize("epoch", ["e1", "made-up"])
def test_a_number_that_the_city_never_gave_leads_no_further_than_the_next(joined, epoch):
    """Of whoever may speak for the district: sessions are numbers that the city hands out."""

    async def attack():
        async with ServedCity(guard=joined.guard("city/c")) as city:
            tls = joined("district/riverside")
            hello = true_hello(city, epoch=epoch, session=FAR)
            first = await welcomed(city.address, hello, tls)
            assert first.next_session == 3
            known = city.loop.state.world.districts["riverside"]
            assert known.presented_session == 0
            hello = true_hello(city, epoch=epoch, session=first.next_session)
            assert (await welcomed(city.address, hello, tls)).next_session == 4

    asyncio.run(attack())
