// The chosen incident: evidence, clocks, needs, history, and the buttons that its stage allows.
import verbs from "/verbs.js";
import { countdown, timeOfDay } from "/shared/clock.js";
import { historyText, inLanguage, hasText, language, reason, t, codeText } from "/shared/i18n.js";
import { h, updateList, setHidden, setText } from "/shared/keyed_list.js";
import { describeScene, drawScene } from "/shared/evidence.js";
import { idOf, number } from "./queue_row.js";

// the stages in which "open" accepts; in others it opens again
const UNOPENED = new Set(["reported", "deferred"]);
const STEPS = ["reported", "opened", "dispatched", "working", "handled", "verified", "closed"];
// what may be the primary button; ending an incident or passing it on never is
const PRIMARY = new Set(["open", "assign", "verify"]);
const KEYS = {
  open: "a",
  assign: "a",
  verify: "v",
  close: "c",
  reject: "r",
  escalate: "e",
  defer: "d",
};
const ORDER = ["open", "assign", "verify", "close", "escalate", "defer", "reject"];
const byId = (id) => document.getElementById(id);
let shown = null; // the row on screen
let sceneOf = "";
let sceneWidth = 0; // asked for once a resize: asking at every push would lay the whole page out
new ResizeObserver(([entry]) => {
  sceneWidth = Math.round(entry.contentRect.width);
  if (shown) drawEvidence(shown);
}).observe(byId("d-scene"));

/** The verbs that `row`'s stage allows, the most likely first. */
export function offered(row) {
  const allowed = verbs.offered[row.report.stage] ?? [];
  const { stage, slots } = row.report;
  const filled =
    slots.length > 0 && !slots.some((slot) => slot.state === "open" || slot.state === "claimed");
  const order = UNOPENED.has(stage)
    ? ORDER
    : [
        ...ORDER.filter((verb) => verb !== "open" && !(filled && verb === "assign")),
        ...(filled ? ["assign"] : []),
        "open",
      ];
  return order.filter(
    (verb) => allowed.includes(verb) && !(verb === "escalate" && row.report.escalated),
  );
}

export const isReopening = (verb, row) => verb === "open" && !UNOPENED.has(row.report.stage);
export const verbText = (verb, row) => codeText("verb", isReopening(verb, row) ? "reopen" : verb);

export const needsReason = (verb) => verbs.needsReason.includes(verb);

/** Draw `row` (null: nothing chosen); `press(verb)` is what the buttons do. */
export function drawDetail(row, units, press) {
  shown = row;
  setHidden(byId("detail-none"), Boolean(row));
  setHidden(byId("detail-body"), !row);
  if (!row) return;
  drawHead(row);
  drawActions(row, press);
  drawEvidence(row);
  drawSlots(row, units);
  drawHistory(row, units);
  tickDetail();
}

function drawHead({ report }) {
  byId("detail-body").className = `sev-${report.severity}`;
  setText(byId("d-sev"), codeText("severity", report.severity));
  setText(
    byId("d-number"),
    [
      number(report.incident),
      codeText("certainty", report.certainty),
      codeText("urgency", report.urgency),
    ].join(" · "),
  );
  setText(byId("detail-title"), codeText("kind", report.kind));
  const flags = [];
  if (report.escalated)
    flags.push({ key: "escalated", text: t("row.escalated"), cls: "chip is-violet" });
  if (report.extra)
    flags.push({ key: "extra", text: t("detail.extra", { n: report.extra }), cls: "chip is-warn" });
  updateList(byId("d-flags"), flags, {
    keyOf: (f) => f.key,
    make: () => h("span"),
    draw: (node, f) => ((node.className = f.cls), setText(node, f.text)),
  });
  const aside = STEPS.includes(report.stage) ? [] : [report.stage];
  const now = STEPS.indexOf(report.stage);
  const steps = [...STEPS, ...aside].map((stage, i) => ({
    stage,
    past: i < now,
    here: stage === report.stage,
  }));
  updateList(byId("d-steps"), steps, {
    keyOf: (step) => step.stage,
    epoch: language(),
    make: () => h("li"),
    draw: (node, step) => {
      setText(node, codeText("stage", step.stage));
      node.className = step.past ? "is-past" : "";
      if (step.here) node.setAttribute("aria-current", "step");
      else node.removeAttribute("aria-current");
    },
  });
}

/** The key of a verb; "a" is for whichever comes first, accepting or assigning. */
function keyOf(verb, row) {
  const accepting = UNOPENED.has(row.report.stage);
  if ((verb === "assign" && accepting) || isReopening(verb, row)) return "";
  return KEYS[verb];
}

function drawActions(row, press) {
  const verbsHere = offered(row);
  // verify closes it too: one button for both
  const shownVerbs = verbsHere.filter(
    (verb) => !(verb === "close" && verbsHere.includes("verify")),
  );
  const buttons = shownVerbs.map((verb, i) => ({
    verb,
    text: verbText(verb, row),
    key: keyOf(verb, row),
    first: i === 0 && PRIMARY.has(verb) && !isReopening(verb, row),
  }));
  updateList(byId("d-actions"), buttons, {
    keyOf: (button) => button.verb,
    epoch: language(),
    make: ({ verb }) =>
      h("button", { type: "button", "data-verb": verb, onclick: () => press(verb) }),
    draw: (node, { verb, first, text, key }) => {
      node.className = first ? "primary" : verb === "reject" ? "danger" : "";
      node.replaceChildren(text, ...(key ? [h("kbd", { "aria-hidden": "true" }, key)] : []));
    },
  });
}

function drawEvidence(row) {
  const drawable = Boolean(
    row.evidence && (row.evidence.boxes.length || row.evidence.outline.length),
  );
  setHidden(byId("d-scene"), !drawable);
  setHidden(byId("d-no-scene"), drawable);
  const about = [
    row.source,
    row.rule ? t("detail.rule", { rule: row.rule }) : "",
    drawable ? describeScene(row.evidence) : "",
    drawable ? t("scene.note") : "",
  ];
  setText(byId("d-caption"), about.filter(Boolean).join(" · "));
  const drawn = `${idOf(row)} ${language()} ${sceneWidth} ${JSON.stringify(row.evidence)}`;
  if (!drawable || drawn === sceneOf) return;
  sceneOf = drawn;
  drawScene(byId("d-scene"), row.evidence);
}

function drawSlots(row, units) {
  setHidden(byId("d-no-slots"), row.report.slots.length > 0);
  updateList(byId("d-slots"), row.report.slots, {
    keyOf: (slot) => slot.slot,
    epoch: language() + row.report.slots.map((slot) => units.get(slot.unit)?.name ?? "").join(),
    make: () => h("li"),
    draw: (node, slot) => {
      const lit = slot.state === "confirmed" || slot.state === "served";
      node.replaceChildren(
        h(
          "span",
          { class: `chip${lit ? " is-lit" : slot.state === "claimed" ? " is-violet" : ""}` },
          codeText("slot", slot.state),
        ),
        h("span", {}, codeText("capability", slot.capability)),
        slot.from_city ? h("span", { class: "chip is-violet" }, t("detail.from_city")) : "",
        h(
          "span",
          { class: "unit-name" },
          slot.unit ? inLanguage(units.get(slot.unit)?.name ?? slot.unit) : "",
        ),
      );
    },
  });
}

/** An actor: a unit by its name, a part of the system by its text, anybody else as written. */
function actorName(actor, units) {
  return units.has(actor)
    ? inLanguage(units.get(actor).name)
    : hasText(`actor.${actor}`)
      ? codeText("actor", actor)
      : actor;
}

function drawHistory(row, units) {
  const lines = row.history.map((line, i) => ({ ...line, key: `${line.at}-${i}` })).reverse();
  updateList(byId("d-history"), lines, {
    keyOf: (line) => line.key,
    epoch: language() + [...units.values()].map((unit) => unit.name).join(),
    make: () => h("li", {}, h("time"), h("span")),
    draw: (node, line) => {
      setText(node.firstChild, timeOfDay(line.at));
      const by = line.actor ? t("detail.by", { actor: actorName(line.actor, units) }) : "";
      setText(
        node.lastChild,
        [
          historyText(line.code),
          by,
          units.has(line.reason) ? actorName(line.reason, units) : reason(line.reason),
        ]
          .filter(Boolean)
          .join(" · "),
      );
    },
  });
}

/** What moves by itself: the countdowns. */
export function tickDetail() {
  if (!shown) return;
  const clocks = [...shown.clocks].sort((a, b) => a.due - b.due);
  setHidden(byId("d-no-clocks"), clocks.length > 0);
  const lines = clocks.map((clock) => ({ ...clock, ...countdown(clock.due) }));
  updateList(byId("d-clocks"), lines, {
    keyOf: (clock) => clock.name,
    epoch: language(),
    make: () => h("li", {}, h("b", { class: "num" }), h("span"), h("span", { class: "at num" })),
    draw: (node, clock) => {
      node.firstChild.className = `num clock-${clock.state}`;
      setText(node.firstChild, clock.text);
      setText(node.children[1], codeText("clock", clock.name));
      setText(node.lastChild, timeOfDay(clock.due));
    },
  });
}
