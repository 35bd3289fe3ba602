// Dialogs that ask for a reason or a name. They are native, so focus is trapped and Escape works.
// Sends nothing.
import "./pasted.js";
import { readText, writeText } from "./browser_storage.js";
import { h } from "./keyed_list.js";
import { onLanguage, t } from "./i18n.js";
import { person } from "./person.js";

const STORAGE_KEY = "citybrain-operator";
const byId = (id) => document.getElementById(id);

/**
 * The name of who signed in; where nobody signs in, the one that was entered before on this
 * machine. "" when there is none.
 */
export const operatorName = () => person || (readText(STORAGE_KEY) ?? "");

/** Ask for a name and remember it; "" when the dialog is cancelled. */
export async function askOperatorName() {
  const field = byId("operator-input");
  field.value = operatorName();
  const answer = await shown(byId("operator-dialog"), field);
  if (answer !== "ok" || !field.value.trim()) return "";
  writeText(STORAGE_KEY, field.value.trim());
  showOperatorName();
  return operatorName();
}

/** The name; asks for it only when it is not known yet. */
export const ensureOperatorName = async () => operatorName() || (await askOperatorName());

/** A button that shows the operator's name and asks for it when pressed; null: he signed in. */
export function operatorButton(button) {
  if (!button) return;
  button.addEventListener("click", askOperatorName);
  onLanguage(showOperatorName);
  showOperatorName();
}

function showOperatorName() {
  const button = byId("operator");
  if (button) button.textContent = operatorName() || t("page.nobody");
}

/**
 * Ask for a reason: the text, or null when the dialog is cancelled. `presets` are text keys that
 * are offered as buttons; `onPick(key)` is called when one is pressed.
 */
export async function askReason({ title, what, presets = [], needed = true, onPick = () => {} }) {
  const [field, send] = [byId("reason-text"), byId("reason-send")];
  byId("reason-title").textContent = title;
  byId("reason-subject").textContent = what;
  byId("reason-note").hidden = !needed;
  field.value = "";
  const check = () => (send.disabled = needed && !field.value.trim());
  field.oninput = check;
  field.onkeydown = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (!send.disabled) send.click();
    }
  };
  const offers = presets.map((key) =>
    h(
      "button",
      {
        type: "button",
        onclick: () => ((field.value = t(key)), onPick(key), check(), field.focus()),
      },
      t(key),
    ),
  );
  byId("reason-presets").replaceChildren(...offers);
  check();
  const answer = await shown(byId("reason-dialog"), field);
  return answer === "ok" ? field.value.trim() : null;
}

function shown(dialog, focus) {
  return new Promise((done) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => done(dialog.returnValue), { once: true });
    dialog.showModal();
    focus.focus();
  });
}

document.addEventListener("click", (event) =>
  event.target.closest?.("[data-dismiss]")?.closest("dialog")?.close(),
);
