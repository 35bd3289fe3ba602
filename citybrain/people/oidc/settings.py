"""What a node knows of the provider at which its people sign in, as it was configured. Holds no
secret: that is read from its file when it is sent.
"""

from urllib.parse import urlsplit

from citybrain import canonical_json
from citybrain.domain.principal import Role
from citybrain.localized_name import LocalizedName
from citybrain.structs import Struct

CALLBACK = "/sign-in/oidc/callback"  # the provider sends a browser back there


class OidcSettings(Struct, frozen=True, kw_only=True):
    """One provider. `pages` is where browsers reach this node's pages; `roles` are pairs of a value
    of the claim `roles_claim` and the role that it gives here. `client_secret_file` None: a public
    client, which PKCE alone protects."""

    issuer: str
    client_id: str
    client_secret_file: str | None = None
    ca_file: str | None = None
    pages: str
    scopes: tuple[str, ...]
    name_claim: str
    roles_claim: str
    roles: tuple[tuple[str, Role], ...]
    title: LocalizedName

    @property
    def redirect_uri(self) -> str:
        """As it is registered with the provider."""
        return self.pages.rstrip("/") + CALLBACK

    @property
    def host(self) -> str:
        """Host and port of the pages, as a browser names them."""
        parts = urlsplit(self.pages)
        return parts.netloc.lower().removesuffix(":443" if parts.scheme == "https" else ":80")

    @property
    def rules(self) -> str:
        """A hash of what decides who somebody is here and what he may: a session that began under
        other rules is none."""
        return canonical_json.digest(
            (self.issuer, self.client_id, self.name_claim, self.roles_claim, self.roles)
        )
