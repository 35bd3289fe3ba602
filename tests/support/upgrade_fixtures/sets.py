"""A set: what one release leaves for all later ones. See `make_set` for what is in its folder."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

from citybrain.decider.decider import Decider
from citybrain.ids import CountingIds
from citybrain.journal.sqlite import SqliteStore
from coordinator.city_cores import city_cores
from district_node.district_cores import district_cores
from street_agent.checkpoint.file import FileCheckpointStore
from street_agent.outbox.sqlite import SqliteOutbox
from upgrade_fixtures import facts, files, protos, shapes, wire
from upgrade_fixtures.simulated_city import FoundCity, busy_agent, busy_district, find_city

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "upgrade" / "fixtures"


def make_set(folder: Path, version: str) -> dict[str, Any]:
    """Write the set of this version into the new `folder`; returns its `facts.json`.

    district.db, city.db     of nodes that were stopped in order, at one moment of one city
    district-killed.db       the same district, killed: later versions refuse it, with the cure
    outbox.db, checkpoint    of an agent that was killed
    wire.json                wire messages of every kind, base64
    protos.binpb             the wire's descriptors
    formats.json             the shapes of all stored formats, and their upcasters
    facts.json               what must be found again
    """
    folder.mkdir(parents=True)
    city, street = find_city(busy_district), find_city(busy_agent)
    world = city.world
    district, box = world.districts[city.name], street.world.edge_boxes[street.name]
    files.write_journal(district.store, folder / "district.db", district_cores(), stops=True)
    files.write_journal(
        district.store, folder / "district-killed.db", district_cores(), stops=False
    )
    files.write_journal(world.city.store, folder / "city.db", city_cores(), stops=True)
    files.write_outbox(box.outbox, folder / "outbox.db")
    files.write_agent_checkpoint(box._checkpoints, folder / "checkpoint")
    recorded = {
        kind: [b64encode(one).decode() for one in found]
        for kind, found in wire.messages(city, street).items()
    }
    _write(folder / "wire.json", recorded)
    write_protos(folder)
    _write(folder / "formats.json", shapes.released_formats())
    made = {"version": version, "cities": _cities(city, street), **found_in(folder)}
    _write(folder / "facts.json", made)
    for one in (city, street):
        one.simulation.close()
    return made


def write_protos(folder: Path) -> None:
    """The descriptors of now. Before 0.1.0 a kind of message may go: its messages go with it."""
    (folder / "protos.binpb").write_bytes(protos.describe(ROOT / "protos"))
    recorded = json.loads((folder / "wire.json").read_text())
    _write(
        folder / "wire.json",
        {kind: messages for kind, messages in recorded.items() if kind in wire.codecs()},
    )


def _cities(*cities: FoundCity[Any]) -> list[dict[str, Any]]:
    return [{"seed": one.seed, "at_s": one.at_s, "name": one.name} for one in cities]


def found_in(folder: Path) -> dict[str, Any]:
    """What this version finds in the files of a set. Works on the files: give it a copy."""
    district = SqliteStore.open(folder / "district.db", ids=CountingIds())
    city = SqliteStore.open(folder / "city.db", ids=CountingIds())
    outbox = SqliteOutbox.open(folder / "outbox.db", ids=CountingIds(), cap_bytes=files.CAP_BYTES)
    try:
        return {
            "district": facts.district_facts(Decider(district_cores(), district).state, district),
            "city": facts.city_facts(Decider(city_cores(), city).state, city),
            "agent": facts.agent_facts(outbox, FileCheckpointStore(folder / "checkpoint")),
        }
    finally:
        district.close()
        city.close()
        outbox.close()
        for beside in (*folder.glob("*.lock"), *folder.glob("*-shm"), *folder.glob("*-wal")):
            beside.unlink()


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
