"""Where a camera looks, as its box's configuration says it. Reads no file."""

from typing import Annotated

from pydantic import Field

from citybrain.config.fields import Section
from citybrain.domain.agent import ViewCone
from citybrain.limits import VIEW_RANGE


class ViewConeConfig(Section):
    """Where a camera looks, from the place where it stands."""

    heading_deg: Annotated[
        float,
        Field(
            strict=True,
            ge=0,
            lt=360,
            json_schema_extra={
                "remedy": "Give degrees clockwise from true north, from 0 to below 360: 0 is"
                " north, 90 is east."
            },
        ),
    ]
    """Where the middle of its picture points, in degrees clockwise from true north: 0 is north, 90
    is east. A compass shows magnetic north; a map shows true north."""
    field_of_view_deg: Annotated[
        float,
        Field(
            strict=True,
            gt=0,
            le=360,
            json_schema_extra={"remedy": "Give degrees above 0, at most 360; 80 is usual."},
        ),
    ]
    """How wide its picture is, in degrees, from the left edge to the right one: the horizontal
    field of view of its data sheet."""
    range_m: Annotated[
        float,
        Field(
            strict=True,
            gt=0,
            le=VIEW_RANGE.value,
            json_schema_extra={
                "remedy": f"Give metres above 0, at most {VIEW_RANGE.value}; 40 is usual."
            },
        ),
    ]
    """How far away its rules still see what they are about, in metres."""

    def cone(self) -> ViewCone:
        return ViewCone(
            heading_deg=self.heading_deg,
            field_of_view_deg=self.field_of_view_deg,
            range_m=self.range_m,
        )
