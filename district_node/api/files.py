"""Files of incidents behind the public API: taken in and named by an input, given to those who may
see the case. A node without a disk for them has none."""

import logging
from collections.abc import AsyncIterator, Callable

from citybrain.api.errors import NoSuchResourceError, NotPermittedError
from citybrain.api.lists.port import PublicMessage
from citybrain.api.services.attachments import (
    AttachAsked,
    AttachmentAsked,
    StoredFile,
    attachment_message,
)
from citybrain.domain.console import OperatorAction, Outcome
from citybrain.domain.principal import Principal
from citybrain.ids import RequestId, UnitId
from citybrain.permissions import ActionRefusal, own_unit_of
from citybrain.structs import replace
from citybrain.vocabulary import OperatorVerb
from district_node.attachments.attachments import Attachments
from district_node.cores.attachments.attachment import Attachment, attachment_of
from district_node.cores.flows.attachments.attaching import NOT_ITS_CASE, OFF, is_case_of
from district_node.cores.state import DistrictState
from district_node.shell.consoles import DistrictConsoleAdapter

log = logging.getLogger(__name__)

FileState = Callable[[Attachment], str]
LIST = "The incident's detail lists the files that it has."


def as_noted(attachment: Attachment) -> str:
    """Where nobody looks at a disk."""
    return "kept" if attachment.redaction is None else "redacted"


def attachment_row(attachment: Attachment, state: str) -> PublicMessage:
    """What an incident's detail shows of a file."""
    redaction = attachment.redaction
    return attachment_message(
        attachment=attachment.attachment,
        name=attachment.name,
        media_type=attachment.media_type,
        size=attachment.size,
        sha256=attachment.sha256,
        actor=attachment.actor,
        at=attachment.at,
        state=state,
        redacted_by=redaction.actor if redaction is not None else "",
        redacted_reason=redaction.reason if redaction is not None else "",
        redacted_at=redaction.at if redaction is not None else None,
    )


class FileDoor:
    """See `citybrain.api.services.port.DistrictApi.attach`, `attachment`."""

    def __init__(
        self,
        console: DistrictConsoleAdapter,
        state: Callable[[], DistrictState],
        files: Attachments | None,
    ) -> None:
        self._console, self._state, self._files = console, state, files
        self.state_of: FileState = files.state_of if files is not None else as_noted

    async def attach(
        self, asked: AttachAsked, pieces: AsyncIterator[bytes], caller: Principal | None
    ) -> Outcome:
        """Durable first, then named by an input; what the input's decision refuses is removed."""
        action = OperatorAction(
            request=asked.request,
            operator=asked.operator,
            incident=asked.incident,
            verb=OperatorVerb.ATTACH,
        )
        files, refused = self._files, self._console.refusal_of(action, caller)
        if files is None or refused is not None:
            return _not_done(asked.request, refused or OFF)
        by = caller.name if caller is not None else asked.operator
        async with files.received(pieces, asked.name, by=by) as upload:
            if isinstance(upload, ActionRefusal):
                return _not_done(asked.request, upload)
            return await self._console.act(replace(action, upload=upload), caller)

    async def attachment(self, asked: AttachmentAsked, caller: Principal | None) -> StoredFile:
        state = self._state()
        incident = state.incidents.get(asked.incident)
        unit = own_unit_of(caller) if caller is not None else ""
        if unit and not is_case_of(state, UnitId(unit), asked.incident):
            raise NotPermittedError(NOT_ITS_CASE.detail)
        if incident is None:
            cure = "It may be of another district, or long over: list those there are."
            raise NoSuchResourceError("incident", asked.incident, cure)
        found = attachment_of(incident.case_file.attachments, asked.attachment)
        if found is None or self._files is None:
            raise NoSuchResourceError("attachment", asked.attachment, LIST)
        if found.redaction is not None:
            gone = f"{found.redaction.actor} took it back: {found.redaction.reason}"
            raise NoSuchResourceError("attachment", asked.attachment, gone)
        who = caller.name if caller is not None else "somebody unproved"
        log.info("%s fetches %s of %s", who, found.attachment, incident.incident)
        return StoredFile(
            attachment=found.attachment,
            name=found.name,
            media_type=found.media_type,
            size=found.size,
            sha256=found.sha256,
            actor=found.actor,
            at=found.at,
            pieces=await self._files.pieces_of(found),
        )


def _not_done(request: RequestId, refused: ActionRefusal) -> Outcome:
    return Outcome(request=request, done=False, reason=refused.reason, detail=refused.detail)
