"""`citybrain.api.v1.DistrictService` over what a district offers."""

from asyncio import gather
from collections.abc import AsyncIterator

from google.protobuf.message import Message  # type: ignore[import-untyped]  # no stubs

from citybrain.api.answering import answering
from citybrain.api.errors import NoSuchResourceError
from citybrain.api.lists.watch import Watching
from citybrain.api.methods import DISTRICT, ApiService, SentFile
from citybrain.api.requests.checks import Checks
from citybrain.api.resources.action import (
    agent_action_of,
    hand_overs_message,
    operator_action_of,
    operator_actions_of,
    outcome_message,
    outcomes_message,
    shift_action_of,
    signed,
    unit_action_of,
)
from citybrain.api.resources.clock import clock_action_of
from citybrain.api.resources.report import report_of
from citybrain.api.services.attachments import (
    attach_asked,
    attachment_asked,
    attachment_message,
)
from citybrain.api.services.listing import listings
from citybrain.api.services.port import DistrictApi
from citybrain.api.services.series import series_asked, series_message
from citybrain.api.v1 import action_pb2, attachment_pb2, clock_pb2
from citybrain.api.v1 import district_service_pb2 as pb
from citybrain.domain.principal import Principal
from citybrain.ids import IdSource


def district_service(district: DistrictApi, ids: IdSource) -> ApiService:
    """The service; one for each district, whichever wires it is on. `ids`: of the references under
    which its faults are logged."""
    answers = _Answers(district)
    return answering(
        DISTRICT,
        unary={
            "GetDistrict": answers.district,
            "GetIncident": answers.incident,
            "GetHandOvers": answers.hand_overs,
            "GetSeries": answers.series,
            **listings(district, DISTRICT),
        },
        acts={
            "Act": answers.act,
            "ActOnMany": answers.act_on_many,
            "ActOnShift": answers.act_on_shift,
            "ActOnAgent": answers.act_on_agent,
            "ActOnUnit": answers.act_on_unit,
            "SetClock": answers.set_clock,
            "Report": answers.report,
        },
        uploads={"Attach": answers.attach},
        downloads={"GetAttachment": answers.attachment},
        streams={"Watch": Watching(district.lists, district.feed, district.refresh).watch},
        ids=ids,
    )


class _Answers:
    def __init__(self, district: DistrictApi) -> None:
        self._district = district

    async def district(self, _: pb.GetDistrictRequest) -> Message:
        (only,) = self._district.lists["district"].items().values()
        return self._district.lists["district"].row(only, self._district.now())

    async def incident(self, request: pb.GetIncidentRequest) -> Message:
        checks = Checks(request)
        key = checks.identifier("incident")
        checks.finish()
        incidents = self._district.lists["incidents"]
        found = incidents.items().get(self._district.incident_id(key))
        if found is None:
            raise NoSuchResourceError(
                "incident",
                key,
                "It may be of another district, or long over: list those there are.",
            )
        return incidents.detail(found, self._district.now())

    async def series(self, request: pb.GetSeriesRequest) -> Message:
        asked = series_asked(request, self._district.now())
        return series_message(await self._district.series(asked))

    async def act(self, request: action_pb2.Action, caller: Principal | None) -> Message:
        action = operator_action_of(signed(request, caller))
        outcome = await self._district.act(action, caller)
        return outcome_message(outcome, action.incident)

    async def attach(
        self,
        request: attachment_pb2.AttachRequest,
        pieces: AsyncIterator[bytes],
        caller: Principal | None,
    ) -> Message:
        asked = attach_asked(signed(request, caller))
        outcome = await self._district.attach(asked, pieces, caller)
        return outcome_message(outcome, asked.incident)

    async def attachment(
        self, request: attachment_pb2.GetAttachmentRequest, caller: Principal | None
    ) -> SentFile:
        found = await self._district.attachment(attachment_asked(request), caller)
        return SentFile(
            message=attachment_message(
                attachment=found.attachment,
                name=found.name,
                media_type=found.media_type,
                size=found.size,
                sha256=found.sha256,
                actor=found.actor,
                at=found.at,
                state="kept",
            ),
            name=found.name,
            media_type=found.media_type,
            size=found.size,
            pieces=found.pieces,
        )

    async def act_on_many(self, request: action_pb2.Actions, caller: Principal | None) -> Message:
        for one in request.actions:
            signed(one, caller)
        actions = operator_actions_of(request)
        outcomes = await gather(
            *(self._district.act(action, caller) for action in actions), return_exceptions=True
        )
        return outcomes_message(actions, outcomes)

    async def act_on_shift(
        self, request: action_pb2.ShiftAction, caller: Principal | None
    ) -> Message:
        action = shift_action_of(signed(request, caller))
        return outcome_message(await self._district.act_on_shift(action, caller))

    async def hand_overs(self, _: pb.GetHandOversRequest) -> Message:
        return hand_overs_message(self._district.hand_overs())

    async def act_on_agent(
        self, request: action_pb2.AgentAction, caller: Principal | None
    ) -> Message:
        action = agent_action_of(signed(request, caller))
        return outcome_message(await self._district.act_on_agent(action, caller))

    async def act_on_unit(
        self, request: action_pb2.UnitAction, caller: Principal | None
    ) -> Message:
        action = unit_action_of(signed(request, caller))
        return outcome_message(await self._district.act_on_unit(action, caller))

    async def report(self, request: action_pb2.Report, caller: Principal | None) -> Message:
        report = report_of(signed(request, caller))
        return outcome_message(await self._district.report(report, caller))

    async def set_clock(self, request: clock_pb2.ClockAction, caller: Principal | None) -> Message:
        action = clock_action_of(signed(request, caller))
        return outcome_message(await self._district.set_clock(action, caller))
