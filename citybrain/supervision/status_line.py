"""What a service manager shows of a node beside its name (`systemctl status`): whether it is ready,
and the conditions that last, by the words of `/readyz`.
"""

from citybrain.conditions import Conditions
from citybrain.supervision.sd_notify import SdNotify


def words(codes: tuple[str, ...], *, is_ready: bool) -> str:
    """`ready`, `ready; sender_limited` or `not ready: clock_held, disk_full`."""
    lasting = ", ".join(codes)
    if not is_ready:
        return f"not ready: {lasting}"
    return f"ready; {lasting}" if lasting else "ready"


def follow(conditions: Conditions, manager: SdNotify | None = None) -> None:
    """Report it from now on at every change; now only where a condition lasts already, so that the
    line of the start (its ports) stands until there is something to say."""
    told = manager or SdNotify()

    def report() -> None:
        lasting = conditions.lasting()
        codes = tuple(condition.code.value for condition in lasting)
        is_ready = not any(condition.is_unready for condition in lasting)
        told.notify(STATUS=words(codes, is_ready=is_ready))

    conditions.on_change(report)
    if conditions.lasting():
        report()
