"""A district by script, and an adapter's context over it."""

import asyncio

from citybrain.adapters.health import HealthRecord
from citybrain.api.adapter.context import DistrictContext
from citybrain.api.v1 import action_pb2
from citybrain.ids import CountingIds
from citybrain.system_clock import SystemClock
from citybrain.telemetry.metrics import MetricsRegistry


class ScriptedCalls:
    """Answers as its script says: outcomes, errors to raise, streams as lists of both."""

    def __init__(self, *script):
        self.script, self.sent = list(script), []

    async def call(self, method, request):
        self.sent.append((method, request))
        step = self.script.pop(0) if self.script else action_pb2.Outcome(done=True)
        if isinstance(step, Exception):
            raise step
        return step

    async def stream(self, method, request):
        self.sent.append((method, request))
        steps = self.script.pop(0) if self.script else []
        for step in steps:
            if isinstance(step, Exception):
                raise step
            yield step
        if not self.script:
            await asyncio.Event().wait()


class Rig:
    """One adapter's context, health and metrics over scripted calls."""

    def __init__(self, folder, *script):
        self.registry, self.calls = MetricsRegistry(), ScriptedCalls(*script)
        self.health = HealthRecord(
            "cases", "acme-cases", folder=folder, clock=SystemClock(), registry=self.registry
        )
        self.city = DistrictContext(
            "acme-cases",
            self.calls,
            data_dir=folder,
            health=self.health,
            ids=CountingIds(),
            first_pause_s=0.01,
        )
