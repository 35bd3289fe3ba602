// What a crew should know of its case beside the place: what its playbook says, in at most three
// lines, and whom to call about it.
import { language, t } from "/shared/i18n.js";
import { h, setHidden, setText, updateList } from "/shared/keyed_list.js";

// what to bring about stands first; why there is a case is what a crew sees when it is there
const LINES = ["closes", "time_limit", "opens"];
const PHONE_NUMBER = /^\+?[\d][\d\s()./-]{2,}$/;
const byId = (id) => document.getElementById(id);

/** Draw what `view`, a crew's screen, says of its order; null: it has none that counts. */
export function drawAdvice(view) {
  const texts = view?.what_to_do ?? {};
  const said = LINES.map((name) => ({ name, text: texts[`${name}_${language()}`] })).filter(
    (one) => one.text,
  );
  setHidden(byId("advice"), !said.length);
  updateList(byId("advice-list"), said, {
    keyOf: (one) => one.name,
    epoch: language(),
    make: () => h("li", {}, h("b"), h("span")),
    draw: (node, one) => {
      setText(node.firstChild, t(`crewpage.${one.name}`));
      setText(node.lastChild, one.text);
    },
  });
  drawContact(view?.contact ?? "");
}

/** A number is called by a press; an address of another form is shown as it is. */
function drawContact(contact) {
  const isNumber = PHONE_NUMBER.test(contact);
  setHidden(byId("contact"), !contact);
  updateList(byId("contact-value"), contact ? [{ contact }] : [], {
    keyOf: () => contact,
    make: () =>
      isNumber
        ? h("a", { id: "contact-call", href: `tel:${contact.replace(/[^\d+]/g, "")}` }, contact)
        : h("b", { id: "contact-text" }, contact),
    draw: () => {},
  });
}
