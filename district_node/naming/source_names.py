"""What screens call cameras, sensors and the boxes that read them: by the asset that a source
watches, which has its id; else by what it is and where it stands. Decides nothing.
"""

from collections.abc import Callable, Iterable, Mapping

from citybrain.domain.agent import AgentStatus
from citybrain.geo import Point
from citybrain.ids import SourceId
from citybrain.localized_name import LocalizedName
from district_node.cores.assets import find_asset
from district_node.cores.incidents.contribution import (
    Episode,
    SourceType,
    agent_label,
    source_label,
)
from district_node.inputs import Setup
from district_node.naming.place_names import PlaceNames, bilingual

CAMERA, SENSOR, BOX = ("Camera", "摄像机"), ("Sensor", "传感器"), ("Box", "终端")

ReadStatuses = Callable[[], tuple[AgentStatus, ...]]


def nobody() -> tuple[AgentStatus, ...]:
    """The statuses where none is at hand."""
    return ()


class SourceNames:
    """The names of what `statuses` says, among the assets and places of `setup`."""

    def __init__(self, setup: Setup, places: PlaceNames, statuses: ReadStatuses = nobody) -> None:
        self._setup, self._places, self._statuses = setup, places, statuses
        self._made_of: tuple[AgentStatus, ...] = ()
        self._names: Mapping[str, str] = {}

    def of(self, label: str) -> str:
        """Of "agent/source", or of an agent; "" where nothing is known but its id."""
        now = self._statuses()
        if len(now) != len(self._made_of) or any(
            a is not b for a, b in zip(now, self._made_of, strict=True)
        ):
            self._made_of, self._names = now, self._named(now)
        found = self._names.get(label)
        return self._of_asset(label) if found is None else found

    def of_episode(self, episode: Episode) -> str:
        """In English, of a source that `statuses` need not know: for a sentence."""
        asset = find_asset(self._setup.assets, episode.source)
        if asset is not None:
            return asset.name.en
        if episode.place is None:
            return source_label(episode)
        sort = SENSOR if episode.source_type is SourceType.SENSOR else CAMERA
        return f"{sort[0]} ({self._places.of(episode.place).en})"

    def _named(self, statuses: Iterable[AgentStatus]) -> Mapping[str, str]:
        names: dict[str, str] = {}
        standing: list[tuple[str, tuple[str, str], Point]] = []
        for agent in statuses:
            for source in agent.sources:
                label = agent_label(agent.agent, source.source)
                names[label] = self._of_asset(label)
                if not names[label]:
                    standing.append((label, CAMERA if source.is_camera else SENSOR, source.place))
            if agent.sources:
                standing.append((agent.agent, BOX, agent.sources[0].place))
        return {**names, **self._by_place(standing)}

    def _by_place(self, standing: list[tuple[str, tuple[str, str], Point]]) -> Mapping[str, str]:
        """Those of one sort at one place are told apart by a number, in the order of their ids."""
        names: dict[str, str] = {}
        met: dict[str, int] = {}
        for label, sort, place in sorted(standing, key=lambda one: one[0]):
            where = self._places.of(place)
            count = met[sort[0] + where.en] = met.get(sort[0] + where.en, 0) + 1
            nth = ("", "") if count == 1 else (f" {count}", f"{count}")
            names[label] = bilingual(
                LocalizedName(
                    en=f"{sort[0]}{nth[0]} ({where.en})", zh=f"{sort[1]}{nth[1]}（{where.zh}）"
                )
            )
        return names

    def _of_asset(self, label: str) -> str:
        _, slash, source = label.partition("/")
        asset = find_asset(self._setup.assets, SourceId(source)) if slash else None
        return "" if asset is None else bilingual(asset.name)
