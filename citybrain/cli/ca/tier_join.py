"""`citybrain street|district|city join TOKEN`: what the three have in common, and the lines about
certificates that each tier's `check` prints.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import typer

from citybrain.clock import Timestamp
from citybrain.config.fields import TlsFiles
from citybrain.config.load import read_toml
from citybrain.domain.principal import Role
from citybrain.enrolment.certificates import date_text, valid_from, valid_until
from citybrain.enrolment.check import CertificateCheck, TlsPaths, check_identity, check_tls
from citybrain.enrolment.folder import FOLDER, Identity
from citybrain.enrolment.join import RENEWED_AT, join
from citybrain.errors import ConfigError, ConfigProblem
from citybrain.identity.errors import WrongTokenError
from citybrain.identity.name import ROLE_WORDS
from citybrain.identity.token import CHARS_MAX, JoinToken, decode_token
from citybrain.system_clock import SystemClock


def join_tier(
    text: str, *, role: Role, config: Path, identity: Path | None, id_key: str | None
) -> None:
    """Join with the token in `text` and say what came of it. The identity goes to `identity`, or
    into the data folder that the file at `config` names; `id_key` is that file's key for who the
    box or node is.

    Raises `JoinTokenError`, `WrongTokenError`, `ConfigError` and what `join` raises.
    """
    token = read_token(text)
    if token.name.role is not role:
        raise WrongTokenError(
            f"this token is for {token.name}, and this command joins as {ROLE_WORDS[role]}. Use"
            f" `citybrain {_command(token)} join`, or ask for a token for"
            f" {ROLE_WORDS[role]}/ID."
        )
    if identity is None:
        raw = read_toml(config)
        _check_id(token, config, raw.get(id_key or ""))
        identity = _data_dir(config, raw.get("data_dir")) / FOLDER
    print_joined(join(token, identity), identity)


def read_token(text: str) -> JoinToken:
    """The token in `text`; of "-", that on standard input, where no list of processes shows it.
    Raises `JoinTokenError`."""
    return decode_token(sys.stdin.read(CHARS_MAX) if text == "-" else text)


def print_joined(identity: Identity, folder: Path) -> None:
    """Who this is now, until when, and where it lies."""
    start, end = valid_from(identity.certificate), valid_until(identity.certificate)
    due = Timestamp(round(start + (end - start) * RENEWED_AT))
    typer.echo(f"joined as {identity.name}")
    typer.echo(f"certificate until {date_text(end)}; renewal is due from {date_text(due)}")
    typer.echo(f"identity in {folder}")


def certificate_checks(
    data_dir: Path, tables: Mapping[str, TlsFiles | None], now: Timestamp
) -> tuple[CertificateCheck, ...]:
    """Every certificate of a node: its identity folder's where there is one, and those of its `tls`
    tables, by their keys in the configuration."""
    own = check_identity(data_dir, now)
    others = (
        TlsPaths(key=key, ca=Path(tls.ca), cert=Path(tls.cert), private_key=Path(tls.key))
        for key, tls in tables.items()
        if tls is not None
    )
    return (*((own,) if own is not None else ()), *(check_tls(one, now) for one in others))


def check_certificates(config: Path, data_dir: str, tables: Mapping[str, TlsFiles | None]) -> None:
    """Print a line for each certificate that is good, and what time or a renewal mends; raises
    `ConfigError` with everything else that is wrong."""
    checks = certificate_checks(Path(data_dir), tables, SystemClock().now())
    for one in checks:
        if not one.problems:
            typer.echo(f"certificate {one.key}: {'good. ' if not one.notes else ''}{one.detail}.")
        for note in one.notes:
            typer.echo(f"note: certificate {note.key}: {note.problem}. {note.remedy}")
    if not checks:
        typer.echo(
            "note: no certificates: lab mode. Nobody is proved, and gRPC is served to this machine"
            " alone. Join with a token of `citybrain ca token`."
        )
    problems = tuple(problem for one in checks for problem in one.problems)
    if problems:
        raise ConfigError(str(config), problems)


def _check_id(token: JoinToken, config: Path, named: object) -> None:
    if isinstance(named, str) and named != token.name.id:
        raise WrongTokenError(
            f"{config} is for {named!r}, and this token for {token.name}. Nothing was sent. Take"
            " the token of this machine, or correct the file."
        )


def _data_dir(config: Path, found: object) -> Path:
    if isinstance(found, str) and found:
        return Path(found)
    problem = ConfigProblem(
        key="data_dir",
        problem="it is missing, and the identity belongs there",
        remedy="Name the node's folder, or give join --identity FOLDER.",
    )
    raise ConfigError(str(config), (problem,))


def _command(token: JoinToken) -> str:
    own = {Role.BOX: "street", Role.DISTRICT: "district", Role.CITY: "city"}
    return own.get(token.name.role, "ca")
