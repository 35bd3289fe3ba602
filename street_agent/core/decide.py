"""The agent's one decision: `decide(setup, state, input) -> (state, drafts)`. Pure; the shell puts
the drafts into the outbox, and a replay prints them."""

from typing import assert_never

from citybrain.clock import Timestamp
from citybrain.ids import SourceId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, replace
from street_agent.core import camera, coverage_log, sensor, source, verification
from street_agent.core.agent_setup import AgentSetup
from street_agent.core.camera import CameraState
from street_agent.core.draft import Draft
from street_agent.core.inputs import (
    CoreInput,
    FrameObserved,
    ReadingRefused,
    SensorRead,
    Ticked,
    VerificationRequested,
    VisibilityChanged,
)
from street_agent.core.sensor import SensorState
from street_agent.core.source import OpenEpisode

NO_SOURCE = "no_such_source"


class AgentState(Struct, frozen=True, kw_only=True, eq=False):
    """All that the agent's decisions depend on, by source."""

    cameras: SortedMap[str, CameraState]
    sensors: SortedMap[str, SensorState]


Decided = tuple[AgentState, tuple[Draft, ...]]


def begin(
    setup: AgentSetup,
    at: Timestamp,
    *,
    last_alive: Timestamp | None = None,
    open_episodes: tuple[OpenEpisode, ...] = (),
) -> Decided:
    """A state in which nothing was observed yet. Episodes that the run before left open are
    resumed, and the time in between is declared blind."""
    drafts: list[Draft] = []
    cameras: SortedMap[str, CameraState] = SortedMap()
    sensors: SortedMap[str, SensorState] = SortedMap()
    for name, camera_setup in setup.cameras.items():
        log, intervals = coverage_log.begin(camera_setup.source, at, last_alive=last_alive)
        begun = camera.begin(source.begin(log, camera_setup.rules))
        cameras = cameras.put(name, begun)
        drafts.extend(intervals)
    for name, sensor_setup in setup.sensors.items():
        log, intervals = coverage_log.begin(sensor_setup.source, at, last_alive=last_alive)
        sensors = sensors.put(name, sensor.begin(source.begin(log, sensor_setup.rules), at))
        drafts.extend(intervals)
    state = AgentState(cameras=cameras, sensors=sensors)
    for episode in open_episodes:
        state = _resume_episode(setup, state, episode, at)
    return state, tuple(drafts)


def decide(setup: AgentSetup, state: AgentState, new_input: CoreInput) -> Decided:
    """The state after `new_input`, and what the agent reports because of it. An input for a source
    that is not set up changes nothing."""
    match new_input:
        case FrameObserved():
            return _frame_observed(setup, state, new_input)
        case SensorRead():
            return _sensor_read(setup, state, new_input)
        case ReadingRefused():
            return _reading_refused(setup, state, new_input)
        case VisibilityChanged():
            return _visibility_changed(setup, state, new_input)
        case VerificationRequested():
            return _verification_requested(setup, state, new_input)
        case Ticked():
            return _ticked(setup, state, new_input)
        case _:
            assert_never(new_input)


def due_at(setup: AgentSetup, state: AgentState) -> Timestamp | None:
    """When `Ticked` will next emit something if nothing else comes, None: never. Frames and
    readings only put it off."""
    cameras = [camera.due_at(setup.cameras[name], state.cameras[name]) for name in setup.cameras]
    sensors = [sensor.due_at(setup.sensors[name], state.sensors[name]) for name in setup.sensors]
    return min((at for at in (*cameras, *sensors) if at is not None), default=None)


def open_episodes(setup: AgentSetup, state: AgentState) -> tuple[OpenEpisode, ...]:
    """What must be remembered over a restart."""
    of_cameras = [
        source.open_episodes(setup.cameras[name].rules, known.source)
        for name, known in state.cameras.items()
    ]
    of_sensors = [
        source.open_episodes(setup.sensors[name].rules, known.source)
        for name, known in state.sensors.items()
    ]
    return tuple(episode for part in (*of_cameras, *of_sensors) for episode in part)


def known_visibilities(setup: AgentSetup, state: AgentState) -> tuple[Draft, ...]:
    """What is known of every source now, reported anew: nothing changed, but whoever was told may
    have forgotten it."""
    sources = [state.cameras[name].source for name in setup.cameras]
    sources += [state.sensors[name].source for name in setup.sensors]
    return tuple(coverage_log.open_interval(one.coverage) for one in sources)


def _frame_observed(setup: AgentSetup, state: AgentState, frame: FrameObserved) -> Decided:
    name = frame.source
    if name not in setup.cameras:
        return state, ()
    after, drafts = camera.observe(setup.agent, setup.cameras[name], state.cameras[name], frame)
    return replace(state, cameras=state.cameras.put(name, after)), drafts


def _sensor_read(setup: AgentSetup, state: AgentState, read: SensorRead) -> Decided:
    name = read.source
    if name not in setup.sensors:
        return state, ()
    after, drafts = sensor.observe(setup.agent, setup.sensors[name], state.sensors[name], read)
    return replace(state, sensors=state.sensors.put(name, after)), drafts


def _reading_refused(setup: AgentSetup, state: AgentState, refused: ReadingRefused) -> Decided:
    name = refused.source
    if name not in setup.sensors:
        return state, ()
    after, drafts = sensor.refuse(
        setup.sensors[name], state.sensors[name], refused.reason, refused.at
    )
    return replace(state, sensors=state.sensors.put(name, after)), drafts


def _visibility_changed(setup: AgentSetup, state: AgentState, change: VisibilityChanged) -> Decided:
    name = change.source
    if name in setup.cameras:
        of_camera, drafts = camera.change_visibility(
            setup.cameras[name], state.cameras[name], change
        )
        return replace(state, cameras=state.cameras.put(name, of_camera)), drafts
    if name in setup.sensors:
        of_sensor, drafts = sensor.change_visibility(state.sensors[name], change)
        return replace(state, sensors=state.sensors.put(name, of_sensor)), drafts
    return state, ()


def _verification_requested(
    setup: AgentSetup, state: AgentState, requested: VerificationRequested
) -> Decided:
    request, at = requested.request, requested.at
    name = request.source
    if name in setup.cameras:
        of_camera, rules = state.cameras[name], setup.cameras[name].rules
        after, drafts = source.start_verification(rules, of_camera.source, request, at)
        of_camera = replace(of_camera, source=after)
        return replace(state, cameras=state.cameras.put(name, of_camera)), drafts
    if name in setup.sensors:
        of_sensor, rules = state.sensors[name], setup.sensors[name].rules
        after, drafts = source.start_verification(rules, of_sensor.source, request, at)
        of_sensor = replace(of_sensor, source=after)
        return replace(state, sensors=state.sensors.put(name, of_sensor)), drafts
    return state, (verification.refuse(request, NO_SOURCE, at),)


def _ticked(setup: AgentSetup, state: AgentState, ticked: Ticked) -> Decided:
    emitted: list[Draft] = []
    for name in setup.cameras:
        of_camera, drafts = camera.tick(setup.cameras[name], state.cameras[name], ticked.at)
        state = replace(state, cameras=state.cameras.put(name, of_camera))
        emitted.extend(drafts)
    for name in setup.sensors:
        of_sensor, drafts = sensor.tick(setup.sensors[name], state.sensors[name], ticked.at)
        state = replace(state, sensors=state.sensors.put(name, of_sensor))
        emitted.extend(drafts)
    return state, tuple(emitted)


def _resume_episode(
    setup: AgentSetup, state: AgentState, episode: OpenEpisode, at: Timestamp
) -> AgentState:
    name: SourceId = episode.source
    if name in setup.cameras:
        of_camera, rules = state.cameras[name], setup.cameras[name].rules
        after = source.resume_episode(rules, of_camera.source, episode, at)
        return replace(state, cameras=state.cameras.put(name, replace(of_camera, source=after)))
    if name in setup.sensors:
        of_sensor, rules = state.sensors[name], setup.sensors[name].rules
        after = source.resume_episode(rules, of_sensor.source, episode, at)
        return replace(state, sensors=state.sensors.put(name, replace(of_sensor, source=after)))
    return state
