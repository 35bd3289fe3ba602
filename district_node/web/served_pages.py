"""Serves a district's web pages: opens the door of its people, and calls its crews' phones where
the configuration has `[push]`. Loaded by a node that serves pages alone.
"""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from citybrain.api.methods import ApiService
from citybrain.clock import Clock
from citybrain.conditions import Conditions
from citybrain.config.fields import split_address
from citybrain.domain.order import Task
from citybrain.ids import IdSource
from citybrain.localized_name import LocalizedName
from citybrain.pack.pack import Words
from citybrain.people.door import PeopleDoor, open_door
from citybrain.people.metrics import sign_in_counter, watch_sessions
from citybrain.rpc.transport import node_tls
from citybrain.telemetry import metrics_endpoint
from citybrain.telemetry.metrics import MetricsRegistry
from citybrain.web.base_map import base_map
from citybrain.web.page_certificate import page_certificate
from citybrain.web.serve import RestartableWebServer
from district_node.config import DistrictConfig
from district_node.inputs import Setup
from district_node.shell.assembly import BackgroundTask
from district_node.shell.consoles import CrewConsoleAdapter
from district_node.shell.push.crew_pushes import CrewPushes
from district_node.web.app import build
from district_node.web_push.call import PushCalls
from district_node.web_push.services import PushServices
from district_node.web_push.subscriptions import PushSubscriptions
from district_node.web_push.vapid import push_key


# no Struct: these are live objects
@dataclass(frozen=True, slots=True, kw_only=True)
class PageParts:
    """What the pages of a node are made of. `words`: the packs' texts of now."""

    config: DistrictConfig
    setup: Setup
    folder: Path
    clock: Clock
    ids: IdSource
    registry: MetricsRegistry
    conditions: Conditions
    words: Callable[[], Words]
    proves_nodes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedPages:
    """Pages that are up. `tasks`: what runs beside them."""

    web: RestartableWebServer
    door: PeopleDoor
    tasks: list[tuple[str, BackgroundTask]]


async def serve_pages(
    stack: AsyncExitStack,
    parts: PageParts,
    crews: CrewConsoleAdapter,
    public: Sequence[ApiService],
) -> ServedPages:
    """The pages at `web` under `[listen]`; they end with `stack`."""
    config, address = parts.config, parts.config.listen.web or ""
    host, port = split_address(address)
    door = open_door(
        parts.folder,
        node=f"district-{config.district}",
        address=address,
        clock=parts.clock,
        ids=parts.ids,
        count=sign_in_counter(parts.registry),
        oidc=config.people.provider,
    )
    stack.callback(door.close)
    watch_sessions(parts.registry, door)
    subscriptions, tasks = _push(stack, parts, crews, door)
    name = parts.setup.name
    web = await RestartableWebServer.serve(
        lambda: build(
            public,
            crews,
            district=parts.setup.district,
            name={"en": name.en, "zh": name.zh},
            clock=parts.clock,
            words=parts.words(),
            base_map=base_map(config.map.path),
            conditions=parts.conditions.lasting,
            door=door,
            proves_nodes=parts.proves_nodes,
            takes_files=parts.setup.takes_files,
            address=config.paging.pages,
            push=subscriptions,
            telephone=config.desk.telephone or "",
        ),
        host,
        port,
        admission=metrics_endpoint.measured_admission(parts.registry, config.listen.allowed_hosts),
        certificate=page_certificate(address, node_tls(config.listen.tls, parts.folder)),
    )
    stack.push_async_callback(web.stop)
    return ServedPages(web=web, door=door, tasks=tasks)


def _push(
    stack: AsyncExitStack, parts: PageParts, crews: CrewConsoleAdapter, door: PeopleDoor
) -> tuple[PushSubscriptions | None, list[tuple[str, BackgroundTask]]]:
    """Where phones subscribe, and what calls them; none where the configuration has no `[push]`."""
    config = parts.config.push
    if config is None:
        return None, []
    key = push_key(parts.folder, config.contact)
    services = PushServices(config.services, allows_private=config.allow_private)
    calls = PushCalls(services, config.ca_file)
    stack.callback(calls.close)
    counter = parts.registry.counter(
        "district_crew_pushes", "Attempts to call a crew's phone by web push.", ("result",)
    )
    pushes = CrewPushes(
        crews,
        door.store,
        key=key,
        calls=calls,
        kind_of=lambda task: _kind_name(parts.words(), task),
        count=lambda result: counter.add(1, result),
        clock=parts.clock,
        ids=parts.ids,
    )
    return PushSubscriptions(door.store, services, key.public), [("crew pushes", pushes.run)]


def _kind_name(words: Words, task: Task) -> LocalizedName:
    """As the pages call it; of a kind of another district's pack, its own word."""
    found = words.get(f"kind.{task.kind}", {})
    return LocalizedName(en=found.get("en", task.kind), zh=found.get("zh", task.kind))
