"""Pictures that a simulated operator attaches to cases and takes back: what is noted of them, for
there is no disk that holds their bytes. Pure."""

import hashlib
from collections.abc import Iterable
from typing import Protocol

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.console import OperatorAction, UploadedFile
from citybrain.ids import IncidentId, RequestId
from citybrain.structs import replace
from citybrain.vocabulary import OperatorVerb
from district_node.cores.attachments.attachment import kept
from district_node.cores.incidents.incident import Incident

SAME_FOR_US = 30 * SECOND_US  # one picture for all cases in so long: some have the same


class Incidents(Protocol):
    """A district's, by their ids."""

    def get(self, key: IncidentId, /) -> Incident | None: ...


def picture(incident: IncidentId, now: Timestamp) -> UploadedFile:
    """Of the incident, taken now."""
    sha256 = hashlib.sha256(str(now // SAME_FOR_US).encode()).hexdigest()
    return UploadedFile(name=f"{incident}.jpg", media_type="image/jpeg", size=1_000, sha256=sha256)


def taken_back(
    actions: Iterable[OperatorAction], incidents: Incidents
) -> tuple[OperatorAction, ...]:
    """Whoever attaches a picture to a case that has one already takes the first back."""
    redactions = []
    for action in actions:
        known = incidents.get(action.incident)
        files = kept(known.case_file.attachments) if known is not None else ()
        if action.verb is OperatorVerb.ATTACH and files:
            redactions.append(
                replace(
                    action,
                    request=RequestId(f"{action.request}-back"),
                    verb=OperatorVerb.REDACT,
                    upload=None,
                    attachment=files[0].attachment,
                )
            )
    return tuple(redactions)
