"""A store belongs to one district for ever."""

import asyncio

import pytest

from citybrain.bus.memory import MemoryBroker
from citybrain.clock import ManualClock
from citybrain.config.load import load
from citybrain.ids import CountingIds
from citybrain.journal.sqlite import SqliteStore
from district_node.config import DistrictConfig
from district_node.errors import DistrictError
from district_node.inputs import NodeStarted
from district_node.node import DistrictNode
from district_node.shell.assembly import decider_of

CONFIG = """
district = "riverside"
name = {{en = "Riverside", zh = "滨江"}}
centre = {{lat = 30.657, lon = 104.086}}
data_dir = "{folder}"
[broker]
host = "127.0.0.1"
port = 1883
[listen]
grpc = "127.0.0.1:0"
"""


def test_a_renamed_district_must_keep_its_name_or_begin_a_new_store(tmp_path, scenario):
    from citybrain.structs import replace

    file = tmp_path / "district.toml"
    file.write_text(CONFIG.format(folder=tmp_path), encoding="utf-8")
    setup = scenario.start().state.setup
    clock = ManualClock()
    store = SqliteStore.open(tmp_path / "journal.db", ids=CountingIds())
    decider_of(store).run(
        [NodeStarted(setup=replace(setup, district="oldtown"), epoch=store.epoch())], clock.now()
    )
    store.close()
    node = DistrictNode(
        load(file, DistrictConfig),
        setup,
        clock=clock,
        ids=CountingIds(),
        bus=MemoryBroker().client("district"),
    )
    with pytest.raises(DistrictError, match="is district oldtown's"):
        asyncio.run(node.run(asyncio.Event(), lambda ports: None))
