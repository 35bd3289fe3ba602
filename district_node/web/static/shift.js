// Between two shifts: what colleagues handed over and nobody has taken yet, and the field that hands
// over one's own open cases with a note.
import { get, sendAction, toastOutcome } from "/shared/actions.js";
import { timeOfDay, timeUs } from "/shared/clock.js";
import { ensureOperatorName, operatorName } from "/shared/dialogs.js";
import { onLanguage, t } from "/shared/i18n.js";
import { h, setHidden, setText } from "/shared/keyed_list.js";
import { may } from "/shared/person.js";

const LOOK_MS = 30_000; // a shift begins a few times a day
const byId = (id) => document.getElementById(id);
let waiting = []; // hand-overs that nobody has taken

/** Whether this person may take it: it is for everybody, or for just this one. */
const isMine = ({ person }) => !person || person === operatorName();

async function look() {
  const { hand_overs: all = [] } = (await get("/api/v1/hand-overs")) ?? {};
  waiting = all.filter((one) => !one.taken_by && one.actor !== operatorName());
  draw();
}

function draw() {
  const mine = waiting.filter(isMine).length;
  setText(byId("shift-count"), mine ? String(mine) : "");
  setHidden(byId("shift-none"), waiting.length > 0);
  byId("shift-list").replaceChildren(...waiting.map(line));
}

function line(one) {
  const at = { name: one.actor, at: timeOfDay(timeUs(one.at)), n: one.incidents.length };
  const whom = one.person ? t("shift.for", { name: one.person }) : t("shift.for_anybody");
  const pressed = () => act({ verb: "take_over", hand_over: one.id }, t("shift.take"));
  const take = h(
    "button",
    { type: "button", class: "small", "data-take": one.id, onclick: pressed },
    t("shift.take"),
  );
  return h(
    "li",
    {},
    h("div", { class: "line" }, h("b", {}, t("shift.from", at)), h("span", { class: "end" }, take)),
    h("p", { class: "words" }, one.text),
    h("p", { class: "under" }, whom),
  );
}

async function act(action, title) {
  const actor = await ensureOperatorName();
  if (!actor) return;
  const outcome = await sendAction("/api/v1/shift-actions", { ...action, actor });
  toastOutcome(title, outcome);
  if (outcome.done) byId("shift-dialog").close();
  await look();
}

function handOver(event) {
  event.preventDefault();
  const [person, text] = ["shift-person", "shift-text"].map((id) => byId(id).value.trim());
  act({ verb: "hand_over", person, text }, t("shift.hand_over"));
}

/** Begin to look for what was handed over. */
export function beginShift() {
  setHidden(byId("shift"), !may("give"));
  byId("shift").addEventListener("click", async () => {
    await look();
    byId("shift-form").reset();
    byId("shift-dialog").showModal();
  });
  byId("shift-form").addEventListener("submit", handOver);
  onLanguage(draw);
  setInterval(look, LOOK_MS);
  look();
}
