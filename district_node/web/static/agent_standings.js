// Above the queue: boxes that a person must look at, known and not believed, or waiting to be
// allowed another outbox. One that is gone for good is forgotten from here.
import { sendAction, toastOutcome } from "/shared/actions.js";
import { timeOfDay, timeUs } from "/shared/clock.js";
import { askReason, ensureOperatorName } from "/shared/dialogs.js";
import { codeText, inLanguage, language, t } from "/shared/i18n.js";
import { h, setHidden, setText, updateList } from "/shared/keyed_list.js";
import { may } from "/shared/person.js";

// what can be done to a box that stands so
const VERBS = { outbox_waits: "allow_outbox", revoked: "forget", not_enrolled: "forget" };

/** `standings`: those of the API's District, {agent, name, standing, since}. */
export function drawStandings(standings = []) {
  const list = document.getElementById("standings");
  setHidden(list, standings.length === 0);
  updateList(list, standings, {
    keyOf: ({ agent }) => agent,
    epoch: language(),
    make: ({ agent, name }) => {
      const button = h("button", { type: "button", class: "quiet small" });
      button.addEventListener("click", () =>
        act(button.dataset.verb, agent, inLanguage(name || agent), button),
      );
      return h("li", {}, h("b"), h("span"), h("span", { class: "soft" }), button);
    },
    draw: (node, { agent, name: called, standing, since }) => {
      const [name, what, time, button] = node.children;
      const verb = VERBS[standing];
      setText(name, inLanguage(called || agent));
      node.title = agent; // for whoever installs it
      setText(what, codeText("standing", standing));
      setText(time, since ? t("page.since", { time: timeOfDay(timeUs(since)) }) : "");
      button.dataset.verb = verb ?? "";
      setText(button, verb ? t(`agent.${verb}`) : "");
      setHidden(button, !verb || !may(verb));
    },
  });
}

async function act(verb, agent, name, button) {
  const actor = await ensureOperatorName();
  if (!actor) return;
  const reason = verb === "forget" ? await askWhy(name) : "";
  if (reason === null) return;
  button.disabled = true;
  try {
    const action = { actor, agent, verb, reason };
    toastOutcome(
      `${t(`agent.${verb}`)} · ${name}`,
      await sendAction("/api/v1/agent-actions", action),
    );
  } finally {
    button.disabled = false;
  }
}

const askWhy = (name) =>
  askReason({ title: t("agent.forget"), what: t("agent.forget_what", { name }), needed: false });
