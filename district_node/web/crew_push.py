"""Where a crew's page gives its phone's push subscription, and takes it back. Its device's session
alone may: a person's browser is nobody's phone.
"""

import json
from typing import cast

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from citybrain.api.problem_types import INVALID, NOT_PERMITTED, TOO_LARGE
from citybrain.people.caller import Caller
from citybrain.web.people.callers import caller_of
from citybrain.web.problem_response import problem_response
from citybrain.web.translations import LANGUAGES, language_of
from district_node.web_push.encryption import BadSubscriptionError
from district_node.web_push.limits import SUBSCRIPTION_BYTES
from district_node.web_push.services import ServiceRefusedError
from district_node.web_push.subscriptions import GivenSubscription, PushSubscriptions

NO_PHONE = "This browser is no phone of the unit. Link it first, by the QR code of the desk."
LENGTH_DIGITS = 9
SHAPE = 'Send {"endpoint": …, "keys": {"p256dh": …, "auth": …}, "language": …}.'


def crew_push_routes(subscriptions: PushSubscriptions) -> list[BaseRoute]:
    """Below the page of each unit."""

    async def handle(request: Request) -> Response:
        caller = caller_of(request)
        if caller is None or caller.unit != request.path_params["unit"]:
            return problem_response(NOT_PERMITTED, NO_PHONE)
        if request.method == "DELETE":
            subscriptions.end(caller.session)
            return Response(None, 204)
        return await _set(request, subscriptions, caller)

    return [Route("/crew/{unit}/push", handle, methods=["PUT", "DELETE"])]


async def _set(request: Request, subscriptions: PushSubscriptions, caller: Caller) -> Response:
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdecimal() and len(length) < LENGTH_DIGITS):
        return problem_response(INVALID, SHAPE)
    if int(length) > SUBSCRIPTION_BYTES.value:
        limit = f"A subscription has at most {SUBSCRIPTION_BYTES.value} {SUBSCRIPTION_BYTES.unit}."
        return problem_response(TOO_LARGE, limit)
    try:
        given = _given(json.loads(await request.body()), language_of(request))
        subscriptions.set(caller.session, caller.unit, given)
    except ServiceRefusedError as error:
        return JSONResponse({"done": False, "reason": error.reason, "detail": str(error)}, 422)
    except BadSubscriptionError as error:
        return problem_response(INVALID, str(error))
    except (ClientDisconnect, ValueError, RecursionError, KeyError, TypeError):
        return problem_response(INVALID, SHAPE)
    return Response(None, 204)


def _given(body: object, otherwise: str) -> GivenSubscription:
    """Raises `KeyError`, `TypeError` and `ValueError` where the body is of another shape."""
    table = cast("dict[str, object]", body)
    keys = cast("dict[str, object]", table["keys"])
    texts = (table["endpoint"], keys["p256dh"], keys["auth"])
    endpoint, public_key, secret = (one for one in texts if isinstance(one, str))
    language = table.get("language")
    return GivenSubscription(
        endpoint=endpoint,
        public_key=public_key,
        secret=secret,
        language=language if isinstance(language, str) and language in LANGUAGES else otherwise,
    )
