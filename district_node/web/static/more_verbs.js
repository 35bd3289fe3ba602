// The verbs of a case that ask for more than a reason: a kind, a place, a person, another case. Each
// is a line of a table: what it asks for. Asks; sends nothing.
import verbs from "/verbs.js";
import { get } from "/shared/actions.js";
import { timeOfDay, timeUs } from "/shared/clock.js";
import { ensureOperatorName } from "/shared/dialogs.js";
import { codeText, inLanguage, language, t } from "/shared/i18n.js";
import { h, setHidden, setText } from "/shared/keyed_list.js";
import { may } from "/shared/person.js";
import { placePicker } from "./place_picker.js";
import { number } from "./queue_row.js";
import { askTwice } from "./second_press.js";

const SEVERITIES = ["Extreme", "Severe", "Moderate", "Minor"];
// in the order in which they are offered
const ASKS = {
  set_severity: ["severity"],
  reclassify: ["kind"],
  relocate: ["place"],
  give: ["person"],
  merge: ["other"],
  split: ["contributions"],
  not_same: ["other"],
  link: ["other"],
  unlink: [],
  undo: [],
  unassign: ["unit"],
  return: [],
  route: ["department"],
  redact: ["attachment"],
};
const FOR_GOOD = { redact: "more.redact_now" }; // sent at the second press, whose button says this
const byId = (id) => document.getElementById(id);
const isNext = (slot) => Boolean(slot.next_unit);
const isThere = (file) => file.state !== "redacted";

/** The verbs of the menu for the incident `row` with its `detail`. */
export function offeredMore(row, detail) {
  const allowed = verbs.offered[row.stage] ?? [];
  const makesSense = {
    split: () => (detail?.contributions.length ?? 0) > 1,
    unlink: () => Boolean(row.caused_by),
    unassign: () => row.slots.some(isNext),
    return: () => Boolean(row.responsible?.department),
    route: () => Boolean(row.responsible),
    redact: () => Boolean(detail?.attachments?.some(isThere)),
  };
  return Object.keys(ASKS).filter(
    (verb) => may(verb) && allowed.includes(verb) && (makesSense[verb]?.() ?? true),
  );
}

/** Ask what `verb` needs for the incident `row`: an Action without its ids, or null. */
export async function askMore(verb, row, detail, rows) {
  const actor = await ensureOperatorName();
  if (!actor) return null;
  const fields = await Promise.all(ASKS[verb].map((name) => FIELDS[name](row, detail, rows)));
  const dialog = byId("verb-dialog");
  setText(byId("verb-title"), `${codeText("verb", verb)} · ${number(row)}`);
  setText(byId("verb-what"), t(`more.${verb}`));
  byId("verb-fields").replaceChildren(...fields.map((field) => field.node));
  byId("verb-reason").value = "";
  byId("verb-reason").required = verbs.needsReason.includes(verb);
  setHidden(byId("verb-reason-note"), !byId("verb-reason").required);
  const end = FOR_GOOD[verb] ? askTwice(dialog.querySelector("form"), FOR_GOOD[verb]) : () => {};
  dialog.returnValue = "";
  dialog.showModal();
  for (const field of fields) field.begin?.();
  (byId("verb-fields").querySelector("select, input, textarea") ?? byId("verb-reason")).focus();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  const answers = dialog.returnValue === "ok" ? fields.map((field) => field.value()) : null;
  for (const field of fields) field.end?.();
  end();
  if (!answers) return null;
  const reason = byId("verb-reason").value.trim();
  return Object.assign({ actor, incident: row.id, verb, reason }, ...answers);
}

const labelled = (key, input) => h("label", {}, h("span", {}, t(key)), input);

/** One choice of `choices`, [value, text] each. */
function choice(name, choices, chosen) {
  const option = ([value, text]) => h("option", { value, selected: value === chosen }, text);
  const input = h("select", { id: `verb-${name}`, required: true }, ...choices.map(option));
  return { node: labelled(`field.${name}`, input), value: () => ({ [name]: input.value }) };
}

function words(name, suggested = []) {
  const known = h(
    "datalist",
    { id: `verb-${name}-known` },
    ...suggested.map(([value, text]) => h("option", { value }, text)),
  );
  const input = h("input", {
    id: `verb-${name}`,
    list: known.id,
    required: true,
    maxlength: 128,
    autocomplete: "off",
  });
  const node = h("div", {}, labelled(`field.${name}`, input), known);
  return { node, value: () => ({ [name]: input.value.trim() }) };
}

const FIELDS = {
  severity: (row) =>
    choice("severity", SEVERITIES.map((one) => [one, codeText("severity", one)]), row.severity),
  kind: async (row) => {
    const { kinds = [] } = (await get("/api/v1/kinds?page_size=500")) ?? {};
    const title = (kind) => (language() === "zh" ? kind.title_zh : kind.title_en);
    return choice("kind", kinds.map((kind) => [kind.id, title(kind) || kind.id]), row.kind);
  },
  person: () => words("person"),
  department: () => words("department"),
  other: (row, _, rows) => {
    const others = rows.filter(({ id }) => id !== row.id);
    return words("other", others.map((one) => [number(one), codeText("kind", one.kind)]));
  },
  unit: (row) =>
    choice(
      "unit",
      row.slots.filter(isNext).map((one) => [one.next_unit, inLanguage(one.next_unit_name)]),
    ),
  attachment: (_, detail) =>
    choice(
      "attachment",
      detail.attachments.filter(isThere).map((one) => [
        one.id,
        [one.name, one.actor, timeOfDay(timeUs(one.at), false)].filter(Boolean).join(" · "),
      ]),
    ),
  place: (row) => {
    const node = h("div", { class: "place-picker" });
    let picker = null;
    return {
      node,
      begin: () => (picker = placePicker(node, "verb", row.place)),
      value: () => ({ place: picker.value() }),
      end: () => picker.end(),
    };
  },
  contributions: (_, detail) => {
    const boxes = detail.contributions.map((one) => {
      const box = h("input", { type: "checkbox", value: one.id || one.source });
      const name = inLanguage(one.source_name || one.source);
      return h("label", { class: "check" }, box, h("span", {}, one.text || name));
    });
    const node = h("fieldset", {}, h("legend", {}, t("field.contributions")), ...boxes);
    const chosen = () => [...node.querySelectorAll("input:checked")].map(({ value }) => value);
    return { node, value: () => ({ contributions: chosen() }) };
  },
};
