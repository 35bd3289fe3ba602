"""A district by script on a real stream to a city under test: it agrees to everything."""

import asyncio

from link_letters import down_letter, up_frame

from citybrain.domain.order import OrderAnswer, OrderRequest
from citybrain.errors import RpcError
from citybrain.geo import Point
from citybrain.link.frames import Acknowledged, Heartbeat, Hello, LetterFrame, Welcome
from citybrain.rpc.link import open_link
from citybrain.vocabulary import OrderStep, OrderVerdict

YES = {
    OrderStep.RESERVE: OrderVerdict.RESERVED,
    OrderStep.CLAIM: OrderVerdict.CLAIMED,
    OrderStep.ISSUE: OrderVerdict.ISSUED,
}


class ScriptedDistrict:
    """A district that agrees to everything, on a real stream; its log is a list. Without `answers`
    it receives, and journals nothing. `after`: the stream that it had before.
    """

    def __init__(self, name, address, *, session=0, after=None, log=(), down_acked=0, answers=True):
        if after is not None:
            session, self._city_epoch = after.welcome.next_session, after.welcome.epoch
        else:
            self._city_epoch = None
        self.name, self._address, self._session, self._answers = name, address, session, answers
        self.log = list(log)
        self.down_acked = self._last_received = down_acked
        self.received = []
        self.frames = []
        self.welcome = None
        self._changed = asyncio.Event()
        self._task = asyncio.create_task(self._run())
        self.error = None

    def post(self, letter):
        self.log.append(letter)
        self._changed.set()

    async def leave(self):
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _outgoing(self):
        yield Hello(
            district=self.name,
            name=self.name,
            centre=Point(lat=30.6, lon=104.0),
            epoch=f"store-{self.name}",
            session=self._session,
            up_next=len(self.log) + 1,
            down_acked=self.down_acked,
            city_epoch=self._city_epoch,
        )
        sent = None
        acknowledged = self.down_acked
        while True:
            self._changed.clear()
            if self.welcome is not None:
                sent = self.welcome.up_acked if sent is None else sent
                for position in range(sent + 1, len(self.log) + 1):
                    yield up_frame(position, self.log[position - 1])
                    sent = position
                if self.down_acked != acknowledged:
                    acknowledged = self.down_acked
                    yield Acknowledged(position=acknowledged)
            yield Heartbeat(at=1)
            try:
                async with asyncio.timeout(1.0):
                    await self._changed.wait()
            except TimeoutError:
                pass

    async def _run(self):
        try:
            async for frame in open_link(self._address, self._outgoing()):
                self.frames.append(frame)
                match frame:
                    case Welcome():
                        self.welcome = frame
                    case LetterFrame(position=position):
                        self._receive(position, down_letter(frame))
                self._changed.set()
        except RpcError as error:
            self.error = error

    def _receive(self, position, letter):
        assert position == self._last_received + 1, "the log has a hole"
        self._last_received = position
        if self._answers:
            self.down_acked = position
        self.received.append(letter)
        if isinstance(letter, OrderRequest) and self._answers:
            self.post(
                OrderAnswer(
                    order=letter.order,
                    step=letter.step,
                    verdict=YES.get(letter.step, OrderVerdict.DONE),
                )
            )

    def steps(self):
        return [str(letter.step) for letter in self.received if isinstance(letter, OrderRequest)]
