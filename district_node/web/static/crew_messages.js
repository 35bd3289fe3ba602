// What the district wrote to this crew, on its phone: the newest first, each with a field for the
// answer. A message counts as read when the crew says so, or answers.
import { sendAction, toastOutcome } from "/shared/actions.js";
import { ageText, timeUs } from "/shared/clock.js";
import { language, t } from "/shared/i18n.js";
import { h, setHidden, updateList } from "/shared/keyed_list.js";
import { may } from "/shared/person.js";

const SHOWN_MAX = 5;
const byId = (id) => document.getElementById(id);

/** Draw the messages of `view`, a crew's screen. */
export function drawMessages(view) {
  const shown = view.messages.slice(0, SHOWN_MAX);
  setHidden(byId("messages"), shown.length === 0);
  updateList(byId("message-list"), shown, {
    keyOf: (one) => one.id,
    epoch: language(),
    make: (one) => makeMessage(view.unit, one),
    draw: drawMessage,
  });
}

function makeMessage(unit, { id }) {
  const field = h("input", { maxlength: 4000, autocomplete: "off" });
  const node = h("li", {}, h("div"), h("form", {}, field, h("button", { type: "submit" })));
  const form = node.lastChild;
  form.append(h("button", { type: "button", class: "quiet", onclick: () => reply(unit, id, "") }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (text && (await reply(unit, id, text))) field.value = "";
  });
  return node;
}

function drawMessage(node, one) {
  const [said, form] = node.children;
  node.className = one.read_at ? "" : "is-unread";
  said.replaceChildren(
    h("p", { class: "soft" }, `${writerOf(one)} · ${ageText(timeUs(one.at))}`),
    h("p", { class: "words" }, one.text),
    ...one.replies.map((answer) => h("p", { class: "words soft" }, `↳ ${answer.text}`)),
  );
  setHidden(form, !may("answer_message"));
  const [field, send, read] = form.children;
  field.setAttribute("aria-label", t("crewpage.answer"));
  field.placeholder = t("crewpage.answer");
  send.textContent = t("crewpage.send");
  read.textContent = t("crewpage.read");
  setHidden(read, Boolean(one.read_at));
}

/** Who wrote it, and of which district where that is another one. */
function writerOf(one) {
  const from = one.district_name || one.district;
  return from ? `${one.actor} · ${from}` : one.actor;
}

/** Whether it was taken; a toast says why not. */
async function reply(unit, message, text) {
  const path = `/api/v1/units/${encodeURIComponent(unit)}/replies`;
  const outcome = await sendAction(path, { message, text });
  if (text || !outcome.done) toastOutcome(t("crewpage.answer"), outcome);
  return outcome.done;
}
