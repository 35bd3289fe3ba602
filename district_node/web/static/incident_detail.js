// The chosen incident: evidence, what it rests on, clocks, needs, history, and the buttons that its
// stage allows.
import verbs from "/verbs.js";
import { countdown, timeOfDay, timeUs } from "/shared/clock.js";
import { operatorName } from "/shared/dialogs.js";
import {
  codeText,
  hasText,
  historyText,
  inLanguage,
  language,
  reason,
  ruleText,
  t,
} from "/shared/i18n.js";
import { h, updateList, setHidden, setText } from "/shared/keyed_list.js";
import { may } from "/shared/person.js";
import { describeScene, drawScene } from "/shared/evidence.js";
import { drawAttachments } from "./attachments.js";
import { drawCasework } from "./casework.js";
import { drawContributions } from "./contributions.js";
import { drawCurves } from "./curves.js";
import { drawPlaybook } from "./case_playbook.js";
import { failedText, isCalling, pagingText } from "./paging.js";
import { number, placeOf, unwitnessedText } from "./queue_row.js";

// the stages in which "open" accepts; in others it opens again
const UNOPENED = new Set(["reported", "deferred"]);
const OBSERVING = new Set(["camera", "sensor"]); // sources whose events may hold a scene
const RULED = new Set(["reported", "reopened"]); // whose reason may be a rule
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
  acknowledge: "p",
  false_alarm: "f",
};
const ORDER = [
  "acknowledge",
  "open",
  "assign",
  "verify",
  "take",
  "close",
  "escalate",
  "defer",
  "reject",
];
export const ENDINGS = ["reject", "close", "verify"]; // the first that may be done is the least
const byId = (id) => document.getElementById(id);
let shown = null; // the incident on screen
let shownDetail = null; // all of it, once it is there
let sceneOf = "";
let sceneWidth = 0; // asked for once a resize: asking at every push would lay the whole page out
new ResizeObserver(([entry]) => {
  sceneWidth = Math.round(entry.contentRect.width);
  if (shownDetail) drawEvidence(shownDetail);
}).observe(byId("d-scene"));

/** The verbs that `row`'s stage allows and this person may do, the most likely first. */
export function offered(row) {
  const allowed = verbs.offered[row.stage] ?? [];
  const { stage, slots } = row;
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
    (verb) =>
      may(verb) &&
      allowed.includes(verb) &&
      !(verb === "escalate" && row.escalated) &&
      !(verb === "take" && row.owner && row.owner === operatorName()) &&
      !(verb === "acknowledge" && !isCalling(row)),
  );
}

export const isReopening = (verb, row) => verb === "open" && !UNOPENED.has(row.stage);
export const verbText = (verb, row) => codeText("verb", isReopening(verb, row) ? "reopen" : verb);

export const needsReason = (verb) => verbs.needsReason.includes(verb);

/**
 * Draw the incident `row` (null: nothing chosen) with its `detail` (null: it is on its way);
 * `press(verb)` is what the buttons do.
 */
export function drawDetail(row, detail, names, press) {
  shown = row;
  shownDetail = detail;
  setHidden(byId("detail-none"), Boolean(row));
  setHidden(byId("detail-body"), !row);
  if (!row) return;
  drawHead(row);
  drawActions(row, press);
  drawSlots(row, names);
  if (detail) {
    names.ask([
      ...row.slots.map((slot) => slot.unit),
      ...detail.history.flatMap((line) => [line.actor, line.reason]).filter(mayBeUnit),
    ]);
    drawEvidence(detail);
  } else clearEvidence();
  drawCurves(detail, () => drawContributions(shownDetail));
  drawContributions(detail);
  drawPlaybook(detail);
  drawCasework(row, detail, names);
  drawAttachments(row, detail);
  drawHistory(detail?.history ?? [], rulesOf(detail), names);
  tickDetail();
}

/** A part of the system and a code have a text of their own; a reason is a sentence or a code. */
const mayBeUnit = (word) => word && !word.includes(" ") && !hasText(`actor.${word}`);

/** Whose case it is, or who has to say so; "" where the district has no departments. */
function responsibleText(one) {
  if (!one) return "";
  const name = language() === "zh" ? one.name_zh : one.name_en;
  const text = one.decides
    ? t("detail.decides", { name: one.decides })
    : t("detail.responsible", { name });
  return one.returns ? `${text} · ${t("detail.returns", { n: one.returns })}` : text;
}

const dayAndTime = (us) => new Date(us / 1000).toLocaleString(language());

function drawHead(row) {
  byId("detail-body").className = `sev-${row.severity}`;
  setText(byId("d-sev"), codeText("severity", row.severity));
  setText(
    byId("d-number"),
    [
      number(row),
      codeText("certainty", row.certainty),
      codeText("urgency", row.urgency),
    ].join(" · "),
  );
  setText(byId("detail-title"), codeText("kind", row.kind));
  setText(byId("d-place"), placeOf(row));
  setHidden(byId("d-unseen"), !row.unwitnessed);
  setText(byId("d-unseen"), row.unwitnessed ? unwitnessedText(row.unwitnessed) : "");
  const flags = [];
  if (row.escalated)
    flags.push({ key: "escalated", text: t("row.escalated"), cls: "chip is-violet" });
  if (row.disposition) {
    const text = codeText("disposition", row.disposition);
    flags.push({ key: "disposition", text, cls: "chip is-lit" });
  }
  if (row.owner)
    flags.push({ key: "owner", text: t("detail.owner", { name: row.owner }), cls: "chip" });
  const extra = row.extra_orders;
  if (extra)
    flags.push({ key: "extra", text: t("detail.extra", { n: extra }), cls: "chip is-warn" });
  const [called, failed] = [pagingText(row), failedText(row)];
  if (called)
    flags.push({ key: "paging", text: called, cls: `chip${isCalling(row) ? " is-warn" : ""}` });
  if (failed) flags.push({ key: "paging-failed", text: failed, cls: "chip is-warn" });
  const responsible = responsibleText(row.responsible);
  if (responsible) flags.push({ key: "responsible", text: responsible, cls: "chip" });
  if (row.deferred_until)
    flags.push({
      key: "deferred",
      text: t("detail.deferred_until", { at: dayAndTime(timeUs(row.deferred_until)) }),
      cls: "chip",
    });
  updateList(byId("d-flags"), flags, {
    keyOf: (f) => f.key,
    make: () => h("span"),
    draw: (node, f) => ((node.className = f.cls), setText(node, f.text)),
  });
  const aside = STEPS.includes(row.stage) ? [] : [row.stage];
  const now = STEPS.indexOf(row.stage);
  const steps = [...STEPS, ...aside].map((stage, i) => ({
    stage,
    past: i < now,
    here: stage === row.stage,
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

/** Whether `row` may be ended now, by whatever its stage calls that. */
const mayEnd = (row) => ENDINGS.some((verb) => offered(row).includes(verb));

/** The key of a verb; "a" is for whichever comes first, accepting or assigning. */
function keyOf(verb, row) {
  const accepting = UNOPENED.has(row.stage);
  if ((verb === "assign" && accepting) || isReopening(verb, row)) return "";
  return KEYS[verb];
}

function drawActions(row, press) {
  const verbsHere = offered(row);
  // verify closes it too: one button for both
  const shownVerbs = verbsHere.filter(
    (verb) => !(verb === "close" && verbsHere.includes("verify")),
  );
  if (mayEnd(row)) shownVerbs.push("false_alarm");
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

function clearEvidence() {
  setHidden(byId("d-evidence"), true);
  setHidden(byId("d-scene"), true);
  setHidden(byId("d-no-scene"), true);
  setText(byId("d-caption"), "");
}

function drawEvidence({ incident, contributions, evidence, source_name: called }) {
  const drawable = Boolean(evidence && (evidence.boxes.length || evidence.outline.length));
  // a case that only people or other systems reported has no scene to draw, nor one that sensors
  // measure: they have curves
  const isObserved =
    drawable ||
    (contributions.some((one) => OBSERVING.has(one.type)) &&
      !contributions.some((one) => one.type === "sensor" && one.reading));
  setHidden(byId("d-evidence"), !isObserved);
  if (!isObserved) return;
  setHidden(byId("d-scene"), !drawable);
  setHidden(byId("d-no-scene"), drawable);
  const rule = contributions.find((one) => one.rule)?.rule;
  const about = [
    inLanguage(called || incident.source),
    rule ? t("detail.rule", { rule: ruleText(rule) }) : "",
    drawable ? describeScene(evidence) : "",
    drawable ? t("scene.note") : "",
  ];
  setText(byId("d-caption"), about.filter(Boolean).join(" · "));
  const drawn = `${incident.id} ${language()} ${sceneWidth} ${JSON.stringify(evidence)}`;
  if (!drawable || drawn === sceneOf) return;
  sceneOf = drawn;
  drawScene(byId("d-scene"), evidence);
}

function drawSlots({ slots }, names) {
  setHidden(byId("d-no-slots"), slots.length > 0);
  updateList(byId("d-slots"), slots, {
    keyOf: (slot) => slot.id,
    epoch: language() + slots.map((slot) => whoFills(slot, names)).join(),
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
        h("span", { class: "unit-name" }, whoFills(slot, names)),
      );
    },
  });
}

/** Its unit, or the one that comes when its present order ends. */
function whoFills(slot, names) {
  if (slot.unit) return unitName(slot, names);
  if (!slot.next_unit) return "";
  return t("detail.comes_next", { unit: slot.next_unit_name || names.of(slot.next_unit) });
}

const unitName = (slot, names) =>
  slot.unit_name ? inLanguage(slot.unit_name) : names.of(slot.unit);

/**
 * An actor: a unit or district by its name, a part of the system by its text, anybody else as
 * written.
 */
function actorName({ actor, actor_name: called }, names) {
  if (called) return inLanguage(called);
  if (names.isUnit(actor)) return names.of(actor);
  return hasText(`actor.${actor}`) ? codeText("actor", actor) : actor;
}

const rulesOf = (detail) => new Set((detail?.contributions ?? []).map((one) => one.rule));

/**
 * A rule began it, or opened it again: its id may be the same as a reason's code. A case, unit or
 * camera by what people call it.
 */
function reasonText({ code, reason: why, reason_name: called }, rules, names) {
  if (called) return inLanguage(called);
  if (RULED.has(code) && why && rules.has(why)) return t("detail.rule", { rule: ruleText(why) });
  return names.isUnit(why) ? names.of(why) : reason(why);
}

function drawHistory(history, rules, names) {
  const lines = history.map((line, i) => ({
    key: `${line.at}-${i}`,
    at: timeUs(line.at),
    text: [
      historyText(line.code),
      line.last_at
        ? t("detail.times", { n: line.times, until: timeOfDay(timeUs(line.last_at)) })
        : "",
      line.actor ? t("detail.by", { actor: actorName(line, names) }) : "",
      reasonText(line, rules, names),
    ]
      .filter(Boolean)
      .join(" · "),
  }));
  updateList(byId("d-history"), lines.reverse(), {
    keyOf: (line) => line.key,
    make: () => h("li", {}, h("time"), h("span")),
    draw: (node, line) => {
      setText(node.firstChild, timeOfDay(line.at));
      setText(node.lastChild, line.text);
    },
  });
}

/** What moves by itself: the countdowns. */
export function tickDetail() {
  if (!shown) return;
  const called = byId("d-flags").querySelector("[data-key='paging']");
  if (called) setText(called, pagingText(shown));
  const clocks = shown.clocks
    .map(({ name, due_at, due_local, estimated }) => ({
      name,
      due: timeUs(due_at),
      local: `${estimated ? "≈ " : ""}${(due_local ?? "").slice(0, 16)}`,
    }))
    .sort((a, b) => a.due - b.due);
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
      setText(node.lastChild, clock.local || timeOfDay(clock.due));
    },
  });
}
