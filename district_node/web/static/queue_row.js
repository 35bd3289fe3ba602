// One incident as a row of the queue: what, its stage, what it waits for, the clock that runs out
// first.
import { ageText, countdown, timeOfDay, timeUs } from "/shared/clock.js";
import { language, t, codeText, reason } from "/shared/i18n.js";
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
    h(
      "div",
      { class: "what" },
      h(
        "div",
        { class: "title" },
        h("span", { class: "kind" }),
        h("span", { class: "sev-label" }),
        h("span", { class: "chip is-violet", hidden: true }),
        h("span", { class: "chip is-warn unseen", hidden: true }),
      ),
      h("div", { class: "sub" }),
    ),
    h("div", { class: "state" }, h("span", { class: "chip" }), h("span", { class: "waits" })),
    h("div", { class: "clock num" }, h("span", {}), h("small", {})),
  );
  node.parts = {
    kind: node.querySelector(".kind"),
    severity: node.querySelector(".title .sev-label"),
    sub: node.querySelector(".sub"),
    flag: node.querySelector(".title .chip"),
    unseen: node.querySelector(".unseen"),
    chip: node.querySelector(".state .chip"),
    waits: node.querySelector(".waits"),
    clock: node.querySelector(".clock span"),
    clockName: node.querySelector(".clock small"),
  };
  return node;
}

export function drawRow(node, row) {
  const ended = isEnded(row);
  const waits = row.waits_for && !ended ? codeText("waits", row.waits_for) : "";
  const [severity, kind, stage] = [
    codeText("severity", row.severity),
    codeText("kind", row.kind),
    codeText("stage", row.stage),
  ];
  const isNew = node.classList.contains("is-new");
  node.className = `row sev-${row.severity}${ended ? " is-ended" : ""}${isNew ? " is-new" : ""}`;
  setText(node.parts.kind, kind);
  setText(node.parts.severity, severity);
  setText(node.parts.chip, stage);
  node.parts.chip.className = `chip${row.waits_for === "person" && !ended ? " is-warn" : ""}`;
  setText(node.parts.waits, waits);
  const flags = [row.escalated && t("row.escalated"), row.unstable && t("row.unstable")];
  setText(node.parts.flag, flags.filter(Boolean).join(" · "));
  setHidden(node.parts.flag, !flags.some(Boolean) || ended);
  setText(node.parts.unseen, t("row.unwitnessed"));
  setHidden(node.parts.unseen, !row.unwitnessed);
  setAttr(node.parts.unseen, "title", row.unwitnessed && unwitnessedText(row.unwitnessed));
  node.setAttribute(
    "aria-label",
    t("row.label", { severity, kind, number: number(row), stage, waits }),
  );
  node.row = row;
  tickRow(node);
}

/** What moves by itself: age and countdown. */
export function tickRow(node) {
  const { row, parts } = node;
  const notes = row.notes === 1 ? t("row.one_note") : t("row.notes", { n: row.notes });
  const events = row.events === 1 ? t("row.one_event") : t("row.events", { n: row.events });
  setText(
    parts.sub,
    [
      number(row),
      placeOf(row),
      events,
      row.notes ? notes : "",
      row.owner,
      t("row.ago", { span: ageText(timeUs(row.reported_at)) }),
    ]
      .filter(Boolean)
      .join(" · "),
  );
  const clock = isEnded(row) ? null : firstClock(row);
  if (!clock) {
    setText(parts.clock, "");
    setText(parts.clockName, "");
    return;
  }
  const { text, state } = countdown(timeUs(clock.due_at));
  setText(parts.clock, text);
  if (parts.clock.className !== `clock-${state}`) parts.clock.className = `clock-${state}`;
  setText(parts.clockName, codeText("clock", clock.name));
}
