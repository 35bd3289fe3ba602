"""The programs of the demo: command lines as a real city uses them, and their stop order.

Starts nothing.
"""

import sys

from citybrain.broker.write import CONFIGURATION
from citysim.demo.city import DemoCity
from citysim.demo.prepare.configs import BROKER, CITY, Ports, RunFolder
from citysim.supervise import mqtt_broker
from citysim.supervise.child_process import Program

AGENTS_STOP, DISTRICTS_STOP, CITY_STOPS, BROKER_STOPS = 1, 2, 3, 4


def all_programs(run: RunFolder, city: DemoCity, ports: Ports) -> tuple[Program, ...]:
    """In the order of their start."""
    return (
        broker_program(run, ports),
        city_program(run),
        *district_programs(run, city),
        *agent_programs(run, city),
    )


def broker_program(run: RunFolder, ports: Ports) -> Program:
    return Program(
        name=BROKER,
        argv=_broker_command(run, ports),
        stop_order=BROKER_STOPS,
        ready_host=ports.broker_host,
        ready_port=ports.broker,
        ready_s=15.0,
        grace_s=5.0,
    )


def _broker_command(run: RunFolder, ports: Ports) -> tuple[str, ...]:
    """mosquitto by the files that `join_all` wrote; in lab mode the broker that proves nobody."""
    if ports.is_proved:
        return (mqtt_broker.require_mosquitto(), "-c", str(run.broker / CONFIGURATION))
    command = mqtt_broker.command(
        host=ports.broker_host, port=ports.broker, folder=run.broker, kind="iotcore"
    )
    return tuple(command)


def city_program(run: RunFolder) -> Program:
    return Program(
        name=CITY,
        argv=_citybrain("city", run, CITY),
        stop_order=CITY_STOPS,
        ready_s=120.0,
        grace_s=15.0,
    )


def district_programs(run: RunFolder, city: DemoCity) -> list[Program]:
    return [
        Program(
            name=d.id,
            argv=_citybrain("district", run, d.id),
            stop_order=DISTRICTS_STOP,
            ready_s=60.0,
        )
        for d in city.districts
    ]


def agent_programs(run: RunFolder, city: DemoCity) -> list[Program]:
    return [
        Program(
            name=b.id, argv=_citybrain("street", run, b.id), stop_order=AGENTS_STOP, ready_s=60.0
        )
        for b in city.boxes
    ]


def _citybrain(tier: str, run: RunFolder, name: str) -> tuple[str, ...]:
    return (
        sys.executable,
        "-m",
        "citybrain.cli.main",
        tier,
        "run",
        "--config",
        str(run.config(name)),
    )
