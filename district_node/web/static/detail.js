// The chosen incident: evidence, clocks, needs, history, and the buttons that its stage allows.
import verbs from "/verbs.js";
import { left, timeOfDay } from "/shared/clock.js";
import { happened, inLanguage, knows, language, reason, t, word } from "/shared/i18n.js";
import { h, keyed, setHidden, setText } from "/shared/keyed.js";
import { describe, drawScene } from "/shared/scene.js";
import { idOf, number } from "./row.js";

const FRESH = new Set(["reported", "deferred"]); // where "open" accepts; elsewhere it opens again
const STEPS = ["reported", "opened", "dispatched", "working", "handled", "verified", "closed"];
const LIKELY = new Set(["open", "assign", "verify"]); // what may stand out; ending or passing on a case never does
const KEYS = { open: "a", assign: "a", verify: "v", close: "c", reject: "r", escalate: "e", defer: "d" };
const ORDER = ["open", "assign", "verify", "close", "escalate", "defer", "reject"];
const at = (id) => document.getElementById(id);
let shown = null; // the row on screen
let sceneOf = "";
let sceneWidth = 0; // asked for once a resize: asking at every push would lay the whole page out
new ResizeObserver(([entry]) => {
  sceneWidth = Math.round(entry.contentRect.width);
  if (shown) drawEvidence(shown);
}).observe(at("d-scene"));

/** The verbs that `row`'s stage allows, the likeliest first. */
export function offered(row) {
  const allowed = verbs.offered[row.report.stage] ?? [];
  const { stage, slots } = row.report;
  const filled = slots.length > 0 && !slots.some((slot) => slot.state === "open" || slot.state === "claimed");
  const order = FRESH.has(stage) ? ORDER : [...ORDER.filter((verb) => verb !== "open" && !(filled && verb === "assign")), ...(filled ? ["assign"] : []), "open"];
  return order.filter((verb) => allowed.includes(verb) && !(verb === "escalate" && row.report.escalated));
}

export const isReopening = (verb, row) => verb === "open" && !FRESH.has(row.report.stage);
export const verbWord = (verb, row) => word("verb", isReopening(verb, row) ? "reopen" : verb);

export const needsReason = (verb) => verbs.needsReason.includes(verb);

/** Draw `row` (null: nothing chosen); `press(verb)` is what the buttons do. */
export function drawDetail(row, units, press) {
  shown = row;
  setHidden(at("detail-none"), Boolean(row));
  setHidden(at("detail-body"), !row);
  if (!row) return;
  drawHead(row);
  drawActions(row, press);
  drawEvidence(row);
  drawSlots(row, units);
  drawHistory(row, units);
  tickDetail();
}

function drawHead({ report }) {
  at("detail-body").className = `sev-${report.severity}`;
  setText(at("d-sev"), word("severity", report.severity));
  setText(at("d-number"), `${number(report.incident)} · ${word("certainty", report.certainty)} · ${word("urgency", report.urgency)}`);
  setText(at("detail-title"), word("kind", report.kind));
  const flags = [];
  if (report.escalated) flags.push({ key: "escalated", text: t("row.escalated"), cls: "chip is-violet" });
  if (report.extra) flags.push({ key: "extra", text: t("detail.extra", { n: report.extra }), cls: "chip is-warn" });
  keyed(at("d-flags"), flags, { keyOf: (f) => f.key, make: () => h("span"), draw: (node, f) => ((node.className = f.cls), setText(node, f.text)) });
  const aside = STEPS.includes(report.stage) ? [] : [report.stage];
  const now = STEPS.indexOf(report.stage);
  const steps = [...STEPS, ...aside].map((stage, i) => ({ stage, past: i < now, here: stage === report.stage }));
  keyed(at("d-steps"), steps, {
    keyOf: (step) => step.stage,
    epoch: language(),
    make: () => h("li"),
    draw: (node, step) => {
      setText(node, word("stage", step.stage));
      node.className = step.past ? "is-past" : "";
      if (step.here) node.setAttribute("aria-current", "step");
      else node.removeAttribute("aria-current");
    },
  });
}

/** The key of a verb; "a" is for whichever comes first, accepting or assigning. */
function keyOf(verb, row) {
  const accepting = FRESH.has(row.report.stage);
  if ((verb === "assign" && accepting) || isReopening(verb, row)) return "";
  return KEYS[verb];
}

function drawActions(row, press) {
  const verbsHere = offered(row);
  const shownVerbs = verbsHere.filter((verb) => !(verb === "close" && verbsHere.includes("verify"))); // one button for one deed
  const buttons = shownVerbs.map((verb, i) => ({ verb, text: verbWord(verb, row), key: keyOf(verb, row), first: i === 0 && LIKELY.has(verb) && !isReopening(verb, row) }));
  keyed(at("d-actions"), buttons, {
    keyOf: (button) => button.verb,
    epoch: language(),
    make: ({ verb }) => h("button", { type: "button", "data-verb": verb, onclick: () => press(verb) }),
    draw: (node, { verb, first, text, key }) => {
      node.className = first ? "primary" : verb === "reject" ? "danger" : "";
      node.replaceChildren(text, ...(key ? [h("kbd", { "aria-hidden": "true" }, key)] : []));
    },
  });
}

function drawEvidence(row) {
  const drawable = Boolean(row.evidence && (row.evidence.boxes.length || row.evidence.outline.length));
  setHidden(at("d-scene"), !drawable);
  setHidden(at("d-no-scene"), drawable);
  const about = [row.source, row.rule ? t("detail.rule", { rule: row.rule }) : "", drawable ? describe(row.evidence) : "", drawable ? t("scene.note") : ""];
  setText(at("d-caption"), about.filter(Boolean).join(" · "));
  const drawn = `${idOf(row)} ${language()} ${sceneWidth} ${JSON.stringify(row.evidence)}`;
  if (!drawable || drawn === sceneOf) return;
  sceneOf = drawn;
  drawScene(at("d-scene"), row.evidence);
}

function drawSlots(row, units) {
  setHidden(at("d-no-slots"), row.report.slots.length > 0);
  keyed(at("d-slots"), row.report.slots, {
    keyOf: (slot) => slot.slot,
    epoch: language() + (row.report.slots.map((slot) => units.get(slot.unit)?.name ?? "").join()),
    make: () => h("li"),
    draw: (node, slot) => {
      const lit = slot.state === "confirmed" || slot.state === "served";
      node.replaceChildren(
        h("span", { class: `chip${lit ? " is-lit" : slot.state === "claimed" ? " is-violet" : ""}` }, word("slot", slot.state)),
        h("span", {}, word("capability", slot.capability)),
        slot.from_city ? h("span", { class: "chip is-violet" }, t("detail.from_city")) : "",
        h("span", { class: "who" }, slot.unit ? inLanguage(units.get(slot.unit)?.name ?? slot.unit) : ""),
      );
    },
  });
}

/** Who did it, or what it is about: a unit by its name, a part of the system by its word, anybody else as written. */
function named(who, units) {
  return units.has(who) ? inLanguage(units.get(who).name) : knows(`who.${who}`) ? word("who", who) : who;
}

function drawHistory(row, units) {
  const lines = row.history.map((line, i) => ({ ...line, key: `${line.at}-${i}` })).reverse();
  keyed(at("d-history"), lines, {
    keyOf: (line) => line.key,
    epoch: language() + [...units.values()].map((unit) => unit.name).join(),
    make: () => h("li", {}, h("time"), h("span")),
    draw: (node, line) => {
      setText(node.firstChild, timeOfDay(line.at));
      const who = line.who ? t("detail.by", { who: named(line.who, units) }) : "";
      setText(node.lastChild, [happened(line.what), who, units.has(line.reason) ? named(line.reason, units) : reason(line.reason)].filter(Boolean).join(" · "));
    },
  });
}

/** What moves by itself: the countdowns. */
export function tickDetail() {
  if (!shown) return;
  const clocks = [...shown.clocks].sort((a, b) => a.due - b.due);
  setHidden(at("d-no-clocks"), clocks.length > 0);
  const lines = clocks.map((clock) => ({ ...clock, ...left(clock.due) }));
  keyed(at("d-clocks"), lines, {
    keyOf: (clock) => clock.name,
    epoch: language(),
    make: () => h("li", {}, h("b", { class: "num" }), h("span"), h("span", { class: "at num" })),
    draw: (node, clock) => {
      node.firstChild.className = `num clock-${clock.state}`;
      setText(node.firstChild, clock.text);
      setText(node.children[1], word("clock", clock.name));
      setText(node.lastChild, timeOfDay(clock.due));
    },
  });
}
