"""An authority, and the TLS options of whoever joined it: made without the enrolment port."""

from pathlib import Path

from authority_rig import CITY, open_authority

from citybrain.enrolment.folder import REVOKED
from citybrain.enrolment.private_files import write_private
from citybrain.identity.name import parse_short
from citybrain.rpc.guard import Guard
from citybrain.rpc.transport import Tls, identity_tls
from citybrain.system_clock import SystemClock

HERE = "127.0.0.1"


class JoinedTls:
    """Call it with `ROLE/ID`: that one's options, the same for the same name. `folder` holds the
    authority and every identity."""

    def __init__(self, folder: Path, clock=None) -> None:
        self.folder, self.clock = folder, clock or SystemClock()
        self.authority = open_authority(folder / "ca", self.clock)
        self.refused = []  # reasons, of every guard

    def __call__(self, short: str, *hosts: str) -> Tls:
        if not self.at(short).exists():
            self.issue(short, *hosts)
        return identity_tls(self.at(short))

    def at(self, short: str) -> Path:
        return self.folder / short

    def issue(self, short: str, *hosts: str) -> None:
        """Another certificate in the place of the one that is there."""
        self.authority.issue_here(parse_short(CITY, short), self.at(short), hosts=hosts or (HERE,))

    def guard(self, short: str, clock=None) -> Guard:
        """What stands at the server of whoever this is."""
        return Guard(self(short), clock=clock or self.clock, on_refused=self.refused.append)

    def revoke(self, short: str, *, told: str) -> None:
        """`told` learns of it, as by a renewal."""
        self.authority.revoke(parse_short(CITY, short), "stolen")
        write_private(self.at(told) / REVOKED, self.authority.revoked_list())

    def close(self) -> None:
        self.authority.close()
