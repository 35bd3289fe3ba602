// What cannot be undone is sent at the second press: the first says on the button what the second
// will do.
import { t } from "/shared/i18n.js";
import { setText } from "/shared/keyed_list.js";

/**
 * Let the dialog's `form` be sent by a second press of its button, which has the text `key` after
 * the first. A change of what was entered asks for both again. Returns what ends all that.
 */
export function askTwice(form, key) {
  const button = form.querySelector("[value=ok]");
  let isAsked = false;
  const say = (asked) => {
    isAsked = asked;
    setText(button, t(asked ? key : "page.send"));
    button.classList.toggle("danger", asked);
    button.classList.toggle("primary", !asked);
  };
  form.onsubmit = (event) => {
    if (isAsked) return;
    event.preventDefault();
    say(true);
  };
  form.oninput = () => say(false);
  return () => {
    say(false);
    form.onsubmit = form.oninput = null;
  };
}
