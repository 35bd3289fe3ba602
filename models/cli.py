"""`citybrain model list|fetch|check|draft`: lists the models, fetches one, checks that one works
here, drafts the card of another. A thin layer over `fetch` and the detector.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from citybrain.distribution import install_hint
from citybrain.errors import CityBrainError
from models.cache import path_of
from models.card import load, names
from models.errors import ModelsError
from models.fetch import fetch_model
from models.progress import TerminalProgress

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Models: what there is, where it comes from, and whether it works here.",
)
# by name: models import no tier; the detector is the street agent's
CHECK = "street_agent.detect.model_check:report"
ON_STILL = "street_agent.detect.model_check:on_still"
ON_LABELLED = "street_agent.detect.model_check:on_labelled"
DRAFT = "street_agent.detect.card_draft:draft"


@app.command("list")
def list_models() -> None:
    """Every model card: what it is, its licence, whether it is on this machine.

    Example: citybrain model list
    """
    table = Table(box=None, pad_edge=False)
    for column in ("name", "here", "MB", "licence", "what"):
        table.add_column(column)
    for name in names():
        card = load(name)
        here = _cache_status(path_of(card), card.size)
        table.add_row(name, here, f"{card.size / 1e6:.1f}", card.licence, card.description)
    Console().print(table)


def _cache_status(path: Path, size: int) -> str:
    if not path.is_file():
        return "no"
    return "[green]yes[/green]" if path.stat().st_size == size else "[red]altered[/red]"


@app.command()
def fetch(
    name: Annotated[
        str,
        typer.Argument(help="A card's name (citybrain model list), or the path of a card's .toml."),
    ],
    file: Annotated[
        Path | None,
        typer.Option(help="Use this file and no other source; it must have the card's sha256."),
    ] = None,
) -> None:
    """Bring a model into the cache: the card's sources in order, the first that delivers the right
    bytes wins.

    Examples:

        citybrain model fetch yolox-nano

        citybrain model fetch picodet-s --file picodet_s_416.onnx
    """
    try:
        with TerminalProgress() as progress:
            fetched = fetch_model(name, file=file, progress=progress)
    except (ModelsError, OSError) as error:
        _fail(error)
    typer.echo(
        f"{name} is in {fetched.path}"
        + (f" (from {fetched.source})" if fetched.source else " (it was there, and is unchanged)")
    )


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="A card's name, or the path of a card's .toml.")],
    image_runs: Annotated[
        int, typer.Option("--runs", help="How often to run it for the timing.", min=1)
    ] = 10,
    picture: Annotated[
        Path | None,
        typer.Option(help="A still picture: what the model finds on it, box by box."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="With --picture: the boxes drawn, as an SVG to open."),
    ] = None,
    labelled: Annotated[
        Path | None,
        typer.Option(help="A folder of labelled pictures (COCO or YOLO): average precision."),
    ] = None,
) -> None:
    """Verify a model's file against its card, open it, run it on a grey picture and print its
    inputs, outputs and times. With a picture, what it finds there; with labels, how precise it is.

    Examples:

        citybrain model check nanodet-g

        citybrain model check yolox-nano --picture street.jpg -o street.svg

        citybrain model check my-model.toml --labelled coco-val
    """
    if out is not None and picture is None:
        _fail(ModelsError("--out draws what is found on a picture: give one with --picture."))
    for line in _street(CHECK, name, runs=image_runs):
        typer.echo(line)
    if picture is not None:
        for line in _street(ON_STILL, name, picture, out):
            typer.echo(line)
    if labelled is not None:
        with Progress(console=Console(stderr=True), transient=True) as bars:
            task = bars.add_task("pictures", total=None)
            lines = _street(ON_LABELLED, name, labelled, lambda n: bars.update(task, completed=n))
        for line in lines:
            typer.echo(line)


@app.command()
def draft(
    file: Annotated[Path, typer.Argument(help="A model's file, .onnx.")],
    licence: Annotated[
        str, typer.Option(help="Its licence, as whoever made it says.")
    ] = "unknown: ask whoever made it",
) -> None:
    """Write a card for a model's file, by what the file itself says; what it does not say is marked
    as guessed. No code is needed for YOLOX, YOLOv8, DETR, NanoDet and models exported like them.

    Example: citybrain model draft fire-smoke.onnx --licence Apache-2.0 > fire-smoke.toml
    """
    typer.echo(_street(DRAFT, file, licence=licence), nl=False)


def _street(target: str, *args: object, **options: object) -> str | list[str]:
    """What a function of the street tier, by its name, has to print; what is missing or wrong ends
    the command."""
    module, function = target.split(":")
    try:
        called: Callable[..., str | list[str]] = getattr(import_module(module), function)
        return called(*args, **options)
    except ImportError as error:
        typer.echo(
            f"this needs {error.name}. Install it with:  {install_hint('street')}",
            err=True,
        )
        raise typer.Exit(2) from error
    except (CityBrainError, OSError) as error:  # the tier's own errors too
        _fail(error)


def _fail(error: Exception) -> NoReturn:
    typer.echo(str(error), err=True)
    raise typer.Exit(1) from error


if __name__ == "__main__":
    app()
