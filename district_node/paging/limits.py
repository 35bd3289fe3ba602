"""The bounds of paging: value, unit, reason, fate."""

from citybrain.limits import Limit

PAGES_KEPT = Limit(
    name="pages_kept",
    value=40,
    unit="pages of one incident",
    reason="a policy of five steps for four people, twice; the journal has all",
    fate="the oldest leaves the state: whoever sends it drops it if it waits still",
)
PAGE_RETRY_TIME = Limit(
    name="page_retry_time",
    value=3_600,
    unit="s",
    reason="a mail server that is away comes back within the hour; later nobody is helped by it",
    fate="the page is given up, which the case shows; the policy's next steps went on meanwhile",
)
PAGES_WAITING = Limit(
    name="pages_waiting",
    value=1_000,
    unit="pages that are being sent",
    reason="a storm calls a dozen people about a hundred cases",
    fate="further ones wait in the journal's store, in order",
)
PAGES_AT_ONCE = Limit(
    name="pages_at_once",
    value=4,
    unit="pages of one channel that are sent at once",
    reason="a provider refuses more; a channel that hangs must not keep the others waiting",
    fate="further ones of that channel wait for their turn",
)
