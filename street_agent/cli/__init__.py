"""`citybrain street`: run an edge box, check its configuration, replay a video. Imports nothing
heavy before a command is called."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

ConfigOption = Annotated[
    Path,
    typer.Option(
        "--config", "-c", metavar="FILE", help="The box's configuration, for example street.toml."
    ),
]


@app.callback()
def street() -> None:
    """The street agent: observes cameras and sensors and reports. One process for each edge box.

    Example:  citybrain street check --config street.toml
    """


@app.command()
def run(
    config: ConfigOption,
    log_level: Annotated[
        str, typer.Option(help="DEBUG, INFO, WARNING or ERROR; the log goes to stderr.")
    ] = "INFO",
) -> None:
    """Observe the cameras and sensors of a box and report what happens, until Ctrl-C or SIGTERM.

    Prints one line `ready …` when the outbox is open and the cameras are started; the broker may be
    away. What was reported is stored until the district has it, across any crash. Exit code 2 when
    the configuration has problems, all of them listed.

    Example:  citybrain street run --config street.toml
    """
    from street_agent.cli.run import run_agent

    run_agent(config, log_level)


@app.command()
def join(
    token: Annotated[
        str, typer.Argument(help="What `citybrain ca token box/ID` printed; - reads it from stdin.")
    ],
    config: Annotated[
        Path, typer.Option("--config", "-c", metavar="FILE", help="The box's configuration.")
    ] = Path("street.toml"),
    identity: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where the identity goes; left out: `identity` in the configuration's data_dir.",
        ),
    ] = None,
) -> None:
    """Join the city as the box that the token names: make a key here, have it certified, store
    both. No file is edited; run again after a failure, it goes on.

    The authority is checked by the token before anything secret is sent. Exit code 1 when it
    refuses, with its reason.

    Example:  citybrain street join cbjoin1_… --config /etc/citybrain/street.toml
    """
    from citybrain.cli.ca.tier_join import join_tier
    from citybrain.domain.principal import Role

    join_tier(token, role=Role.BOX, config=config, identity=identity, id_key="agent")


@app.command()
def check(
    config: ConfigOption,
    district: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The district's configuration, for example district.toml: name every rule whose"
            " incident kind no playbook of that district knows.",
        ),
    ] = None,
) -> None:
    """Try a configuration on this machine: every fault at once, one picture of each camera, its
    model, each sensor's file, its certificates.

    Starts nothing and sends nothing to the district. Exit code 0 when all is well, 2 when something
    is not.

    Example:  citybrain street check --config street.toml --district district.toml
    """
    from street_agent.cli.check import check_box

    raise typer.Exit(check_box(config, district))


@app.command()
def status(
    config: ConfigOption,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object, for a program that watches the box.")
    ] = False,
) -> None:
    """Ask the agent that runs on this machine whether it is ready: outbox, broker, cameras,
    sensors, clock.

    Run it as the agent's user: it asks by a socket in the data folder. Exit code 0 when the box is
    ready, 1 when something is in its way or no agent answers.

    Example:  citybrain street status --config /etc/citybrain/street.toml
    """
    from street_agent.cli.status import show_status

    raise typer.Exit(show_status(config, as_json=as_json))


@app.command()
def replay(
    config: ConfigOption,
    video: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A video file instead of the camera's own source."),
    ] = None,
    detections: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Detections that an earlier replay recorded: no video, no model, very fast.",
        ),
    ] = None,
    camera: Annotated[
        str, typer.Option(metavar="ID", help="Which camera's rules; the first one when left out.")
    ] = "",
    record: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Record what the detector found (boxes, not pictures) for --detections.",
        ),
    ] = None,
) -> None:
    """Evaluate a camera's rules on a video as fast as this machine can, and print what the agent
    would report, one JSON line each.

    The same input gives the same bytes. Times count from 2026-01-01; nothing is sent or stored.

    Example:  citybrain street replay --config street.toml --video vtest.avi --record vtest.boxes

    Then:     citybrain street replay --config street.toml --detections vtest.boxes
    """
    from street_agent.cli.replay import replay_camera

    replay_camera(config, video=video, detections=detections, camera=camera, record=record)
