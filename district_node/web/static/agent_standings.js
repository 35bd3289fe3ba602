// Above the queue: boxes that a person must look at, known and not believed, or waiting to be
// allowed another outbox.
import { sendAction, toastOutcome } from "/shared/actions.js";
import { timeOfDay, timeUs } from "/shared/clock.js";
import { ensureOperatorName } from "/shared/dialogs.js";
import { codeText, inLanguage, language, t } from "/shared/i18n.js";
import { h, setHidden, setText, updateList } from "/shared/keyed_list.js";
import { may } from "/shared/person.js";

const VERB = "allow_outbox";

/** `standings`: those of the API's District, {agent, name, standing, since}. */
export function drawStandings(standings = []) {
  const list = document.getElementById("standings");
  setHidden(list, standings.length === 0);
  updateList(list, standings, {
    keyOf: ({ agent }) => agent,
    epoch: language(),
    make: ({ agent, name }) => {
      const button = h("button", { type: "button", class: "quiet small" });
      button.addEventListener("click", () => allow(agent, inLanguage(name || agent), button));
      return h("li", {}, h("b"), h("span"), h("span", { class: "soft" }), button);
    },
    draw: (node, { agent, name: called, standing, since }) => {
      const [name, what, time, button] = node.children;
      setText(name, inLanguage(called || agent));
      node.title = agent; // for whoever installs it
      setText(what, codeText("standing", standing));
      setText(time, since ? t("page.since", { time: timeOfDay(timeUs(since)) }) : "");
      setText(button, t("agent.allow_outbox"));
      setHidden(button, standing !== "outbox_waits" || !may(VERB));
    },
  });
}

async function allow(agent, name, button) {
  const actor = await ensureOperatorName();
  if (!actor) return;
  button.disabled = true;
  try {
    const action = { actor, agent, verb: VERB, reason: "" };
    toastOutcome(
      `${t("agent.allow_outbox")} · ${name}`,
      await sendAction("/api/v1/agent-actions", action),
    );
  } finally {
    button.disabled = false;
  }
}
