"""Calls crews' phones by web push: once for each order that its crew has not answered, until the
push service has taken it, it is answered, or its time to be answered is over. Decides nothing.

Unlike a page it is no letter: what is to be sent follows from what the crew's screen shows. Which
order a phone was called for last stands beside its subscription, so that a restart calls nobody
again.
"""

import asyncio
import logging
from collections.abc import Callable

from citybrain.bus.backoff import Backoff
from citybrain.clock import Clock, Timestamp, later, seconds_between
from citybrain.console.port import CrewConsole
from citybrain.domain.crew import CrewOrder
from citybrain.domain.order import Task
from citybrain.errors import CityBrainError
from citybrain.ids import IdSource, UnitId
from citybrain.localized_name import LocalizedName
from citybrain.people.store import PeopleStore, PushSubscription
from citybrain.vocabulary import OrderStage
from district_node.shell.push.text import push_message
from district_node.web_push.call import Answer, PushCalls, PushResult, topic
from district_node.web_push.encryption import BadSubscriptionError, browser_keys, encrypted
from district_node.web_push.limits import PUSH_LATE_LIFE
from district_node.web_push.vapid import PushKey

GATHER_S = 0.1  # changes of that long are looked at together
RETRY_FIRST_S, RETRY_MAX_S = 2.0, 60.0
SALT_HEX = 32

log = logging.getLogger(__name__)

KindName = Callable[[Task], LocalizedName]


class CrewPushes:
    """`run` until cancelled. Phones are independent of one another: one that fails waits alone."""

    def __init__(
        self,
        crews: CrewConsole,
        store: PeopleStore,
        *,
        key: PushKey,
        calls: PushCalls,
        kind_of: KindName,
        count: Callable[[str], None],
        clock: Clock,
        ids: IdSource,
        retry_s: float = RETRY_FIRST_S,
    ) -> None:
        """`kind_of`: what screens call a task's kind. `count`: is told what became of each attempt.
        `retry_s`: before the second attempt; each later wait is twice as long."""
        self._crews, self._store, self._key, self._calls = crews, store, key, calls
        self._kind_of, self._count = kind_of, count
        self._clock, self._ids, self._retry_s = clock, ids, retry_s
        self._begun: dict[str, str] = {}  # by session: the order that its phone is called for

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            async for _ in self._crews.changes():
                for phone, called in self._uncalled():
                    self._begun[phone.id_hash] = called
                    group.create_task(self._call(phone, called), name=f"push {phone.unit}")
                await asyncio.sleep(GATHER_S)

    def _uncalled(self) -> list[tuple[PushSubscription, str]]:
        """The phones whose crew has an order to answer that nobody called them for, and for which
        one."""
        phones = self._phones()
        ringing = {unit: self._ringing(unit) for unit in {phone.unit for phone in phones}}
        standing = {phone.id_hash for phone in phones}
        self._begun = {one: called for one, called in self._begun.items() if one in standing}
        found = []
        for phone in phones:
            order = ringing[phone.unit]
            called = "" if order is None else _called(order)
            if called and called not in (phone.called, self._begun.get(phone.id_hash)):
                found.append((phone, called))
        return found

    async def _call(self, phone: PushSubscription, called: str) -> None:
        backoff = Backoff(first_s=self._retry_s, max_s=RETRY_MAX_S, ids=self._ids)
        until: Timestamp | None = None
        while (order := self._wanted(phone, called)) is not None:
            until = until if until is not None else self._until(order)
            answer = await self._post(phone, order, until)
            self._count(answer.result)
            if answer.result is not PushResult.AWAY:
                self._finish(phone, called, answer)
                return
            wait_s = max(backoff.next_s(), answer.retry_after_s)
            if later(self._clock.now(), wait_s) >= until:
                log.warning("a phone of %s was not called: %s", phone.unit, answer.detail)
                return
            await asyncio.sleep(wait_s)

    async def _post(self, phone: PushSubscription, order: CrewOrder, until: Timestamp) -> Answer:
        now = self._clock.now()
        message = push_message(phone.unit, order, self._kind_of(order.task), phone.language)
        salt = bytes.fromhex((self._ids.token() + self._ids.token())[:SALT_HEX])
        headers = {
            "authorization": self._key.authorization(phone.endpoint, now),
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(max(0, round(seconds_between(now, until)))),
            "urgency": "high",
            "topic": topic(order.order),
        }
        try:
            keys = browser_keys(phone.public_key, phone.secret)
        except BadSubscriptionError as error:  # they were checked when they came: a damaged file
            return Answer(result=PushResult.REFUSED, detail=str(error))
        return await self._calls.post(phone.endpoint, headers, encrypted(message, keys, salt=salt))

    def _finish(self, phone: PushSubscription, called: str, answer: Answer) -> None:
        try:
            if answer.result is PushResult.SENT:
                self._store.set_push_called(phone.id_hash, called)
            elif answer.result is PushResult.GONE:
                self._store.remove_push_subscription(phone.id_hash, phone.endpoint)
                log.info("a phone of %s takes no push any more: %s", phone.unit, answer.detail)
            else:
                log.warning("a phone of %s cannot be called: %s", phone.unit, answer.detail)
        except CityBrainError as error:  # after a restart it may be called once more
            log.warning("what became of a push to %s was not kept: %s", phone.unit, error)

    def _wanted(self, phone: PushSubscription, called: str) -> CrewOrder | None:
        """The order, where its crew still has to answer it, and the phone can still be called."""
        order = self._ringing(phone.unit)
        if order is None or _called(order) != called:
            return None
        return order if any(_is_same(phone, one) for one in self._phones()) else None

    def _phones(self) -> tuple[PushSubscription, ...]:
        try:
            return self._store.push_subscriptions()
        except CityBrainError as error:
            log.warning("nobody is called by push just now: %s", error)
            return ()

    def _ringing(self, unit: UnitId) -> CrewOrder | None:
        view = self._crews.view(unit)
        order = None if view is None else view.order
        return order if order is not None and order.stage is OrderStage.ISSUED else None

    def _until(self, order: CrewOrder) -> Timestamp:
        """When the message is worth nothing any more."""
        now, due = self._clock.now(), order.accept_by
        return due if due is not None and due > now else later(now, PUSH_LATE_LIFE.value)


def _called(order: CrewOrder) -> str:
    return f"{order.order} {order.assignment_number}"


def _is_same(one: PushSubscription, other: PushSubscription) -> bool:
    return (one.id_hash, one.endpoint) == (other.id_hash, other.endpoint)
