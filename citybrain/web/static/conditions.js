// The banner of what is wrong with the node itself, such as a full disk. Every page that shows a
// node has it.
import { timeOfDay, timeUs } from "./clock.js";
import { codeText, language, t } from "./i18n.js";
import { h, setHidden, setText, updateList } from "./keyed_list.js";

/** `conditions`: those of the API's District or City, {code, since}. */
export function drawConditions(conditions = []) {
  const banner = document.getElementById("conditions");
  setHidden(banner, conditions.length === 0);
  updateList(banner, conditions, {
    keyOf: (condition) => condition.code,
    epoch: language(),
    make: () => h("li", {}, h("b"), h("span")),
    draw: (node, { code, since }) => {
      setText(node.firstChild, codeText("condition", code));
      setText(node.lastChild, t("page.since", { time: timeOfDay(timeUs(since)) }));
    },
  });
}
