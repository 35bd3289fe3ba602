"""How often each camera is looked at, and how many readings of each sensor are none, as `street
status` shows it. Reads the core's state; computes nothing of its own."""

from citybrain.clock import Timestamp
from citybrain.structs import Struct
from street_agent.core import detection_rate
from street_agent.core.agent_setup import AgentSetup
from street_agent.core.decide import AgentState


class SourceRates(Struct, frozen=True, kw_only=True):
    """One camera (looks a second) or sensor (`readings` since the start, `refused` of them)."""

    source: str
    visibility: str
    reason: str
    asked_fps: float = 0.0
    floor_fps: float = 0.0
    served_fps: float = 0.0
    readings: int = 0
    refused: int = 0


def source_rates(setup: AgentSetup, state: AgentState, at: Timestamp) -> tuple[SourceRates, ...]:
    """Of every source, cameras first."""
    cameras = [
        SourceRates(
            source=name,
            visibility=state.cameras[name].source.coverage.visibility.value,
            reason=state.cameras[name].source.coverage.reason,
            asked_fps=camera.rate_limits.asked_fps,
            floor_fps=camera.rate_limits.floor_fps,
            served_fps=round(detection_rate.served_fps(state.cameras[name].rate, at), 2),
        )
        for name, camera in setup.cameras.items()
    ]
    sensors = [
        SourceRates(
            source=name,
            visibility=sensor.source.coverage.visibility.value,
            reason=sensor.source.coverage.reason,
            readings=sensor.readings,
            refused=sensor.refused,
        )
        for name, sensor in state.sensors.items()
    ]
    return (*cameras, *sensors)
