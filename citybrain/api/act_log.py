"""A line of the log for each act, by whichever transport it came: who asks, for what, and by which
request it stands in the journal. Decides nothing.
"""

import logging

from citybrain.api.methods import ApiMethod
from citybrain.domain.principal import Principal

log = logging.getLogger(__name__)


def is_act(method: ApiMethod) -> bool:
    """Whether the method changes something: its request has an id, by which it counts once."""
    return "request_id" in method.request.DESCRIPTOR.fields_by_name


def note_act(path: str, request_id: str, caller: Principal | None) -> None:
    """`caller` asks for `path`, whatever becomes of it; None: nobody was proved."""
    who = f"{', '.join(caller.roles)} {caller.name}" if caller else "somebody unproved"
    log.info("%s asks for %s, request %.130a", who, path, request_id)
