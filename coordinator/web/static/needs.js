// Who waits: the places of cases that nobody is sent to, how late, why, and what can be done about
// each.
import { durationText, timeUs } from "/shared/clock.js";
import { codeText, language, t } from "/shared/i18n.js";
import { h, setHidden, setText, updateList } from "/shared/keyed_list.js";
import { caseLink } from "./console_links.js";
import { districtName, namesEpoch, placeName } from "./names.js";

const SHOWN_MAX = 3;
const RANK = ["Extreme", "Severe", "Moderate", "Minor"];
const WAITING = ["planned", "planning"]; // a plan is on its way to the officer, or is here
const byId = (id) => document.getElementById(id);

const lateS = (need, nowUs) => (nowUs - timeUs(need.deadline)) / 1e6;
const rank = (need) => (RANK.includes(need.severity) ? RANK.indexOf(need.severity) : RANK.length);

/**
 * Whom nothing that waits on this screen would serve: asked of the city and not to be had, or late
 * with no plan that names it. The gravest first, then the latest.
 */
export function unserved(needs, nowUs) {
  const found = needs.filter((need) => {
    if (need.reason === "planned") return false;
    return !WAITING.includes(need.reason) && need.requested ? true : lateS(need, nowUs) > 0;
  });
  return found.sort(
    (one, other) => rank(one) - rank(other) || timeUs(one.deadline) - timeUs(other.deadline),
  );
}

/** The band's lines; `left`: how many more there are than those of `found`. */
export function drawUnserved(found, left, nowUs) {
  const lines = found.slice(0, SHOWN_MAX).map((need) => ({ ...need, late: lateText(need, nowUs) }));
  setHidden(byId("band-needs"), lines.length === 0);
  updateList(byId("band-needs"), lines, {
    keyOf: (need) => need.slot,
    epoch: language() + namesEpoch(),
    make: () => h("li"),
    draw: drawNeed,
  });
  const more = found.length - lines.length + left;
  setHidden(byId("band-needs-more"), more <= 0);
  setText(byId("band-needs-more"), t("page.and_more", { n: more }));
}

const lateText = (need, nowUs) => {
  const late = lateS(need, nowUs);
  return late > 0
    ? t("need.late", { span: durationText(late) })
    : t("need.due", { span: durationText(-late) });
};

function drawNeed(node, need) {
  const district = districtName(need.incident_district);
  node.className = `need sev-${need.severity}`;
  node.replaceChildren(
    h("b", { class: "sev-label" }, codeText("severity", need.severity)),
    caseLink(need, "b"),
    h("span", {}, [placeName(need), district].filter(Boolean).join(" · ")),
    h("span", { class: "chip" }, codeText("capability", need.capability)),
    h("span", { class: "num need-late" }, need.late),
    h(
      "span",
      {},
      h("span", { class: "need-why" }, `${t(`why_open.${need.reason}`)}: `),
      t(`todo.${need.reason}`, { district }),
    ),
  );
}
