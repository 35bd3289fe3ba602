"""A box's sensors by where their readings come from: recordings, installed packages, topics at the
broker. Opens none.
"""

from functools import partial
from pathlib import Path

from citybrain.ids import SourceId
from street_agent.config import StreetConfig
from street_agent.config_resolution import resolve_source
from street_agent.plugins.opening import make_sensor, plugin_name
from street_agent.plugins.port import MakeReader, Reading
from street_agent.sensor.address import sensor_name
from street_agent.sensor.replay import SeriesReplay


def topic_sensors(config: StreetConfig) -> dict[str, SourceId]:
    """By the name that the broker knows the sensor by, what it is called on this box."""
    return {
        name: SourceId(sensor.id)
        for sensor in config.sensor
        if (name := sensor_name(sensor.source)) is not None
    }


def plugin_sensors(config: StreetConfig) -> tuple[tuple[SourceId, MakeReader[Reading]], ...]:
    """Those of installed packages."""
    return tuple(
        (SourceId(sensor.id), partial(make_sensor, plugin, sensor.options))
        for sensor in config.sensor
        if (plugin := plugin_name(sensor.source)) is not None
    )


def series_replays(config: StreetConfig, folder: Path) -> tuple[SeriesReplay, ...]:
    """Those that are recordings."""
    return tuple(
        SeriesReplay(
            source=SourceId(sensor.id),
            path=Path(resolve_source(sensor.source, folder)),
            speedup=sensor.speedup,
            loop=sensor.loop,
        )
        for sensor in config.sensor
        if plugin_name(sensor.source) is None and sensor_name(sensor.source) is None
    )
