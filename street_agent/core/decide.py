"""The agent's one decision: `decide(setup, state, input) -> (state, drafts)`. Pure; the shell puts the drafts into the outbox, and replay prints them."""

from collections.abc import Callable, Mapping
from typing import Any

from citybrain.clock import Timestamp
from citybrain.ids import SourceId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, replace
from street_agent.core import camera, reobserve, sensor, source
from street_agent.core.camera import CameraState
from street_agent.core.inputs import AskedToLook, Input, Looked, Sensed, SightSeen, Ticked
from street_agent.core.sensor import SensorState
from street_agent.core.setup import AgentSetup
from street_agent.core.source import Draft, OpenEpisode
from street_agent.health import ledger

NO_SOURCE = "no_such_source"


class AgentState(Struct, frozen=True, kw_only=True, eq=False):
    cameras: SortedMap[str, CameraState]
    sensors: SortedMap[str, SensorState]


def begin(
    setup: AgentSetup,
    at: Timestamp,
    *,
    last_alive: Timestamp | None = None,
    open_episodes: tuple[OpenEpisode, ...] = (),
) -> tuple[AgentState, tuple[Draft, ...]]:
    """A state in which nothing was seen yet; what the run before left open goes on, and the time in between is declared blind."""
    drafts: list[Draft] = []
    cameras: SortedMap[str, CameraState] = SortedMap()
    sensors: SortedMap[str, SensorState] = SortedMap()
    for name, camera_setup in setup.cameras.items():
        book, said = ledger.begin(camera_setup.source, at, last_alive=last_alive)
        cameras = cameras.put(
            name, camera.begin(camera_setup, source.begin(book, camera_setup.rules))
        )
        drafts.extend(said)
    for name, sensor_setup in setup.sensors.items():
        book, said = ledger.begin(sensor_setup.source, at, last_alive=last_alive)
        sensors = sensors.put(
            name, sensor.begin(sensor_setup, source.begin(book, sensor_setup.rules), at)
        )
        drafts.extend(said)
    state = AgentState(cameras=cameras, sensors=sensors)
    for episode in open_episodes:
        state = _go_on(setup, state, episode, at)
    return state, tuple(drafts)


def decide(
    setup: AgentSetup, state: AgentState, input: Input
) -> tuple[AgentState, tuple[Draft, ...]]:
    """What the agent makes of `input`, and what it says about it. An input for a source that is not set up changes nothing."""
    return DECIDERS[type(input)](setup, state, input)


def due_at(setup: AgentSetup, state: AgentState) -> Timestamp | None:
    """When `Ticked` will next say something if nothing else comes, None: never. Looks and readings only put it off."""
    looks = [camera.due_at(state.cameras[name]) for name in setup.cameras]
    feels = [sensor.due_at(setup.sensors[name], state.sensors[name]) for name in setup.sensors]
    return min((at for at in (*looks, *feels) if at is not None), default=None)


def open_episodes(setup: AgentSetup, state: AgentState) -> tuple[OpenEpisode, ...]:
    """What must be remembered over a restart."""
    seen = [
        source.open_episodes(setup.cameras[name].rules, at.source)
        for name, at in state.cameras.items()
    ]
    felt = [
        source.open_episodes(setup.sensors[name].rules, at.source)
        for name, at in state.sensors.items()
    ]
    return tuple(episode for part in (*seen, *felt) for episode in part)


def _looked(
    setup: AgentSetup, state: AgentState, looked: Looked
) -> tuple[AgentState, tuple[Draft, ...]]:
    if looked.source not in setup.cameras:
        return state, ()
    after, drafts = camera.look(
        setup.agent, setup.cameras[looked.source], state.cameras[looked.source], looked
    )
    return replace(state, cameras=state.cameras.put(looked.source, after)), drafts


def _sensed(
    setup: AgentSetup, state: AgentState, sensed: Sensed
) -> tuple[AgentState, tuple[Draft, ...]]:
    if sensed.source not in setup.sensors:
        return state, ()
    after, drafts = sensor.sense(
        setup.agent, setup.sensors[sensed.source], state.sensors[sensed.source], sensed
    )
    return replace(state, sensors=state.sensors.put(sensed.source, after)), drafts


def _sight_seen(
    setup: AgentSetup, state: AgentState, seen: SightSeen
) -> tuple[AgentState, tuple[Draft, ...]]:
    if seen.source in setup.cameras:
        of_camera, drafts = camera.see(setup.cameras[seen.source], state.cameras[seen.source], seen)
        return replace(state, cameras=state.cameras.put(seen.source, of_camera)), drafts
    if seen.source in setup.sensors:
        of_sensor, drafts = sensor.see(setup.sensors[seen.source], state.sensors[seen.source], seen)
        return replace(state, sensors=state.sensors.put(seen.source, of_sensor)), drafts
    return state, ()


def _asked(
    setup: AgentSetup, state: AgentState, asked: AskedToLook
) -> tuple[AgentState, tuple[Draft, ...]]:
    name = asked.request.source
    if name in setup.cameras:
        of_camera = state.cameras[name]
        after, drafts = source.ask(
            setup.cameras[name].rules, of_camera.source, asked.request, asked.at
        )
        return replace(
            state, cameras=state.cameras.put(name, replace(of_camera, source=after))
        ), drafts
    if name in setup.sensors:
        of_sensor = state.sensors[name]
        after, drafts = source.ask(
            setup.sensors[name].rules, of_sensor.source, asked.request, asked.at
        )
        return replace(
            state, sensors=state.sensors.put(name, replace(of_sensor, source=after))
        ), drafts
    return state, (reobserve.refuse(asked.request, NO_SOURCE, asked.at),)


def _ticked(
    setup: AgentSetup, state: AgentState, ticked: Ticked
) -> tuple[AgentState, tuple[Draft, ...]]:
    drafts: list[Draft] = []
    for name in setup.cameras:
        of_camera, said = camera.tick(setup.cameras[name], state.cameras[name], ticked.at)
        state = replace(state, cameras=state.cameras.put(name, of_camera))
        drafts.extend(said)
    for name in setup.sensors:
        of_sensor, said = sensor.tick(setup.sensors[name], state.sensors[name], ticked.at)
        state = replace(state, sensors=state.sensors.put(name, of_sensor))
        drafts.extend(said)
    return state, tuple(drafts)


def _go_on(setup: AgentSetup, state: AgentState, episode: OpenEpisode, at: Timestamp) -> AgentState:
    name: SourceId = episode.source
    if name in setup.cameras:
        of_camera = state.cameras[name]
        after = source.go_on(setup.cameras[name].rules, of_camera.source, episode, at)
        return replace(state, cameras=state.cameras.put(name, replace(of_camera, source=after)))
    if name in setup.sensors:
        of_sensor = state.sensors[name]
        after = source.go_on(setup.sensors[name].rules, of_sensor.source, episode, at)
        return replace(state, sensors=state.sensors.put(name, replace(of_sensor, source=after)))
    return state


DECIDERS: Mapping[
    type, Callable[[AgentSetup, AgentState, Any], tuple[AgentState, tuple[Draft, ...]]]
] = {
    Looked: _looked,
    Sensed: _sensed,
    SightSeen: _sight_seen,
    AskedToLook: _asked,
    Ticked: _ticked,
}
