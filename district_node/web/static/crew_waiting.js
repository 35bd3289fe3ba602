// The answers that wait in this phone for the network: how many, since when, which, and which of
// them are void by now.
import { timeOfDay } from "/shared/clock.js";
import { language, t } from "/shared/i18n.js";
import { h, setHidden, setText, updateList } from "/shared/keyed_list.js";
import { isKept } from "/shared/browser_storage.js";

const SHOWN_MAX = 4; // what is below is the buttons'
const byId = (id) => document.getElementById(id);

/** Draw `held` answers; `last` is the newest assignment that this phone has seen. */
export function drawWaiting(held, last) {
  setHidden(byId("pending"), !held.length);
  if (!held.length) return;
  const since = timeOfDay(held[0].at * 1000, false);
  setText(byId("pending-text"), t("crewpage.waiting", { n: held.length, since }));
  setHidden(byId("pending-memory"), isKept());
  const shown = held.slice(0, SHOWN_MAX).map((one) => ({ ...one, isVoid: isVoid(one, last) }));
  updateList(byId("pending-list"), shown, {
    keyOf: ({ body }) => body.request_id,
    epoch: language(),
    make: () => h("li", {}, h("b"), h("span", { class: "num soft" }), h("span")),
    draw: drawOne,
  });
  const more = held.length - shown.length;
  setHidden(byId("pending-more"), !more);
  setText(byId("pending-more"), t("crewpage.waiting_more", { n: more }));
}

function drawOne(node, { word, at, isVoid: gone }) {
  const [what, when, note] = node.children;
  node.className = gone ? "is-gone" : "";
  setText(what, t(word));
  setText(when, timeOfDay(at * 1000, false));
  setText(note, gone ? t("crewpage.waiting_void") : "");
}

const isVoid = ({ body }, last) =>
  Boolean(last && body.order !== last.order && body.assignment_number < last.assignment_number);
