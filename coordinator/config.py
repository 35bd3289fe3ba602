"""The coordinator's configuration file as a model that names every fault at once, and the policy that the cores are given. Reads no file itself."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from citybrain.config.fields import (
    ListenAddress,
    PortOrOff,
    PositiveFloat,
    PositiveInt,
    PositiveSeconds,
    Seconds,
    Section,
    Titles,
    TlsFiles,
)
from coordinator.policy import Costs, Issuing, Policy

LATE_AND_ALL = (
    1.0  # an order at the end of the reach and wholly late costs (1 + late_factor) × max_travel_s
)


class ListenConfig(Section):
    """What this node serves: districts, the desk and the CLI by gRPC, the console by HTTP, meters for a Prometheus."""

    grpc: ListenAddress = "127.0.0.1:7000"
    web: ListenAddress | None = None
    metrics: PortOrOff = 0
    tls: TlsFiles | None = None  # of the gRPC port


class PlanConfig(Section):
    """When to plan, what a plan pays for (weighted seconds), how long each side may take."""

    issue: Literal["ask", "auto"] = "ask"
    max_travel_s: PositiveSeconds = 1800.0
    min_replan_s: Seconds = 1.0
    replan_s: PositiveSeconds = 10.0
    promise_ttl_s: PositiveSeconds = 30.0
    propose_s: PositiveSeconds = 10.0
    issue_s: PositiveSeconds = 15.0
    accept_s: PositiveSeconds = 90.0
    withdraw_s: PositiveSeconds = 10.0
    avoid_s: Seconds = 120.0
    age_limit_s: PositiveSeconds = 60.0
    late_factor: Annotated[
        float, Field(ge=0, le=100, json_schema_extra={"right": "Give a number from 0 to 100."})
    ] = 2.0
    cross_s: Seconds = 60.0
    coverage_s: Seconds = 120.0
    reserve_units: PositiveInt = 2
    unserved_s: PositiveFloat | None = None  # left out: dearer than any order

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.propose_s >= self.promise_ttl_s:
            raise ValueError(
                "propose_s must be less than promise_ttl_s; an owner's promise has to outlast the wait for the other owner"
            )
        if self.unserved_s is not None and self.unserved_s < self._dearest_s():
            raise ValueError(
                f"unserved_s is less than what the dearest order costs ({self._dearest_s():g}); slots would stay empty although a unit is there"
            )
        return self

    def _dearest_s(self) -> float:
        return (
            (LATE_AND_ALL + self.late_factor) * self.max_travel_s + self.cross_s + self.coverage_s
        )

    def policy(self) -> Policy:
        costs = Costs(
            late_factor=self.late_factor,
            unserved_s=self.unserved_s
            if self.unserved_s is not None
            else max(Costs().unserved_s, 1.2 * self._dearest_s()),
            cross_s=self.cross_s,
            coverage_s=self.coverage_s,
            reserve_units=self.reserve_units,
        )
        return Policy(
            issue=Issuing(self.issue),
            costs=costs,
            max_travel_s=self.max_travel_s,
            min_replan_s=self.min_replan_s,
            replan_s=self.replan_s,
            promise_ttl_s=self.promise_ttl_s,
            propose_s=self.propose_s,
            issue_s=self.issue_s,
            accept_s=self.accept_s,
            withdraw_s=self.withdraw_s,
            avoid_s=self.avoid_s,
            age_limit_s=self.age_limit_s,
        )


class RayConfig(Section):
    """`mode`: "local" (an own Ray on this machine), "off" (plan in-process), or the address of a cluster."""

    mode: Annotated[
        str,
        Field(
            pattern=r"^(local|off|[A-Za-z0-9_.:/\[\]-]+:\d+)$",
            json_schema_extra={"right": 'Use "local", "off" or "host:port".'},
        ),
    ] = "local"
    cpus: PositiveInt = 2
    budget_s: PositiveSeconds = 1.0  # an answer later than this: the in-process planner answers


class CityConfig(Section):
    name: Titles
    data_dir: Annotated[str, Field(min_length=1)]
    listen: ListenConfig = ListenConfig()
    plan: PlanConfig = PlanConfig()
    ray: RayConfig = RayConfig()
