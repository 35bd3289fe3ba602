// One incident as a row of the queue, one line: what and where, its number, how bad it is and its
// stage as far as there is room, the clock that runs out first, and who has it.
import { ageText, countdown, timeOfDay, timeUs } from "/shared/clock.js";
import { inLanguage, language, t, codeText, reason } from "/shared/i18n.js";
import { h, setAttr, setHidden, setText } from "/shared/keyed_list.js";

const ENDED_INCIDENT_STAGES = new Set(["closed", "merged", "rejected"]);

export const isEnded = (row) => ENDED_INCIDENT_STAGES.has(row.stage);

/** What people call it: "R-1130-07"; "#42" of "incident-riverside-42" where it has no number. */
export const number = (row) => row.number || `#${row.id.slice(row.id.lastIndexOf("-") + 1)}`;

/** Where it is, as people call it. */
export const placeOf = (row) => (language() === "zh" ? row.place_zh : row.place_en);

/** Why nothing sees it: "its only camera is blind since 14:02: too dark". */
export function unwitnessedText({ state, sources, since, reason: why }) {
  const time = timeOfDay(timeUs(since));
  if (sources > 1) return t("unwitnessed.many", { n: sources, time });
  return t(state === "blind" ? "unwitnessed.blind" : "unwitnessed.offline", {
    time,
    reason: reason(why),
  });
}

export const firstClock = (row) =>
  row.clocks.reduce(
    (first, clock) => (first && timeUs(first.due_at) <= timeUs(clock.due_at) ? first : clock),
    null,
  );

export function makeRow(row) {
  const node = h(
    "div",
    { class: "row", role: "option", id: `row-${row.id}` },
    h("span", { class: "sev-bar" }),
    h("span", { class: "kind" }),
    h("span", { class: "place" }),
    h("span", { class: "chip is-violet", hidden: true }),
    h("span", { class: "chip is-warn unseen", hidden: true }),
    h("span", { class: "sub" }),
    h("span", { class: "clock num" }),
    h("span", { class: "who" }),
  );
  node.parts = Object.fromEntries(
    ["kind", "place", "unseen", "who", "clock", "sub"].map((name) => [
      name,
      node.querySelector(`.${name}`),
    ]),
  );
  node.parts.flag = node.querySelector(".is-violet");
  return node;
}

/** Who has it: the person who took it, else the crew that is on it, else whose turn it is. */
function whoOf(row) {
  if (isEnded(row)) return codeText("stage", row.stage);
  if (row.owner) return row.owner;
  const crew = row.slots.find((slot) => slot.unit && slot.unit_name);
  if (row.waits_for === "crew" && crew) return inLanguage(crew.unit_name);
  return row.waits_for ? codeText("turn", row.waits_for) : "";
}

export function drawRow(node, row) {
  const ended = isEnded(row);
  const waits = row.waits_for && !ended ? codeText("waits", row.waits_for) : "";
  const [severity, kind, stage] = [
    codeText("severity", row.severity),
    codeText("kind", row.kind),
    codeText("stage", row.stage),
  ];
  const kept = ["is-new", "is-picked"].filter((one) => node.classList.contains(one));
  node.className = ["row", `sev-${row.severity}`, ended ? "is-ended" : "", ...kept].join(" ");
  setText(node.parts.kind, kind);
  setText(node.parts.place, placeOf(row));
  setText(node.parts.who, whoOf(row));
  node.parts.who.className = `who${row.waits_for === "person" && !ended ? " is-wanted" : ""}`;
  const flags = [row.escalated && t("row.escalated"), row.unstable && t("row.unstable")];
  setText(node.parts.flag, flags.filter(Boolean).join(" · "));
  setAttr(node.parts.flag, "title", node.parts.flag.textContent); // where there is no room for it
  setHidden(node.parts.flag, !flags.some(Boolean) || ended);
  setText(node.parts.unseen, t("row.unwitnessed"));
  setHidden(node.parts.unseen, !row.unwitnessed);
  setAttr(node.parts.unseen, "title", row.unwitnessed && unwitnessedText(row.unwitnessed));
  node.setAttribute(
    "aria-label",
    t("row.label", { severity, kind, number: number(row), stage, waits }),
  );
  node.row = row;
  node.words = [severity, stage, waits];
  tickRow(node);
}

/** What moves by itself: age and countdown. */
export function tickRow(node) {
  const { row, parts, words } = node;
  const notes = row.notes === 1 ? t("row.one_note") : t("row.notes", { n: row.notes });
  const events = row.events === 1 ? t("row.one_event") : t("row.events", { n: row.events });
  const facts = [
    number(row),
    ...words,
    events,
    row.notes ? notes : "",
    t("row.ago", { span: ageText(timeUs(row.reported_at)) }),
  ];
  setText(parts.sub, facts.filter(Boolean).join(" · "));
  const clock = isEnded(row) ? null : firstClock(row);
  if (!clock) {
    setText(parts.clock, "");
    return;
  }
  const { text, state } = countdown(timeUs(clock.due_at));
  setText(parts.clock, text);
  const cls = `clock num clock-${state}`;
  if (parts.clock.className !== cls) parts.clock.className = cls;
  setAttr(parts.clock, "title", codeText("clock", clock.name));
}
