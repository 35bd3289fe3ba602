// Questions to the person at the screen: a reason, a name. Native dialogs, so focus is trapped and Escape works. Sends nothing.
import { h } from "./keyed.js";
import { onLanguage, t } from "./i18n.js";

const WHO = "citybrain-who";
const byId = (id) => document.getElementById(id);

/** Who sits here, as said before on this machine; "" when nobody has. */
export const who = () => localStorage.getItem(WHO) ?? "";

/** Ask for a name and remember it; "" when the person would rather not. */
export async function askWho() {
  const field = byId("who-name");
  field.value = who();
  const answer = await shown(byId("who-dialog"), field);
  if (answer !== "ok" || !field.value.trim()) return "";
  localStorage.setItem(WHO, field.value.trim());
  showWho();
  return who();
}

/** The name, asked for only when it is not known yet. */
export const named = async () => who() || (await askWho());

/** A button that says who is signed, and asks when pressed. */
export function whoButton(button) {
  button.addEventListener("click", askWho);
  onLanguage(showWho);
  showWho();
}

function showWho() {
  const button = byId("who");
  if (button) button.textContent = who() || t("shell.nobody");
}

/** Ask why: the text, or null when the person turned back. `presets` are word keys offered as one-press texts. */
export async function askReason({ title, what, presets = [], needed = true }) {
  const [field, send] = [byId("reason-text"), byId("reason-send")];
  byId("reason-title").textContent = title;
  byId("reason-what").textContent = what;
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
    h("button", { type: "button", onclick: () => ((field.value = t(key)), check(), field.focus()) }, t(key)),
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

document.addEventListener("click", (event) => event.target.closest?.("[data-dismiss]")?.closest("dialog")?.close());
