// What this crew has had to do in the last 24 hours: the order under way, and those that ended, with
// where, when and how.
import { nowUs, timeOfDay, timeUs } from "/shared/clock.js";
import { codeText, inLanguage, language, reason, t } from "/shared/i18n.js";
import { h, setHidden, setText, updateList } from "/shared/keyed_list.js";

const DAY_US = 86_400e6;
const byId = (id) => document.getElementById(id);

/** Draw what `view`, a crew's screen, says of the day; its order is at `stage` ("": none counts). */
export function drawToday(view, stage) {
  const ended = (view.ended_orders ?? []).filter((one) => timeUs(one.changed_at) > nowUs() - DAY_US);
  const present = stage ? [{ ...view.order, stage, changed_at: "" }] : [];
  const shown = [...present, ...ended];
  setHidden(byId("today"), shown.length === 0);
  updateList(byId("today-list"), shown, {
    keyOf: (one) => one.id,
    epoch: `${language()} ${new Date().toDateString()}`,
    make: () => h("li", {}, h("p", {}, h("b"), h("span")), h("p", { class: "soft" }), h("p")),
    draw: drawOne,
  });
}

function drawOne(node, one) {
  const [head, where, why] = node.children;
  setText(head.firstChild, codeText("kind", one.kind));
  setText(head.lastChild, codeText("order", one.stage));
  head.lastChild.className = one.changed_at ? "chip" : "chip is-lit";
  const district = one.incident_district_name || one.incident_district;
  const isOwn = one.incident_district === document.body.dataset.district;
  const parts = [
    whenText(one),
    one.number,
    language() === "zh" ? one.place_zh : one.place_en,
    isOwn ? "" : t("crewpage.for", { district: inLanguage(district) }),
  ];
  setText(where, parts.filter(Boolean).join(" · "));
  setText(why, one.changed_at ? reason(one.reason) : "");
  setHidden(why, !why.textContent);
}

/** "10:42 – 11:05", or since when where it has not ended. */
function whenText({ issued_at: issued, changed_at: ended }) {
  if (!ended) return t("crewpage.since_time", { at: timeText(issued) });
  return `${timeText(issued)} – ${timeText(ended)}`;
}

function timeText(text) {
  const us = timeUs(text);
  const at = timeOfDay(us, false);
  const isToday = new Date(us / 1000).toDateString() === new Date().toDateString();
  return isToday ? at : t("crewpage.yesterday", { at });
}
