// Sends actions to the tier: one request id for each press, whatever the number of retries.
// Outcomes are shown as toasts.
import { language, reason, t } from "./i18n.js";
import { h } from "./keyed_list.js";

const RETRY_MS = [0, 400, 1200];
const RETRY_MS_MAX = 2000; // nobody waits longer before a button
const TOAST_MS = 6000;
const TOASTS_MAX = 4;
// codes whose texts name nobody and no thing, as the tier's own sentences of them
const SAYS_ALL = new Set([
  "answered_often",
  "known_apart",
  "no_kind",
  "no_other",
  "no_person",
  "no_place",
  "no_severity",
  "no_such_hand_over",
  "no_such_message",
  "no_text",
  "nobody_called",
  "nothing_left",
  "nothing_named",
  "nothing_to_acknowledge",
  "nothing_to_hand_over",
  "nothing_to_undo",
  "same_case",
  "same_place",
  "to_yourself",
  "yours_already",
]);

/** A fresh request id of 16 hexadecimal digits; works on plain http in a local network too. */
export function requestId() {
  return [...crypto.getRandomValues(new Uint8Array(8))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

/**
 * Send `body` once: the Outcome, or null when the network failed. A problem is an Outcome too;
 * `retryAfterMs` says when the same may be sent again, null: it is final.
 */
export async function post(url, body) {
  try {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(url, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(8000),
    });
    const outcome = await answer.json();
    const after = answer.headers.get("retry-after"); // there where a refusal is passing
    const retryAfterMs = after === null ? null : 1000 * Number(after);
    return { ...outcome, done: Boolean(answer.ok && outcome.done), retryAfterMs };
  } catch {
    return null; // no network, or no answer in time: the caller may send the same request id again
  }
}

/** Send `body` with a request id until it is answered, see `sendAgain`; always an Outcome. */
export async function sendAction(url, body) {
  const request_id = body.request_id ?? requestId();
  const nothing = { request_id, done: false, reason: "no_network", detail: "" };
  return (await sendAgain(url, { ...body, request_id })) ?? nothing;
}

/**
 * Send `body`, which has its request ids, and the same again where nothing came back or the node
 * had no room just then. The last answer; null: there was none.
 */
export async function sendAgain(url, body) {
  let last = null;
  if (document.getElementById("controls")?.disabled) return last; // by a key: the buttons are off
  for (const wait of RETRY_MS) {
    const pause = Math.max(wait, last?.retryAfterMs ?? 0);
    if (pause > RETRY_MS_MAX) break; // the person sees why, and decides
    if (pause) await new Promise((go) => setTimeout(go, pause));
    const outcome = await post(url, body);
    if (outcome && outcome.retryAfterMs === null) return outcome;
    last = outcome ?? last;
  }
  return last;
}

/** What `url` has to read, or null where it gives nothing. */
export async function get(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(8000) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null; // no network, or no answer in time
  }
}

/**
 * Why it was not done: the reason code's text, then the tier's own sentence, which is English: in
 * another language it is left out where the text says as much.
 */
export function refusalText(outcome) {
  const isSaid = language() !== "en" && SAYS_ALL.has(outcome.reason);
  const sentence = isSaid ? "" : outcome.detail;
  return [reason(outcome.reason), sentence].filter(Boolean).join(" — ") || t("reason.refused");
}

/** Show `title` and its outcome. A refusal is shown three times as long. */
export function toastOutcome(title, outcome) {
  const note = outcome.done && outcome.reason ? ` — ${refusalText(outcome)}` : "";
  if (outcome.done) toast(`${title}: ${t("page.done")}${note}`, "good");
  else toast(`${title} — ${t("page.not_done", { why: refusalText(outcome) })}`, "bad");
}

export function toast(text, level = "plain") {
  const list = document.getElementById("toasts");
  const node = h("div", { class: `toast toast-${level}` }, h("span", {}, text));
  const close = () => node.remove();
  node.append(
    h(
      "button",
      { type: "button", class: "toast-close", "aria-label": t("page.close"), onclick: close },
      "×",
    ),
  );
  list.append(node);
  while (list.children.length > TOASTS_MAX) list.firstElementChild.remove();
  if (level !== "bad") setTimeout(close, TOAST_MS);
  else setTimeout(close, TOAST_MS * 3);
}
