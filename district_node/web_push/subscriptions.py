"""The subscriptions of crews' phones: one a session, checked when a page gives it, kept beside the
session and ended with it.
"""

from citybrain.ids import UnitId
from citybrain.people.store import PeopleStore, PushSubscription
from citybrain.structs import Struct
from district_node.web_push.encryption import browser_keys
from district_node.web_push.services import PushServices


class GivenSubscription(Struct, frozen=True, kw_only=True):
    """What a browser says of its own: `PushSubscription.toJSON()`, and the page's language."""

    endpoint: str
    public_key: str  # `keys.p256dh`
    secret: str  # `keys.auth`
    language: str


class PushSubscriptions:
    """Those of one node. All methods on its own event loop."""

    def __init__(self, store: PeopleStore, services: PushServices, public_key: str) -> None:
        """`public_key`: what browsers subscribe to."""
        self._store, self._services, self.public_key = store, services, public_key

    def set(self, session: str, unit: UnitId, given: GivenSubscription) -> None:
        """The one of the unit's session with this hash, from now on. Raises `ServiceRefusedError`
        and `BadSubscriptionError`."""
        self._services.endpoint(given.endpoint)
        browser_keys(given.public_key, given.secret)
        row = PushSubscription(
            id_hash=session,
            unit=unit,
            endpoint=given.endpoint,
            public_key=given.public_key,
            secret=given.secret,
            language=given.language,
        )
        self._store.set_push_subscription(row)

    def end(self, session: str) -> None:
        """The session's phone is called no more. One that has none is no error."""
        self._store.end_push_subscription(session)
