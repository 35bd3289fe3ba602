// One incident as a row of the queue: what, its stage, what it waits for, the clock that runs out
// first.
import { ageText, countdown, timeUs } from "/shared/clock.js";
import { t, codeText } from "/shared/i18n.js";
import { h, setHidden, setText } from "/shared/keyed_list.js";

const ENDED_INCIDENT_STAGES = new Set(["closed", "merged", "rejected"]);

export const isEnded = (row) => ENDED_INCIDENT_STAGES.has(row.stage);

/** A short name to say aloud: "#42" of "incident-riverside-42". */
export const number = (id) => `#${id.slice(id.lastIndexOf("-") + 1)}`;

/** The camera or sensor of "box-7/cam-2": a line has no room for its box. */
const sourceOf = (source) => source.slice(source.indexOf("/") + 1);

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
  setText(node.parts.flag, t("row.escalated"));
  setHidden(node.parts.flag, !row.escalated || ended);
  node.setAttribute(
    "aria-label",
    t("row.label", { severity, kind, number: number(row.id), stage, waits }),
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
      number(row.id),
      sourceOf(row.source),
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
