"""`citybrain login`: how a person gets the name that commands speak with."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def login(
    token: Annotated[
        str,
        typer.Argument(
            help="What `citybrain ca token operator/YOU` printed; - reads it from stdin."
        ),
    ],
    identity: Annotated[
        Path | None,
        typer.Option(
            "--identity", "-i", metavar="FOLDER", help="Left out: citybrain/identity in ~/.config."
        ),
    ] = None,
) -> None:
    """Join as the person that the token names: `citybrain district …` and `citybrain city …` speak
    under that name from then on, and renew its certificate when that is due.

    Example:  citybrain login cbjoin1_…
    """
    from citybrain.cli.ca.tier_join import print_joined, read_token
    from citybrain.cli.identity.connection import profile_folder
    from citybrain.domain.principal import NODE_ROLES
    from citybrain.enrolment.join import join
    from citybrain.identity.errors import WrongTokenError

    held = read_token(token)
    if held.name.role in NODE_ROLES:
        raise WrongTokenError(
            f"this token is for {held.name}, which is a node or a device and no person. Ask for one"
            " of your own: `citybrain ca token operator/YOU`, or duty-officer/YOU."
        )
    folder = identity if identity is not None else profile_folder()
    print_joined(join(held, folder), folder)
