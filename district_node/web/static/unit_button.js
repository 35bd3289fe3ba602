// Beside a unit: what an operator may do about one that gets no order, or whose crew is not heard of.
import { sendAction, toastOutcome } from "/shared/actions.js";
import { askReason, ensureOperatorName } from "/shared/dialogs.js";
import { codeText, inLanguage } from "/shared/i18n.js";
import { h, setHidden, setText } from "/shared/keyed_list.js";
import { may } from "/shared/person.js";

const PERMISSIONS = { ready: "set_duty", release: "release_unit" };

export function unitButton(unit) {
  const button = h("button", { type: "button", class: "quiet small unit-verb" });
  button.addEventListener("click", () => act(unit, button));
  return button;
}

/** `unit`: a row of the units, with its status and what its crew is overdue with. */
export function drawUnitButton(button, unit) {
  const isAway = Boolean(unit.status) || unit.without.length > 0;
  const verb = unit.overdue ? "release" : isAway ? "ready" : "";
  button.dataset.verb = verb;
  button.dataset.name = inLanguage(unit.name);
  setHidden(button, !verb || !may(PERMISSIONS[verb]));
  setText(button, codeText("unit_verb", verb || "ready")); // hidden it has a name, too
}

async function act(unit, button) {
  const { verb, name } = button.dataset;
  const actor = await ensureOperatorName();
  if (!actor) return;
  const title = `${codeText("unit_verb", verb)} · ${name}`;
  const reason = await askReason({ title, what: name, needed: verb === "release" });
  if (reason === null) return;
  button.disabled = true;
  try {
    const action = { actor, unit, verb, reason };
    toastOutcome(title, await sendAction("/api/v1/unit-actions", action));
  } finally {
    button.disabled = false;
  }
}
