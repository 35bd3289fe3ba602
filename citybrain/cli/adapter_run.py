"""An adapter as a process: its configuration, its connection, its metrics, its supervision. Only
wires them.
"""

import asyncio
from functools import partial
from pathlib import Path
from typing import cast

from citybrain.adapters.health import HealthRecord
from citybrain.adapters.supervise import supervise
from citybrain.api.adapter.context import DistrictContext
from citybrain.api.adapter.port import Adapter, AdapterPlugin, Options
from citybrain.api.methods import DISTRICT
from citybrain.cli.process import log_to_stderr, ready, run_until_signal
from citybrain.config.adapter import AdapterConfig
from citybrain.config.load import load as load_config
from citybrain.data_folder import secure
from citybrain.enrolment.upkeep import IdentityUpkeep
from citybrain.plugins.errors import PluginFaultError, in_short
from citybrain.plugins.load import load
from citybrain.plugins.ports import ADAPTER, PluginGroup
from citybrain.random_ids import RandomIds
from citybrain.rpc.public.client import ApiClient
from citybrain.rpc.transport import node_tls
from citybrain.system_clock import SystemClock
from citybrain.telemetry.metrics import MetricsRegistry
from citybrain.telemetry.metrics_endpoint import serve


def run_adapter(name: str, path: Path, log_level: str) -> None:
    """Run until a signal or the adapter's end. Raises `ConfigError` or `PluginError`."""
    log_to_stderr(log_level)
    config = load_config(path, AdapterConfig)
    plugin = cast("AdapterPlugin", load(PluginGroup.ADAPTERS, name, ADAPTER))
    _made(name, plugin, config.options)  # what is wrong with the options is said before it starts
    run_until_signal(partial(_run, name, plugin, config))


async def _run(
    name: str, plugin: AdapterPlugin, config: AdapterConfig, stop: asyncio.Event
) -> None:
    clock, ids, registry = SystemClock(), RandomIds(), MetricsRegistry()
    principal = config.principal or name
    secure(config.data_dir)
    health = HealthRecord(name, principal, folder=config.data_dir, clock=clock, registry=registry)
    metrics = config.metrics
    endpoint = (
        serve(registry, port=metrics.port, host=metrics.host, allowed_hosts=metrics.allowed_hosts)
        if metrics.port
        else None
    )
    upkeep = IdentityUpkeep(
        config.data_dir, clock=clock, ids=ids, registry=registry, is_server=False
    )
    upkeep.start()
    tls = node_tls(config.tls, config.data_dir)
    try:
        async with ApiClient(config.district, DISTRICT, tls=tls) as calls:
            city = DistrictContext(
                principal, calls, data_dir=config.data_dir, health=health, ids=ids
            )
            ready(f"adapter {name}", principal=principal, district=config.district)
            make = partial(_made, name, plugin, config.options)
            await supervise(make, city, health, stop=stop, clock=clock, ids=ids)
    finally:
        upkeep.stop()
        if endpoint is not None:
            endpoint.stop()


def _made(name: str, plugin: AdapterPlugin, options: Options) -> Adapter:
    try:
        return plugin(options)
    except Exception as error:
        raise PluginFaultError(
            f"the adapter {name} does not take its options ({in_short(error)}). Correct the table"
            " [options] of its configuration."
        ) from error
