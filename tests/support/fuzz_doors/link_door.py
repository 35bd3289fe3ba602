"""The link from a district: whatever a stream says, the city welcomes another district afterwards
and takes its letters.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator

import grpc.aio
from consoles.reports import CENTRES, report, slot, unit
from link_letters import up_frame
from served_city import ServedCity

from citybrain.clock import Timestamp
from citybrain.domain.link import UpLetter
from citybrain.domain.order import OrderAnswer, OrderProgress
from citybrain.link.frames import (
    Acknowledged,
    Frame,
    Heartbeat,
    Hello,
    LetterFrame,
    LetterGap,
    LetterRefused,
    Welcome,
)
from citybrain.rpc.link import open_link
from citybrain.rpc.methods import EXCHANGE
from citybrain.vocabulary import OrderStage, OrderStep, OrderVerdict
from citybrain.wire.link import encode_frame, encode_up_letter
from fuzz_doors.mutations import Mutator
from fuzz_doors.tracebacks import collected

FRAMES_MAX = 40  # of one stream, behind its hello
ANSWERS_S = 0.3  # a stream that the city keeps open is left after so long
WITHIN_S = 30.0
KNOWN = 2  # letters of a district at most that the city has before a stream comes
LIAR, HONEST = tuple(CENTRES)[:2]


async def fuzz_link(*, streams: int, seed: int) -> list[str]:
    """What went wrong; [] where nothing did."""
    mutator = Mutator(seed)
    with collected() as tracebacks:
        async with ServedCity() as city, grpc.aio.insecure_channel(city.address) as channel:
            exchange = channel.stream_stream(EXCHANGE.path)
            for _ in range(streams):
                await _stream(exchange, mutator)
            async with asyncio.timeout(WITHIN_S):
                await _honest(city)
    return tracebacks


async def _stream(exchange: grpc.aio.StreamStreamMultiCallable, mutator: Mutator) -> None:
    """One stream, to its end or until it says nothing more."""
    call, draw = exchange(), mutator.random
    hello = encode_frame(_hello(LIAR))
    try:
        async with asyncio.timeout(ANSWERS_S):
            await call.write(hello if draw.random() < 0.8 else mutator.of([hello]))
            welcome = _welcome(await call.read())
            for payload in _said(mutator, welcome.up_acked if welcome is not None else KNOWN):
                await call.write(payload)
            await call.done_writing()
            while await call.read() is not grpc.aio.EOF:
                pass
    except (TimeoutError, grpc.aio.AioRpcError, asyncio.InvalidStateError):
        pass  # refused, or kept open
    finally:
        call.cancel()


def _welcome(answer: object) -> Welcome | None:
    frame = EXCHANGE.decode_reply(answer) if isinstance(answer, bytes) else None
    return frame if isinstance(frame, Welcome) else None


def _said(mutator: Mutator, position: int) -> Iterator[bytes]:
    """Mostly whole frames of bent letters, each behind the one before, so that the stream goes on;
    now and then a bent frame, which ends it."""
    letters = [encode_up_letter(letter) for letter in _letters()]
    draw, frames = mutator.random, [encode_frame(frame) for frame in _frames(position)]
    for after in range(position, position + draw.randrange(FRAMES_MAX)):
        if draw.random() < 0.1:
            yield mutator.of(frames)
        else:
            bent = mutator.of(letters)
            yield encode_frame(LetterFrame(position=after + 1, after=after, payload=bent))


async def _honest(city: ServedCity) -> None:
    """Another district comes, is welcome, and its letter is acknowledged."""

    async def outgoing() -> AsyncIterator[Frame]:
        yield _hello(HONEST)
        position = await welcomed
        yield up_frame(position + 1, unit(2, district=HONEST), after=position)
        await asyncio.Event().wait()

    welcomed: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    async for frame in open_link(city.address, outgoing()):
        if isinstance(frame, Welcome):
            welcomed.set_result(frame.up_acked)
        elif isinstance(frame, Acknowledged) and frame.position > welcomed.result():
            return
    raise AssertionError("the link of an honest district ended")


def _hello(district: str) -> Hello:
    name, centre = CENTRES[district]
    return Hello(
        district=district,
        name=name,
        centre=centre,
        epoch="e1",
        session=0,
        up_next=KNOWN + 1,
        down_acked=0,
    )


def _letters() -> list[UpLetter]:
    now, order = Timestamp(1), "order-1"
    return [
        unit(1, district=LIAR),
        report(12, LIAR, slots=(slot(12, from_city=True),)),
        OrderAnswer(order=order, step=OrderStep.CLAIM, verdict=OrderVerdict.CLAIMED),
        OrderProgress(
            order=order,
            unit=f"{LIAR}-1",
            unit_district=LIAR,
            incident=f"inc-{LIAR}-12",
            incident_district=LIAR,
            stage=OrderStage.ISSUED,
            at=now,
        ),
    ]


def _frames(position: int) -> list[Frame]:
    return [
        _hello(LIAR),
        LetterFrame(position=position + 1, after=position, payload=b""),
        LetterGap(position=position + 1, after=position, reason="withdrawn"),
        LetterRefused(position=1, after=0, reason="malformed"),
        Acknowledged(position=1),
        Heartbeat(at=Timestamp(1), echo=Timestamp(2)),
    ]
