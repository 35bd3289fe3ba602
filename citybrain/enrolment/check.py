"""Opens certificates before a node needs them: there, readable, fitting its key, from the root that
is trusted, of which name, for how many days. Changes nothing.
"""

from pathlib import Path

from citybrain.clock import SECOND_US, Timestamp
from citybrain.enrolment.certificates import (
    Certificate,
    date_text,
    leads_to,
    name_in,
    public_key_text,
    read_certificates,
    valid_from,
    valid_until,
)
from citybrain.enrolment.folder import (
    CERTIFICATE,
    FOLDER,
    KEY,
    ROOT,
    read_file,
    read_identity,
)
from citybrain.enrolment.keys import public_text_of
from citybrain.enrolment.private_files import is_open_to_others
from citybrain.errors import ConfigProblem
from citybrain.identity.errors import CertificateError
from citybrain.structs import Struct, replace

DAY_US = 86_400 * SECOND_US
NEW_TOKEN = "Join again with a new token of `citybrain ca token`."


class CertificateCheck(Struct, frozen=True, kw_only=True):
    """What was found: `key` says which certificate, `detail` whose it is and how long it lasts (""
    where that cannot be said). With `problems` it cannot be used as it is; `notes` are what time or
    a renewal mends, and no reason not to start: a node that is away from its authority, or whose
    clock is not set yet, works on its own."""

    key: str
    detail: str = ""
    problems: tuple[ConfigProblem, ...] = ()
    notes: tuple[ConfigProblem, ...] = ()


class TlsPaths(Struct, frozen=True, kw_only=True):
    """Three PEM files of a `tls` table; `key` is the table's."""

    key: str
    ca: Path
    cert: Path
    private_key: Path


def check_identity(data_dir: Path, now: Timestamp) -> CertificateCheck | None:
    """The identity folder below `data_dir`; None where there is none."""
    folder = data_dir / FOLDER
    if not folder.exists():
        return None
    paths = TlsPaths(
        key=FOLDER, ca=folder / ROOT, cert=folder / CERTIFICATE, private_key=folder / KEY
    )
    found = check_tls(paths, now)
    if found.problems:
        return found
    try:
        read_identity(folder)
        open_files = _open_to_others(FOLDER, folder, *folder.iterdir())
    except (CertificateError, OSError) as error:
        return _faulty(FOLDER, str(error).rstrip("."), NEW_TOKEN)
    return replace(found, problems=tuple(open_files))


def check_tls(paths: TlsPaths, now: Timestamp) -> CertificateCheck:
    """The certificate, key and authorities that a node presents and trusts."""
    try:
        held, *between = read_certificates(read_file(paths.cert), str(paths.cert))
        roots = read_certificates(read_file(paths.ca), str(paths.ca))
        key = public_text_of(read_file(paths.private_key), str(paths.private_key))
        name = name_in(held)
        its_key = public_key_text(held)
    except CertificateError as error:
        return _faulty(paths.key, str(error).rstrip("."), NEW_TOKEN)
    problems = _fits(paths, is_key=its_key == key, is_chain=leads_to(held, tuple(between), roots))
    notes = _dates(paths.key, held, now)
    whose = str(name) if name is not None else held.subject.rfc4514_string()
    days = (valid_until(held) - now) // DAY_US
    detail = f"{whose}, until {date_text(valid_until(held))} ({days} days left)"
    return CertificateCheck(
        key=paths.key, detail=detail, problems=tuple(problems), notes=tuple(notes)
    )


def _fits(paths: TlsPaths, *, is_key: bool, is_chain: bool) -> list[ConfigProblem]:
    problems = []
    if not is_key:
        problem = f"{paths.private_key} is not the key of {paths.cert}"
        problems.append(ConfigProblem(key=paths.key, problem=problem, remedy=NEW_TOKEN))
    if not is_chain:
        problem = f"{paths.cert} does not come from an authority in {paths.ca}"
        remedy = "Put the certificates between both behind the first one, or the right root there."
        problems.append(ConfigProblem(key=paths.key, problem=problem, remedy=remedy))
    return problems


def _dates(key: str, held: Certificate, now: Timestamp) -> list[ConfigProblem]:
    if now > valid_until(held):
        problem = f"the certificate ended at {date_text(valid_until(held))}"
        remedy = "One of an identity folder is renewed by `citybrain ca renew` if not revoked."
    elif now < valid_from(held):
        problem = f"the certificate begins at {date_text(valid_from(held))}"
        remedy = f"It is {date_text(now)} by the clock of this machine: set the clock."
    else:
        return []
    return [ConfigProblem(key=key, problem=problem, remedy=remedy)]


def _open_to_others(key: str, *paths: Path) -> list[ConfigProblem]:
    return [
        ConfigProblem(
            key=key,
            problem=f"{path} is open to other users of this machine",
            remedy="Close it (chmod 600, a folder 700), and think about who may have read it.",
        )
        for path in paths
        if is_open_to_others(path)
    ]


def _faulty(key: str, problem: str, remedy: str) -> CertificateCheck:
    return CertificateCheck(
        key=key, problems=(ConfigProblem(key=key, problem=problem, remedy=remedy),)
    )
