"""Keeps an identity alive while its node runs: renews its certificate from two thirds of its life
on, however long it has been over, and fetches the list of those who are revoked where a server
needs it. Asks nothing of anybody before that is due.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from citybrain.bus.backoff import Backoff
from citybrain.clock import SECOND_US, Clock, Instant
from citybrain.enrolment.certificates import date_text, valid_until
from citybrain.enrolment.folder import FOLDER, Identity, read_identity
from citybrain.enrolment.join import is_renewal_due, renew
from citybrain.identity.errors import IdentityError
from citybrain.ids import IdSource
from citybrain.telemetry.metrics import MetricsRegistry

LOOK_S = 60.0  # a card or a new token may have put another identity there
LIST_S = 60.0  # a revoked certificate is of use no longer than this
RETRY_FIRST_S, RETRY_MAX_S = 15.0, 900.0  # of an authority that is away
DAY_US = 86_400 * SECOND_US

log = logging.getLogger(__name__)


class IdentityUpkeep:
    """Of the identity in `data_dir`, on a thread of its own from `start` to `stop`; without one it
    waits for it. `on_renewed` is called on that thread once another certificate is in force.
    `is_server`: it needs the list of the revoked.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        clock: Clock,
        ids: IdSource,
        registry: MetricsRegistry,
        is_server: bool,
        on_renewed: Callable[[], None] = lambda: None,
    ) -> None:
        self._folder, self._clock, self._on_renewed = data_dir / FOLDER, clock, on_renewed
        self._is_server, self._listed_at = is_server, Instant(0)
        self._has_list = False
        self._backoff = Backoff(first_s=RETRY_FIRST_S, max_s=RETRY_MAX_S, ids=ids)
        self._days_left = registry.gauge(
            "identity_days_left", "Days until this node's certificate ends; below 0 it is over."
        )
        self._renewals = registry.counter(
            "identity_renewals", "Tries to renew this node's certificate.", ("result",)
        )
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="identity", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """It ends at once, or behind a question that is asked; stopping what was not started is no
        error."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join(5)

    def look(self) -> float:
        """Renew or fetch what is due; the seconds until the next look."""
        if not self._folder.exists():
            return LOOK_S
        try:
            held = read_identity(self._folder)
            self._note(held)
            is_due = is_renewal_due(held.certificate, self._clock.now())
            if not is_due and not self._is_list_due():
                return LOOK_S
            self._renew(held)
        except (IdentityError, OSError) as error:
            wait_s = self._backoff.next_s()
            self._renewals.add(1, "failed")
            log.warning("the identity is not kept up, again in %.0f s: %s", wait_s, error)
            return wait_s
        self._backoff.reset()
        return LOOK_S

    def _renew(self, held: Identity) -> None:
        renewed = renew(self._folder)
        self._listed_at, self._has_list = self._clock.instant(), True
        if renewed.serial == held.serial:
            return
        self._note(renewed)
        self._renewals.add(1, "renewed")
        log.info(
            "renewed %s: certificate until %s",
            renewed.name,
            date_text(valid_until(renewed.certificate)),
        )
        self._on_renewed()

    def _is_list_due(self) -> bool:
        age_us = self._clock.instant() - self._listed_at
        return self._is_server and (not self._has_list or age_us >= LIST_S * SECOND_US)

    def _note(self, held: Identity) -> None:
        left_us = valid_until(held.certificate) - self._clock.now()
        self._days_left.set(left_us / DAY_US)

    def _run(self) -> None:
        while not self._stopped.wait(self.look()):
            pass
