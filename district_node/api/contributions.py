"""What an incident rests on, and who was asked whether it is over."""

from typing import assert_never

from citybrain.api.lists.port import PublicMessage
from citybrain.api.resources.incident import contribution_message, verification_message
from district_node.cores.incidents.contribution import (
    Contribution,
    Episode,
    ForeignReport,
    PersonReport,
    source_label,
    source_type,
    verification_method,
)
from district_node.cores.incidents.incident import Incident, PersonVerification


def contribution_row(contribution: Contribution) -> PublicMessage:
    """One source of an incident, of whichever type."""
    type_, source = source_type(contribution).value, source_label(contribution)
    verified_by = verification_method(contribution).value
    match contribution:
        case Episode():
            return contribution_message(
                type_=type_,
                source=source,
                verified_by=verified_by,
                since=contribution.since,
                received_at=contribution.joined_at,
                rule=contribution.rule,
                live=contribution.live,
            )
        case PersonReport():
            return contribution_message(
                type_=type_,
                source=source,
                verified_by=verified_by,
                since=contribution.since,
                received_at=contribution.joined_at,
                reporter=contribution.reporter,
                text=contribution.text,
                contact=contribution.contact,
            )
        case ForeignReport():
            return contribution_message(
                type_=type_,
                source=source,
                verified_by=verified_by,
                since=contribution.since,
                received_at=contribution.joined_at,
                text=contribution.text,
                contact=contribution.contact,
                case=contribution.case,
            )
        case _:
            assert_never(contribution)


def verification_row(incident: Incident) -> PublicMessage | None:
    """Who was asked, if anybody."""
    asked = incident.verification
    if asked is None:
        return None
    contact = asked.contact if isinstance(asked, PersonVerification) else ""
    return verification_message(method=asked.method.value, contact=contact)
