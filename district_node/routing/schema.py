"""`[routing]` of a district's file as a model that names every problem. Reads no file itself."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from citybrain.config.fields import Finite, Id, LocalizedNameConfig, Name, Section
from citybrain.localized_name import LocalizedName
from citybrain.pack.problems import Problems
from district_node.cores.routing.responsibility import is_of_class, owns
from district_node.playbook import Playbook, Watches
from district_node.routing.departments import Department, DepartmentId, Routing

CornerConfig = tuple[Finite, Finite]


class DepartmentConfig(Section):
    """A unit of the administration, or a company, that answers for cases."""

    id: Id
    """Its id, unique in the district; an asset whose field `owner` is this id is its own."""
    name: LocalizedNameConfig
    """What screens show."""
    owns: tuple[Name, ...] = ()
    """Kinds (`bin_full`) and classes of the grid tables (`事件/市容环境`) that are its business
    wherever they are (属主)."""
    local: bool = False
    """Whether cases are its business by their place (属地)."""
    area: Annotated[tuple[CornerConfig, ...], Field(max_length=1_000)] = ()
    """Corners `[longitude, latitude]` of its area; left out: the whole district."""

    @model_validator(mode="after")
    def _has_business(self) -> Self:
        if not self.owns and not self.local:
            raise ValueError("it owns nothing and is not local; give owns, or local = true")
        if self.area and (not self.local or len(self.area) < 3):
            raise ValueError("an area has at least three corners and belongs to local = true")
        return self

    def value(self) -> Department:
        return Department(
            department=DepartmentId(self.id),
            name=LocalizedName(en=self.name.en, zh=self.name.zh),
            owns=self.owns,
            is_local=self.local,
            area=self.area,
        )


class RoutingConfig(Section):
    """Who is responsible for a case: of a thing first its owner, then its place (部件先属主后属地);
    of an event first its place, then its owner (事件先属地后属主)."""

    bounces: Annotated[
        int,
        Field(
            strict=True,
            ge=1,
            le=10,
            json_schema_extra={"remedy": "Give a number of refusals from 1 to 10."},
        ),
    ] = 2
    """After so many departments refused a case (退单), a person decides (兜底)."""
    decides: Name
    """The person who decides then, by the name that they sign in with."""
    department: Annotated[tuple[DepartmentConfig, ...], Field(min_length=1, max_length=200)]
    """The departments, one table each."""

    @model_validator(mode="after")
    def _ids_are_single(self) -> Self:
        names = [one.id for one in self.department]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"department {', '.join(twice)} is there twice; give each its own id")
        return self

    def value(self) -> Routing:
        return Routing(
            departments=tuple(one.value() for one in self.department),
            bounces=self.bounces,
            decides=self.decides,
        )


def check_routing(routing: Routing, playbooks: tuple[Playbook, ...], problems: Problems) -> None:
    """Every kind has a department somewhere, and every department owns what there is."""
    if not any(one.is_local and not one.area for one in routing.departments):
        for playbook in playbooks:
            if (
                playbook.watches is not Watches.NOTHING
            ):  # what is the node's own to look after is no department's
                continue
            if not any(owns(one, playbook) for one in routing.departments):
                problems.add(
                    "",
                    "routing.department",
                    f"nobody is responsible for {playbook.kind} ({playbook.grid or 'no class'})",
                    "Let a department own it or its class, or add one with local = true and no"
                    " area.",
                )
    kinds = {str(playbook.kind) for playbook in playbooks}
    for number, one in enumerate(routing.departments):
        for name in one.owns:
            known = name in kinds or any(is_of_class(playbook, name) for playbook in playbooks)
            if not known:
                problems.add(
                    "",
                    f"routing.department[{number}].owns",
                    f"no kind in force is {name!r} or of that class",
                    f"Use kinds ({', '.join(sorted(kinds))}) or classes of their grid.",
                )
