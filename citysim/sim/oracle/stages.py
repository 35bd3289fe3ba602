"""Which stages the incidents of a run went through. Judges nothing."""

from collections import Counter

from citybrain.vocabulary import IncidentStage
from citysim.sim.world import SimulatedWorld

STAGES = tuple(stage.value for stage in IncidentStage if stage is not IncidentStage.UNKNOWN)


def stages_reached(world: SimulatedWorld) -> tuple[tuple[str, str, int], ...]:
    """(kind, stage, incidents that were ever in it), of what the districts still know."""
    counts: Counter[tuple[str, str]] = Counter()
    for node in world.districts.values():
        if node.state is None:
            continue
        for incident in node.state.incidents.values():
            been = {line.code for line in incident.history} | {incident.stage.value}
            counts.update((incident.kind, stage) for stage in STAGES if stage in been)
    return tuple((kind, stage, count) for (kind, stage), count in sorted(counts.items()))
