"""A rule in the street agent's configuration, as a model that names every problem at once. Reads no
file itself.

The keys of a rule come from its kind's own settings (`scene.rules.table`), so a new rule needs no
line here.
"""

import inspect
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, Union, get_type_hints

from pydantic import Field, create_model, model_validator

from citybrain.config.fields import (
    EventKindName,
    Id,
    ImagePoint,
    IncidentKindName,
    Seconds,
    Section,
)
from citybrain.ids import RuleId
from citybrain.structs import Struct
from citybrain.vocabulary import EventKind, IncidentKind, Severity, Urgency
from street_agent.scene.geometry import area
from street_agent.scene.rule_evaluation import Debounce, Rule
from street_agent.scene.rules.table import RULE_KINDS, RuleKind

# Of the picture: a zone smaller than one percent by one percent is a mistake.
AREA_MIN = 1e-4
LINE_LENGTH_MIN = 0.01


class RuleConfig(Section):
    """What every rule has; the rest are its kind's own settings."""

    id: Id
    """Name of the rule, unique on its camera or sensor."""
    incident_kind: IncidentKindName
    """Kind of incident that its events report; the district has a playbook of that kind."""
    event_kind: EventKindName | None = None
    """Kind of its events, a topic of your own; left out: ONVIF's of the rule's kind."""
    severity: Severity = Severity.MODERATE
    """Severity of its events, a word of CAP 1.2."""
    urgency: Urgency = Urgency.EXPECTED
    """Urgency of its events, a word of CAP 1.2."""
    hold_s: Seconds = 0.0
    """Observed seconds that the condition must last before an event starts an episode."""
    clear_s: Seconds = 3.0
    """Observed seconds that the condition must be absent before the episode ends."""
    update_s: Annotated[
        float,
        Field(ge=0.5, le=3_600, json_schema_extra={"remedy": "Give seconds from 0.5 to 3600."}),
    ] = 5.0
    """Least seconds between two updates of an episode."""

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        settings = self.settings()
        zone, line = getattr(settings, "zone", ()), getattr(settings, "line", ())
        if zone and (len(zone) < 3 or area(zone) < AREA_MIN):
            raise ValueError(
                "the zone has no inside; give at least three corners that do not lie on one line"
            )
        if line and math.dist(*line) < LINE_LENGTH_MIN:
            raise ValueError("the line's two points are the same; give two that are apart")
        if line and self.hold_s > 0:
            raise ValueError("hold_s is above 0, and a crossing takes no time; leave hold_s out")
        above, below = getattr(settings, "above", 0.0), getattr(settings, "below", 0.0)
        if above < below:
            raise ValueError(
                "above is below `below`; give above >= below, the space between them is the"
                " hysteresis"
            )
        return self

    def settings(self) -> Struct:
        """The settings of the rule's kind."""
        of_kind = RULE_KINDS[self.kind_name].settings
        names = inspect.signature(of_kind).parameters
        settings: Struct = of_kind(**{name: getattr(self, name) for name in names})
        return settings

    @property
    def kind_name(self) -> str:
        return str(getattr(self, "kind", ""))

    def rule(self) -> Rule:
        return Rule(
            id=RuleId(self.id),
            kind=self.kind_name,
            settings=self.settings(),
            event_kind=None if self.event_kind is None else EventKind(self.event_kind),
            incident_kind=IncidentKind(self.incident_kind),
            severity=self.severity,
            urgency=self.urgency,
            debounce=Debounce(hold_s=self.hold_s, clear_s=self.clear_s, update_s=self.update_s),
        )


# As in `scene.geometry`, held inside the picture.
_SHARES: Mapping[str, Any] = MappingProxyType(
    {"zone": tuple[ImagePoint, ...], "line": tuple[ImagePoint, ImagePoint]}
)


def _model(name: str, kind: RuleKind[Any, Any, Any]) -> Any:
    """The configuration model of a rule kind: the common keys and those of its settings."""
    hints = get_type_hints(kind.settings, include_extras=True)
    own: dict[str, Any] = {
        key: (_SHARES.get(key, hints[key]), _default(parameter))
        for key, parameter in inspect.signature(kind.settings).parameters.items()
    }
    tag: Any = (Literal[name], name) if kind.is_for_sensors else (Literal[name], ...)
    return create_model(name, __base__=RuleConfig, kind=tag, **own)


def _default(parameter: inspect.Parameter) -> Any:
    return ... if parameter.default is inspect.Parameter.empty else parameter.default


if TYPE_CHECKING:
    CameraRule = RuleConfig
    SensorRule = RuleConfig
else:
    _OF_CAMERAS = tuple(
        _model(name, kind) for name, kind in RULE_KINDS.items() if not kind.is_for_sensors
    )
    _OF_SENSORS = tuple(
        _model(name, kind) for name, kind in RULE_KINDS.items() if kind.is_for_sensors
    )
    CameraRule = Annotated[Union[_OF_CAMERAS], Field(discriminator="kind")]  # noqa: UP007 - made from the table
    SensorRule = Union[_OF_SENSORS]  # noqa: UP007 - as above
