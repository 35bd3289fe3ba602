"""`citybrain pack …`: list, make, check, render and prove scene packs. What a tier knows of a pack
is asked of that tier, where it is installed.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citybrain.cli.lazy_commands import LazyCommand, MissingExtraError, load_target
from citybrain.errors import ConfigError
from citybrain.structs import Struct

if TYPE_CHECKING:
    from citybrain.pack.pack import Pack

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Scene packs: folders that hold all that one scene needs (kinds, rules, assets, words, "
    "simulated life).\n\nExample:  citybrain pack new lifts",
)
# who reads which part of a pack; each gives `check_pack(packs, pack, problems)`
READERS: Mapping[str, LazyCommand] = {
    "kinds": LazyCommand(
        target="district_node.playbooks.load:check_pack", help="Playbooks.", extra="district"
    ),
    "rules": LazyCommand(
        target="street_agent.rule_settings.of_packs:check_pack", help="Scene rules.", extra="street"
    ),
    "life": LazyCommand(
        target="citysim.life.load:check_pack", help="Simulated life.", extra="demo"
    ),
}
PROVE = LazyCommand(
    target="citysim.sim.commands.prove:prove_pack", help="Seeds and laws.", extra="demo"
)
EXIT_PROBLEMS = 2

PackArgument = Annotated[
    str,
    typer.Argument(
        metavar="PACK", help="A pack's folder, or the name of one that is built in or installed."
    ),
]
WithOption = Annotated[
    list[Path],
    typer.Option("--with", help="A pack that is in force beside it; may be given again."),
]
NO_PATHS: list[Path] = []


class Chosen(Struct, frozen=True, kw_only=True):
    """A pack, and the folders of all packs in force beside the built-in one."""

    folder: Path
    folders: tuple[Path, ...]


@app.command("list")
def list_(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Folders of packs beside the built-in one.")
    ] = None,
) -> None:
    """The packs: version, what they add, what they need of each tier.

    Example:  citybrain pack list scenes/lifts
    """
    from citybrain.pack.load import load_packs

    for pack in load_packs(folders or ()).packs:
        digest = pack.identity.digest[:12]
        typer.echo(
            f"{pack.name} {pack.identity.version} ({digest}): {pack.title.en} {pack.title.zh}"
        )
        parts: list[tuple[str, Sequence[object]]] = [
            ("kinds", [kind.kind for kind in pack.kinds]),
            *_seen_otherwise(pack),
            ("assets", [kind.kind for kind in pack.asset_kinds]),
            ("needs rules", pack.needs.rules),
            ("needs crews", pack.needs.capabilities),
            ("folder", [pack.folder]),
        ]
        for what, names in parts:
            typer.echo(f"  {what}: {', '.join(map(str, names)) or '-'}")


def _seen_otherwise(pack: "Pack") -> tuple[tuple[str, list[str]], ...]:
    """The kinds that no scene rule sees, by who does."""
    found = [
        (words, [kind.kind for kind in pack.kinds if kind.table.get("seen_by") == seen_by])
        for seen_by, words in (
            ("report", "seen by no sensor, people report them"),
            ("node", "seen by the district itself"),
        )
    ]
    return tuple((words, kinds) for words, kinds in found if kinds)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help='Name of the pack: a-z, 0-9 and "_".')],
    into: Annotated[Path, typer.Option("--into", help="The folder to make it in.")] = Path(),
) -> None:
    """Write a small whole pack, ready to be changed: it passes its check and its proof.

    Example:  citybrain pack new lifts
    """
    from citybrain.pack.new_pack import write_new_pack

    folder = write_new_pack(name, into)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        typer.echo(f"  {path}")
    typer.echo(f"Change them, then:  citybrain pack check {folder}")


@app.command()
def check(pack: PackArgument, beside: WithOption = NO_PATHS) -> None:
    """Check a pack with the readers of every tier, and name every problem of all files at once.

    Example:  citybrain pack check scenes/lifts
    """
    from citybrain.pack.load import collect_packs
    from citybrain.pack.problems import Problems

    chosen, problems = _choose(pack, beside), Problems()
    packs = collect_packs(chosen.folders, problems)
    read = next((p for p in packs.packs if p.folder == chosen.folder), None)
    for part, reader in READERS.items():
        if read is None:
            break
        try:
            load_target("pack check", reader)(packs, read, problems)
        except MissingExtraError as error:
            typer.echo(f"note: {part} not checked here. {error}")
    problems.raise_any(f"the pack {chosen.folder}")
    assert read is not None
    typer.echo(
        f"{chosen.folder}: good. {read.name} {read.identity.version} ({read.identity.digest[:12]}):"
        f" kinds: {len(read.kinds)}, rules: {len(read.rules)}, kinds of assets:"
        f" {len(read.asset_kinds)}, words: {len(read.words)} in two languages."
    )


@app.command()
def render(
    pack: PackArgument,
    assets: Annotated[
        list[Path], typer.Option("--assets", help="A .csv or .geojson of assets; may be repeated.")
    ],
    beside: WithOption = NO_PATHS,
) -> None:
    """Print the cameras and sensors with their rules for every asset, as TOML for the street
    configurations.

    Example:  citybrain pack render street --assets gauges.csv
    """
    from citybrain.config.toml_text import dumps
    from citybrain.pack.assets.files import collect_assets
    from citybrain.pack.load import load_packs
    from citybrain.pack.problems import Problems
    from citybrain.pack.source_tables import source_table

    packs, problems = load_packs(_choose(pack, beside).folders), Problems()
    found = collect_assets(assets, packs.asset_kinds, problems)
    problems.raise_any("the list of assets")
    for asset in found:
        made = source_table(packs, asset)
        if made is None:
            typer.echo(
                f"# {asset.id}: nothing watches a {asset.kind}, or its address is missing.\n"
            )
            continue
        for rule, field in made.left_out:
            typer.echo(f"# {asset.id}: without the rule {rule}, for it has no {field}.")
        typer.echo(dumps({made.source: [made.table]}))


@app.command()
def prove(
    pack: PackArgument,
    seeds: Annotated[str, typer.Option("--seeds", help="17, 1..200, or several.")] = "1..200",
    workers: Annotated[int, typer.Option(min=0, help="Processes; 0: one a core.")] = 0,
    beside: WithOption = NO_PATHS,
    street: Annotated[
        bool, typer.Option("--street", help="The scenes of the street pack happen too.")
    ] = False,
) -> None:
    """Simulate cities in which the pack's scenes happen, with faults, and judge them by every law.

    Says how many incidents of each kind were in which stage. Exit code 1: a law was broken, or no
    incident of the pack was ever opened and closed.

    Example:  citybrain pack prove scenes/lifts --seeds 1..200
    """
    from citybrain.pack.load import BUILT_IN, load_packs

    chosen = _choose(pack, beside)
    packs = load_packs(chosen.folders)
    name = next(p.name for p in packs.packs if p.folder == chosen.folder)
    scenes = dict.fromkeys((name, BUILT_IN) if street else (name,))
    run = load_target("pack prove", PROVE)
    raise typer.Exit(run(chosen.folders, tuple(scenes), seeds=seeds, workers=workers))


def _choose(pack: str, beside: list[Path]) -> Chosen:
    """The folder behind a name or a path; raises `ConfigError` where there is none."""
    from citybrain.errors import ConfigProblem
    from citybrain.pack.load import BUILT_IN, built_in_folder, find_folder, shipped_names
    from citybrain.plugins.errors import PluginError

    why = ""
    try:
        folder = Path(pack) if pack == BUILT_IN else find_folder(pack, Path())
    except PluginError as error:
        folder, why = Path(pack), f" As an installed pack: {error}"
    folder = folder.resolve()
    if folder.is_dir() and folder != built_in_folder():
        return Chosen(folder=folder, folders=(*beside, folder))
    if pack == BUILT_IN or folder.is_dir():
        return Chosen(folder=built_in_folder(), folders=tuple(beside))
    problem = ConfigProblem(
        key=pack,
        problem="it is neither a folder nor the name of a pack",
        remedy=f"Built in: {', '.join((BUILT_IN, *shipped_names()))}."
        f" Make one with `citybrain pack new NAME`.{why}",
    )
    raise ConfigError("the command line", (problem,))
