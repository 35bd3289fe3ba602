// From a button to the tier and back: one request id a press, however often the network makes us try. Outcomes are said as toasts.
import { reason, t } from "./i18n.js";
import { h } from "./keyed.js";

const TRIES_MS = [0, 400, 1200];
const TOAST_MS = 6000;
const TOASTS_MAX = 4;

/** A fresh request id of 16 hexadecimal digits; works on plain http in a local network too. */
export function requestId() {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Send `body` once: the Outcome, or null when the network did not carry it. */
export async function post(url, body) {
  try {
    const headers = { "content-type": "application/json", "x-citybrain": "page" };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(8000) });
    return await answer.json();
  } catch {
    return null; // no network, or no answer in time: whoever called may send the same request id again
  }
}

/** Send `body` with a request id, trying again with the same one; always an Outcome. */
export async function act(url, body) {
  const request = body.request ?? requestId();
  for (const wait of TRIES_MS) {
    if (wait) await new Promise((go) => setTimeout(go, wait));
    const outcome = await post(url, { ...body, request });
    if (outcome) return outcome;
  }
  return { request, done: false, reason: "no_network", detail: "" };
}

/** Why it was not done, in words: the reason code's word, then the tier's own sentence. */
export function why(outcome) {
  return [reason(outcome.reason), outcome.detail].filter(Boolean).join(" — ") || t("reason.refused");
}

/** Say `title` and what became of it. A refusal stays until it is put away. */
export function toastOutcome(title, outcome) {
  if (outcome.done) toast(`${title}: ${t("shell.done")}`, "good");
  else toast(`${title} — ${t("shell.not_done", { why: why(outcome) })}`, "bad");
}

export function toast(text, mood = "plain") {
  const shelf = document.getElementById("toasts");
  const node = h("div", { class: `toast toast-${mood}` }, h("span", {}, text));
  const away = () => node.remove();
  node.append(h("button", { type: "button", class: "toast-close", "aria-label": t("shell.close"), onclick: away }, "×"));
  shelf.append(node);
  while (shelf.children.length > TOASTS_MAX) shelf.firstElementChild.remove();
  if (mood !== "bad") setTimeout(away, TOAST_MS);
  else setTimeout(away, TOAST_MS * 3);
}
