// A crew's order on its page: what it is, where, the way there. While it rings it fills the screen
// and counts down to the time by which its crew should have accepted it.
import { ageText, countdown, nowUs, timeUs } from "/shared/clock.js";
import { codeText, inLanguage, language, t } from "/shared/i18n.js";
import { setAttr, setHidden, setText } from "/shared/keyed_list.js";
import { directionTo, distanceM, metres, pointOf } from "/shared/map/geo.js";
import { drawWay } from "./crew_way.js";

const THERE_M = 15; // about what a phone can tell
const byId = (id) => document.getElementById(id);

/**
 * Draw `order` of the screen `view`, at `stage`. `last`: the newest assignment that this phone has
 * seen, which an order that `isVoid` is older than; `here`: where the phone says that it is;
 * `isSilent`: the browser lets nothing sound before the page is pressed.
 */
export function drawOrder(view, order, { stage, last, isVoid, isRinging, isSilent, here }) {
  byId("order").className = `sev-${order.severity}${isVoid ? " is-void" : ""}`;
  setHidden(byId("void"), !isVoid);
  if (isVoid) setText(byId("void-why"), t("crewpage.void_why", { n: last.assignment_number }));
  setText(byId("severity"), codeText("severity", order.severity));
  const assigned = t("crewpage.number", { n: order.assignment_number });
  setText(byId("number"), [order.number, assigned].filter(Boolean).join(" · "));
  setText(byId("stage"), codeText("order", stage));
  setText(byId("kind"), codeText("kind", order.kind));
  setText(byId("place"), language() === "zh" ? order.place_zh : order.place_en);
  setText(byId("for"), whose(order));
  const from = here ?? pointOf(view.place);
  const goal = pointOf(order.place);
  const isThere = distanceM(from, goal) < THERE_M;
  setText(byId("distance"), isThere ? t("crewpage.here") : metres(distanceM(from, goal)));
  setText(byId("bearing"), isThere ? "" : directionTo(from, goal));
  const point = `${goal.lat.toFixed(6)},${goal.lon.toFixed(6)}`;
  byId("go").href = `geo:${point}?q=${point}`;
  drawRing(view, order, isRinging, isSilent);
  if (!isRinging) drawWay(from, goal, order.severity); // a map that is not shown has no size
}

function whose(order) {
  const name = order.incident_district_name || order.incident_district;
  const isOwn = order.incident_district === document.body.dataset.district;
  return [
    isOwn ? "" : t("crewpage.for", { district: inLanguage(name) }),
    t("crewpage.since", { span: ageText(timeUs(order.issued_at)) }),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** The call over the order; the countdown runs with every drawing. */
function drawRing(view, order, isRinging, isSilent) {
  setHidden(byId("ring"), !isRinging);
  setHidden(byId("ring-silent"), !isSilent);
  if (!isRinging) return;
  const [from, due] = [timeUs(order.issued_at), timeUs(view.accept_by)];
  const isLate = !due || due <= nowUs();
  setText(byId("accept-note"), isLate ? t("crewpage.accept_late") : t("crewpage.accept_within"));
  setHidden(byId("accept-clock"), isLate);
  setHidden(byId("accept-left"), isLate);
  if (isLate) return;
  const { text, state } = countdown(due);
  setText(byId("accept-clock"), text);
  byId("accept-clock").className = `num clock-${state}`;
  setAttr(byId("accept-left"), "max", Math.max(1, Math.round((due - from) / 1e6)));
  setAttr(byId("accept-left"), "value", Math.round((due - nowUs()) / 1e6));
}
