// Whether a crew takes orders: what was said last, and the buttons to say otherwise.
import { sendAction, toastOutcome } from "/shared/actions.js";
import { askReason } from "/shared/dialogs.js";
import { codeText, language, t } from "/shared/i18n.js";
import { setHidden, setText, h, updateList } from "/shared/keyed_list.js";
import { may } from "/shared/person.js";
import { statusText } from "./unit_status.js";

const AWAY = ["break", "off_duty", "out_of_service"];

/** `view`: the crew's screen; `node`: the section that shows it. */
export function drawDuty(view, node, unit) {
  const [text, without, buttons] = node.children;
  const lost = view.lost_capabilities ?? [];
  setText(text, view.status ? statusText(view.status) : "");
  setHidden(text, !view.status);
  setText(without, t("crewpage.without", { what: lost.map(ability).join(", ") }));
  setHidden(without, lost.length === 0);
  const isAway = Boolean(view.status) || lost.length > 0;
  const offered = [...(isAway ? ["ready"] : []), ...(view.status ? [] : AWAY)];
  updateList(buttons, may("set_duty") ? offered.map((verb) => ({ verb })) : [], {
    keyOf: ({ verb }) => verb,
    epoch: language(),
    make: ({ verb }) => {
      const button = h("button", { type: "button", "data-duty": verb });
      button.addEventListener("click", () => say(unit, verb, button));
      return button;
    },
    draw: (button, { verb }) => {
      button.className = verb === "ready" ? "primary" : "quiet";
      setText(button, codeText("unit_verb", verb));
    },
  });
}

const ability = (capability) => codeText("capability", capability);

async function say(unit, verb, button) {
  let reason = "";
  if (verb === "out_of_service") {
    reason = await askReason({
      title: codeText("unit_verb", verb),
      what: codeText("means", "unit_out"),
      presets: ["cannot.vehicle", "cannot.injury", "cannot.equipment"],
    });
    if (reason === null) return;
  }
  button.disabled = true;
  try {
    const path = `/api/v1/units/${encodeURIComponent(unit)}/duties`;
    toastOutcome(codeText("unit_verb", verb), await sendAction(path, { duty: verb, reason }));
  } finally {
    button.disabled = false;
  }
}
