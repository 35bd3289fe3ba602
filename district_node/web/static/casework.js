// What people wrote into the chosen incident: notes, messages to crews with their answers, and the
// field for one more. Words of people are text, never markup.
import { sendAction, toastOutcome } from "/shared/actions.js";
import { timeOfDay, timeUs } from "/shared/clock.js";
import { ensureOperatorName } from "/shared/dialogs.js";
import { codeText, language, t } from "/shared/i18n.js";
import { h, setHidden, setText, updateList } from "/shared/keyed_list.js";
import { may } from "/shared/person.js";

const THE_CASE = ""; // whom a text is for: nobody but the case
const byId = (id) => document.getElementById(id);
let incident = null; // whose page is shown
let isSending = false;

/** Draw what was written into `detail` (null: it is on its way), the newest last. */
export function drawCasework(row, detail, names) {
  if (incident !== row.id) byId("d-note").value = "";
  incident = row.id;
  const notes = (detail?.notes ?? []).map((note, i) => ({ ...note, key: `note-${note.at}-${i}` }));
  const messages = (detail?.messages ?? []).map((one) => ({ ...one, key: one.id }));
  const lines = [...notes, ...messages].sort((a, b) => timeUs(a.at) - timeUs(b.at));
  names.ask(messages.map((one) => one.unit));
  updateList(byId("d-notes"), lines, {
    keyOf: (line) => line.key,
    epoch: language() + messages.map((one) => names.of(one.unit)).join(),
    make: () => h("li"),
    draw: (node, line) => node.replaceChildren(...partsOf(line, names)),
  });
  setHidden(byId("d-no-notes"), lines.length > 0 || !detail);
  drawRecipients(row, names);
  setHidden(byId("d-note-form"), !may("note"));
}

function partsOf(line, names) {
  const head = h(
    "div",
    { class: "line" },
    h("b", {}, line.actor),
    line.unit ? h("span", { class: "chip" }, t("note.to", { name: names.of(line.unit) })) : null,
    h("time", { class: "end soft num", datetime: line.at }, timeOfDay(timeUs(line.at))),
  );
  const replies = (line.replies ?? []).map((reply) =>
    h("p", { class: "words" }, `↳ ${reply.text} · ${timeOfDay(timeUs(reply.at))}`),
  );
  return [
    head,
    h("p", { class: "words" }, line.text),
    ...replies,
    ...(line.unit ? [h("p", { class: "under" }, deliveryOf(line))] : []),
  ];
}

/** Whether the crew read it; of another district's crew, whether it has it at all. */
function deliveryOf(line) {
  if (line.read_at) return t("note.read", { at: timeOfDay(timeUs(line.read_at)) });
  if (line.not_reached) {
    return t("note.not_reached", { why: codeText("reason", line.not_reached) });
  }
  return t(line.order && !line.reached_at ? "note.sent" : "note.unread");
}

/** The case itself, and the crews that are sent to it. */
function drawRecipients({ slots }, names) {
  const units = may("message") ? slots.filter((slot) => slot.unit).map((slot) => slot.unit) : [];
  const options = [
    { value: THE_CASE, text: t("note.for_the_case") },
    ...[...new Set(units)].map((unit) => ({
      value: unit,
      text: t("note.to", { name: names.of(unit) }),
    })),
  ];
  updateList(byId("d-note-to"), options, {
    keyOf: (option) => `to-${option.value}`,
    make: (option) => h("option", { value: option.value }),
    draw: (node, option) => setText(node, option.text),
  });
}

async function send(event) {
  event.preventDefault();
  const field = byId("d-note");
  const text = field.value.trim();
  if (!text || isSending) return;
  isSending = true;
  try {
    const about = incident;
    const actor = await ensureOperatorName();
    if (!actor) return;
    const unit = byId("d-note-to").value;
    const verb = unit === THE_CASE ? "note" : "message";
    const to = unit === THE_CASE ? {} : { unit };
    const outcome = await sendAction("/api/v1/actions", {
      actor,
      incident: about,
      verb,
      text,
      ...to,
    });
    toastOutcome(codeText("verb", verb), outcome);
    if (outcome.done && about === incident) field.value = "";
  } finally {
    isSending = false;
  }
}

byId("d-note-form").addEventListener("submit", send);
