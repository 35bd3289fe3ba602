"""The enrolment port's own certificate: made by the authority itself, anew before it ends, without
a restart.
"""

import ssl

from citybrain.ca.authority import Authority
from citybrain.ca.folder import SERVER, SERVER_KEY
from citybrain.config.fields import split_address
from citybrain.domain.principal import Role
from citybrain.enrolment.certificates import Certificate, is_issued_by, pem, read_certificates
from citybrain.enrolment.join import is_renewal_due
from citybrain.enrolment.keys import key_text, new_key
from citybrain.enrolment.private_files import write_private
from citybrain.identity.errors import CertificateError
from citybrain.identity.name import name_of

NAME = "enrolment"


class ServerCertificate:
    """The TLS side of the port; `context` serves every new connection with the newest
    certificate."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._current: Certificate | None = None
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_3

    def renew_if_due(self) -> None:
        """Make the first certificate, or the next one when two thirds of its life are over. Raises
        `OSError`, `StoreError`."""
        now = self._authority.clock.now()
        if self._current is None:
            self._current = self._found()
        if self._current is not None and not is_renewal_due(self._current, now):
            return
        key, host = new_key(), split_address(self._authority.address)[0]
        name = name_of(self._authority.city, Role.AUTHORITY, NAME)
        with self._authority.store.transaction():
            row = self._authority.issue(name, key.public_key(), (host,), now)
        made = read_certificates(row.certificate, "the certificate just made")[0]
        folder = self._authority.files.folder
        write_private(folder / SERVER_KEY, key_text(key))
        write_private(folder / SERVER, pem(made, self._authority.files.issuer.certificate))
        self.context.load_cert_chain(folder / SERVER, folder / SERVER_KEY)
        self._current = made

    def _found(self) -> Certificate | None:
        """The certificate of an earlier run, where it is whole and this authority's."""
        files = self._authority.files
        try:
            made = read_certificates((files.folder / SERVER).read_bytes(), SERVER)[0]
            if not is_issued_by(made, files.issuer.certificate):
                return None
            self.context.load_cert_chain(files.folder / SERVER, files.folder / SERVER_KEY)
        except (OSError, ssl.SSLError, CertificateError):  # cut off between its two files
            return None
        return made
