"""Public messages as JSON: what the library's own mapping gives, in a fixed order."""

import json
import math

import pytest
from api_values import ENTRY
from google.protobuf import json_format

from citybrain.api.json_text import json_of, values_of
from citybrain.api.resources.asset import asset_message
from citybrain.api.resources.incident import incident_message
from citybrain.api.v1 import changes_pb2, district_pb2, incident_pb2
from citybrain.geo import Point

ASSET = asset_message(
    asset="a",
    kind="k",
    name_en="",
    name_zh="水",
    place=Point(lat=0.0, lon=-0.5),
    fields={"b": 0.0, "a": "", "c": ((0.0, 1.0),)},
)
MESSAGES = [
    incident_message(ENTRY),
    incident_pb2.Incident(),
    incident_pb2.IncidentDetail(incident=incident_message(ENTRY)),
    changes_pb2.ViewChange(name="x", gone=True),
    changes_pb2.ViewChange(name="x", gone=False),
    changes_pb2.Row(key="k", incident=incident_pb2.Incident(id="i")),
    district_pb2.District(counts={"b": 1.0, "a": 0.0}),
    district_pb2.District(counts={"a": math.inf, "b": -math.inf, "c": math.nan}),
    ASSET,
]


@pytest.mark.parametrize("message", MESSAGES)
def test_it_is_protos_mapping_with_the_fields_own_names(message):
    expected = json_format.MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    assert json.loads(json_of(message)) == expected


def test_fields_stand_in_the_order_of_the_proto_and_maps_in_that_of_their_keys():
    values = values_of(MESSAGES[0])
    fields, shown = incident_pb2.Incident.DESCRIPTOR.fields, MESSAGES[0]
    # what is absent is left out
    names = [f.name for f in fields if not f.has_presence or shown.HasField(f.name)]
    assert list(values) == names
    assert list(values_of(district_pb2.District(counts={"b": 1.0, "a": 0.0}))["counts"]) == [
        "a",
        "b",
    ]


def test_text_is_written_as_it_is():
    assert "水".encode() in json_of(ASSET)
