"""What an incident rests on, and who was asked whether it is over."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from citybrain.api.lists.port import PublicMessage
from citybrain.api.resources.incident import (
    contribution_message,
    joined_by_message,
    reading_message,
    verification_message,
)
from citybrain.pack.asset import Asset
from district_node.cores.assets import find_asset
from district_node.cores.incidents.contribution import (
    Contribution,
    Episode,
    ForeignReport,
    Joining,
    PersonReport,
    source_label,
    source_type,
    verification_method,
)
from district_node.cores.incidents.grouping.regroup import contribution_id
from district_node.cores.incidents.incident import Incident, PersonVerification
from district_node.cores.view import reading_of
from district_node.naming.place_names import bilingual

NO_NAMES: Mapping[str, str] = MappingProxyType({})


def contribution_row(
    contribution: Contribution,
    names: Mapping[str, str] = NO_NAMES,
    assets: tuple[Asset, ...] = (),
) -> PublicMessage:
    """One source of an incident, of whichever type. `names`: of cameras and sensors, by the labels
    of histories; `assets`: sorted by their ids."""
    type_, source = source_type(contribution).value, source_label(contribution)
    verified_by = verification_method(contribution).value
    id_, joined_by = contribution_id(contribution), _joined_by_row(contribution.joined_by, assets)
    match contribution:
        case Episode():
            return contribution_message(
                type_=type_,
                source=source,
                verified_by=verified_by,
                since=contribution.since,
                received_at=contribution.joined_at,
                id_=id_,
                joined_by=joined_by,
                rule=contribution.rule,
                live=contribution.live,
                source_name=names.get(source, ""),
                reading=_reading_row(contribution),
            )
        case PersonReport():
            return contribution_message(
                type_=type_,
                source=source,
                verified_by=verified_by,
                since=contribution.since,
                received_at=contribution.joined_at,
                id_=id_,
                joined_by=joined_by,
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
                id_=id_,
                joined_by=joined_by,
                text=contribution.text,
                contact=contribution.contact,
                case=contribution.case,
            )
        case _:
            assert_never(contribution)


def contribution_rows(
    incident: Incident, names: Mapping[str, str], assets: tuple[Asset, ...]
) -> list[PublicMessage]:
    """All that it rests on."""
    return [contribution_row(one, names, assets) for one in incident.contributions.values()]


def _reading_row(episode: Episode) -> PublicMessage | None:
    found = reading_of(episode)
    return None if found is None else reading_message(found.value, found.limit, found.at)


def _joined_by_row(why: Joining | None, assets: tuple[Asset, ...]) -> PublicMessage | None:
    if why is None:
        return None
    asset = find_asset(assets, why.asset) if why.asset else None
    return joined_by_message(
        by=why.by.value,
        distance_m=why.distance_m,
        apart_s=why.apart_s,
        family=why.family,
        asset=why.asset,
        person=why.person,
        asset_name="" if asset is None else bilingual(asset.name),
    )


def verification_row(incident: Incident) -> PublicMessage | None:
    """Who was asked, if anybody."""
    asked = incident.verification
    if asked is None:
        return None
    contact = asked.contact if isinstance(asked, PersonVerification) else ""
    return verification_message(method=asked.method.value, contact=contact)
