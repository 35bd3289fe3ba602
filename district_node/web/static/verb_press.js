// Carries out a verb on one case: asks who, why and which unit where it needs them, sends it, and
// asks once more where a source still sees what it ends.
import { sendAction, toast, toastOutcome } from "/shared/actions.js";
import { askReason, ensureOperatorName } from "/shared/dialogs.js";
import { codeText, t } from "/shared/i18n.js";
import { ENDINGS, isReopening, needsReason, offered, verbText } from "./incident_detail.js";
import { askMore } from "./more_verbs.js";
import { number } from "./queue_row.js";
import { pickUnit } from "./unit_picker.js";

const PRESETS = {
  reject: ["why.false_alarm", "why.duplicate", "why.not_ours", "why.gone", "why.nobody_knows"],
  close: ["why.seen_fixed", "why.crew_said", "why.gone", "why.false_alarm", "why.nobody_knows"],
  verify: ["why.seen_fixed", "why.crew_said", "why.gone", "why.false_alarm", "why.nobody_knows"],
  open: ["why.came_back"],
  escalate: ["why.no_crew", "why.too_big"],
  defer: ["why.later"],
};
// what it turned out to be, said by the same press as why
const DISPOSITIONS = {
  "why.seen_fixed": "fixed",
  "why.crew_said": "fixed",
  "why.gone": "gone",
  "why.false_alarm": "false_alarm",
  "why.duplicate": "duplicate",
  "why.not_ours": "not_ours",
  "why.nobody_knows": "not_verifiable",
};
// what is done only when it is asked for a second time
const SECOND_PRESS = { still_seen: { confirmed: true }, preempts: { preempt: true } };
const PLAIN = new Set(["take", "acknowledge"]); // they ask for nothing

/** Carry out `verb` on the incident `row`, or say why it may not be done now. */
export async function pressVerb(verb, row) {
  const what = `${codeText("kind", row.kind)} ${number(row)}`;
  if (!offered(row).includes(verb)) {
    toast(
      `${codeText("verb", verb)} · ${what} — ${t("reason.illegal")} ` +
        `(${codeText("stage", row.stage)})`,
      "bad",
    );
    return;
  }
  const action = await asked(verb, row, what);
  if (action) toastOutcome(`${verbText(verb, row)} · ${what}`, await confirmed(action));
}

/** Carry out a verb of the menu on the incident `row`; `rows`: others that it may name. */
export async function pressMore(verb, row, detail, rows) {
  const what = `${codeText("kind", row.kind)} ${number(row)}`;
  const action = await askMore(verb, row, detail, rows);
  if (action) toastOutcome(`${codeText("verb", verb)} · ${what}`, await confirmed(action));
}

/** Say by one press that the incident `row` was a false alarm, whatever stage it is in. */
export async function pressFalseAlarm(row) {
  const verb = ENDINGS.find((one) => offered(row).includes(one));
  const actor = verb && (await ensureOperatorName());
  if (!actor) return;
  const reason = t("why.false_alarm");
  const action = { actor, incident: row.id, verb, reason, disposition: "false_alarm" };
  const what = `${codeText("kind", row.kind)} ${number(row)}`;
  toastOutcome(`${t("verb.false_alarm")} · ${what}`, await confirmed(action));
}

/**
 * Ask once for what all of `rows` get by `verb`: {actor, reason, disposition}, or null when the
 * person turned back.
 */
export async function askForMany(verb, rows) {
  const actor = await ensureOperatorName();
  if (!actor) return null;
  if (PLAIN.has(verb)) return { actor, reason: "", disposition: "" };
  return withReason(verb, { actor }, t("bulk.chosen", { n: rows.length }));
}

/**
 * The outcome of an action. Where a source still sees what it ends, or a less severe case would
 * wait, the person reads what that means, and presses once more or turns back.
 */
async function confirmed(action) {
  const outcome = await sendAction("/api/v1/actions", action);
  const second = SECOND_PRESS[outcome.reason];
  if (!second) return outcome;
  const [title, what] = [t(`ask.${outcome.reason}`), outcome.detail];
  const more = await askReason({ title, what, needed: false });
  if (more === null) return outcome;
  const reason = [action.reason, more].filter(Boolean).join(" · ");
  return sendAction("/api/v1/actions", { ...action, reason, ...second });
}

/** The Action, or null when the person turned back. */
async function asked(verb, row, what) {
  const actor = await ensureOperatorName();
  if (!actor) return null;
  const action = { actor, incident: row.id, verb, reason: "" };
  if (verb === "assign") {
    const picked = await pickUnit(row);
    return picked && { ...action, ...picked };
  }
  if (PLAIN.has(verb) || (verb === "open" && !isReopening(verb, row))) return action;
  return withReason(verb, action, what);
}

async function withReason(verb, action, what) {
  let disposition = "";
  const reason = await askReason({
    title: t(`ask.${verb}`),
    what,
    presets: PRESETS[verb],
    needed: needsReason(verb),
    onPick: (key) => (disposition = DISPOSITIONS[key] ?? ""),
  });
  return reason === null ? null : { ...action, reason, disposition };
}
