"""How adapters are, as `citybrain plugins list --adapter FILE` shows it: read from what each last
wrote into its own folder.
"""

from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from citybrain.adapters.health import STALE_S, AdapterHealth, AdapterState, read_health
from citybrain.clock import SECOND_US, Timestamp
from citybrain.config.adapter import AdapterConfig
from citybrain.config.load import load
from citybrain.system_clock import SystemClock

# Columns where no terminal would fold them: a log or a pipe gets each cure in one piece.
TABLE_WIDTH = 400
COLUMNS = ("adapter", "principal", "district", "state", "done", "refused", "failures")


def print_adapters(configs: list[Path]) -> bool:
    """Print how the adapters of these configurations are; whether all of them run. Raises
    `ConfigError`.
    """
    if not configs:
        return True
    now, are_running = SystemClock().now(), True
    table = Table(box=box.SIMPLE)
    for column in COLUMNS:
        table.add_column(column, overflow="fold")
    for path in configs:
        config = load(path, AdapterConfig)
        health = read_health(config.data_dir)
        are_running &= health is not None and is_running(health, now)
        table.add_row(*_row(path, config, health, now))
    Console(width=None if Console().is_terminal else TABLE_WIDTH).print(table)
    return are_running


def is_running(health: AdapterHealth, now: Timestamp) -> bool:
    """Whether it runs and its district answers."""
    return health.state is AdapterState.RUNNING and not _is_stale(health, now)


def _is_stale(health: AdapterHealth, now: Timestamp) -> bool:
    return abs(now - health.at) > STALE_S * SECOND_US


def _row(
    path: Path, config: AdapterConfig, health: AdapterHealth | None, now: Timestamp
) -> tuple[str, ...]:
    if health is None:
        return (str(path), config.principal or "", config.district, "never ran", "", "", "")
    return (
        health.adapter,
        health.principal,
        config.district,
        _state(health, now),
        str(health.done),
        str(health.refused),
        str(health.failures),
    )


def _state(health: AdapterHealth, now: Timestamp) -> str:
    if health.state is AdapterState.ENDED:
        return "ended"
    if _is_stale(health, now):
        ago_s = (now - health.at) / SECOND_US
        return f"not running (it last said {health.state}, {ago_s:.0f} s ago)"
    for_s = (now - health.since) / SECOND_US
    return f"{health.state} for {for_s:.0f} s" + (f": {health.error}" if health.error else "")
