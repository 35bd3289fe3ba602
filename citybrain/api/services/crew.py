"""`citybrain.api.v1.CrewService` over the crew's console."""

import asyncio
from collections.abc import AsyncIterator

from google.protobuf.message import Message  # type: ignore[import-untyped]  # no stubs

from citybrain.api import limits
from citybrain.api.answering import answering
from citybrain.api.errors import NoSuchResourceError
from citybrain.api.methods import CREW, ApiService
from citybrain.api.resources.action import outcome_message
from citybrain.api.resources.crew import (
    crew_answer_of,
    crew_duty_of,
    crew_position_of,
    crew_reply_of,
    crew_screen_message,
    watched_unit,
)
from citybrain.api.v1 import crew_pb2 as pb
from citybrain.api.watching import StreamMessage, WholeMessage
from citybrain.console.port import CrewConsole
from citybrain.domain.principal import Principal
from citybrain.ids import IdSource, UnitId


def crew_service(crews: CrewConsole, ids: IdSource) -> ApiService:
    """The service; one for each district, whichever wires it is on. `ids`: of the references under
    which its faults are logged."""

    async def answer(request: pb.CrewAnswer, caller: Principal | None) -> Message:
        asked = crew_answer_of(request)
        return outcome_message(await crews.answer(asked, caller))

    async def duty(request: pb.CrewDuty, caller: Principal | None) -> Message:
        return outcome_message(await crews.set_duty(crew_duty_of(request), caller))

    async def reply(request: pb.CrewReply, caller: Principal | None) -> Message:
        return outcome_message(await crews.reply(crew_reply_of(request), caller))

    async def position(request: pb.CrewPosition, caller: Principal | None) -> Message:
        return outcome_message(await crews.report(crew_position_of(request), caller))

    def watch(request: pb.CrewWatchRequest) -> AsyncIterator[StreamMessage]:
        unit = watched_unit(request)
        _screen(crews, unit)  # an unknown unit is refused here, before the stream begins
        return _screens(crews, unit)

    return answering(
        CREW,
        unary={},
        acts={"Answer": answer, "SetDuty": duty, "Reply": reply, "ReportPosition": position},
        streams={"Watch": watch},
        ids=ids,
    )


async def _screens(crews: CrewConsole, unit: UnitId) -> AsyncIterator[StreamMessage]:
    """The screen at once and after each change of it. A slow reader gets the newest."""
    last: Message | None = None
    changes = crews.changes()
    try:
        async for _ in changes:
            now = _screen(crews, unit)
            if now != last:
                yield WholeMessage(now)
                last = now
            await asyncio.sleep(limits.PUSH_INTERVAL.value / 1000)
    finally:
        if hasattr(changes, "aclose"):
            await changes.aclose()


def _screen(crews: CrewConsole, unit: UnitId) -> pb.CrewScreen:
    view = crews.view(unit)
    if view is None:
        raise NoSuchResourceError("unit", unit, "The list of units has those of this district.")
    return crew_screen_message(view)
