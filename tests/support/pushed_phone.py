"""What a browser's own push service would do, for a page in a test: Chromium's own one is on the
internet. The page subscribes at ours, with keys of ours; what our service gets is handed to the
page's worker as Chromium would.
"""

import json

SUBSCRIBES = """([own, permission]) => {
  const keyOf = (key) => btoa(String.fromCharCode(...new Uint8Array(key)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  let kept = JSON.parse(sessionStorage.getItem("subscription") ?? "null");
  const made = (options) => ({
    options,
    toJSON: () => own,
    unsubscribe: async () => ((kept = null), sessionStorage.removeItem("subscription"), true),
  });
  PushManager.prototype.getSubscription = async () => kept && made(window.pushOptions);
  PushManager.prototype.subscribe = async (options) => {
    window.subscribedTo = keyOf(options.applicationServerKey);
    if (!own) throw new DOMException("no push service", "AbortError");
    return made(options);
  };
  let now = permission;
  Object.defineProperty(Notification, "permission", { get: () => now });
  Notification.requestPermission = async () => (now = "granted");
}"""


def let_subscribe(page, own, *, permission="granted"):
    """`own`: the subscription that the page gets, None: its browser reaches no push service.
    `permission`: whether it was allowed before; asked, the person allows it."""
    page.add_init_script(f"({SUBSCRIBES})({json.dumps([own, permission])})")


def deliver(page, message):
    """As Chromium hands a decrypted message to the worker of the page, which may be closed."""
    session = page.context.new_cdp_session(page)
    found = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.wait_for_timeout(200)
    (registration,) = {one["registrationId"]: one for one in found}.values()
    session.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": "/".join(registration["scopeURL"].split("/")[:3]) + "/",
            "registrationId": registration["registrationId"],
            "data": message,
        },
    )
