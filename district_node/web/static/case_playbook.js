// What the playbook of the chosen incident says to a person: when such a case opens, by when it must
// be handled, when it may close. The case keeps the playbook that it opened with.
import { language, t } from "/shared/i18n.js";
import { h, setHidden, setText, updateList } from "/shared/keyed_list.js";

const byId = (id) => document.getElementById(id);
const TEXTS = ["opens", "time_limit", "closes"];

/** The class of its kind in the city's grid tables, which are Chinese. */
function classOf({ grid, grid_code }) {
  const name = [grid, grid_code].filter(Boolean).join(" ");
  return name && t("playbook.grid", { name });
}

/** Draw the texts of `detail`'s playbook (null: it is on its way). */
export function drawPlaybook(detail) {
  const playbook = detail?.handled_by;
  const said = TEXTS.map((name) => ({
    name,
    text: playbook?.texts?.[`${name}_${language()}`] ?? "",
  })).filter((one) => one.text);
  updateList(byId("d-playbook"), said, {
    keyOf: (one) => one.name,
    epoch: language(),
    make: () => h("li", {}, h("b"), h("span")),
    draw: (node, one) => {
      setText(node.firstChild, t(`playbook.${one.name}`));
      setText(node.lastChild, one.text);
    },
  });
  const notes = playbook
    ? [
        classOf(playbook),
        playbook.id && !playbook.current ? t("playbook.older") : "",
      ].filter(Boolean)
    : [];
  setHidden(byId("d-playbook-notes"), !notes.length);
  setText(byId("d-playbook-notes"), notes.join(" · "));
  setHidden(byId("d-playbook-title"), !said.length && !notes.length);
}
