// Beside a unit: a button that makes a link for its crew's phone and shows it as a QR code. The link
// is a key: it leaves the page with the dialog.
import { post, toastOutcome } from "/shared/actions.js";
import { timeOfDay, timeUs } from "/shared/clock.js";
import { inLanguage, language, t } from "/shared/i18n.js";
import { h, setHidden, setText } from "/shared/keyed_list.js";
import { may, person } from "/shared/person.js";

const NO_NETWORK = { done: false, reason: "no_network" };
const byId = (id) => document.getElementById(id);
const dialog = byId("phone-link-dialog");

export function linkButton(unit) {
  const button = h("button", { type: "button", class: "quiet small link-phone" });
  button.addEventListener("click", () => link(unit, button));
  return button;
}

/** Offered where people sign in, to whoever may: elsewhere a phone needs no link. */
export function drawLinkButton(button, unit) {
  button.dataset.name = inLanguage(unit.name);
  setHidden(button, !person || !may("link_phone"));
  setText(button, t("side.link_phone"));
  button.title = t("side.link_phone_why", { name: button.dataset.name });
}

async function link(unit, button) {
  const { name } = button.dataset;
  const title = t("phone_link.title", { name });
  button.disabled = true;
  try {
    const made = await post(`/units/${encodeURIComponent(unit)}/phone-links`, {});
    if (made?.done) show(title, made);
    else toastOutcome(title, made ?? NO_NETWORK);
  } finally {
    button.disabled = false;
  }
}

function show(title, { link, qr, expires_at }) {
  const until = timeUs(expires_at);
  const day = dayOf(until);
  setText(byId("phone-link-title"), title);
  setText(byId("phone-link-address"), link);
  setText(byId("phone-link-copy"), t("phone_link.copy"));
  setText(byId("phone-link-until"), t("phone_link.until", { time: timeOfDay(until, false), day }));
  byId("phone-link-qr").src = qr;
  setHidden(byId("phone-link-copy"), !navigator.clipboard);
  dialog.showModal();
}

const dayOf = (us) =>
  new Date(us / 1000).toLocaleDateString(language() === "zh" ? "zh-CN" : "en-GB", {
    weekday: "long",
    day: "numeric",
    month: "long",
  });

byId("phone-link-copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(byId("phone-link-address").textContent);
  setText(byId("phone-link-copy"), t("phone_link.copied"));
});
dialog.addEventListener("close", () => {
  byId("phone-link-qr").removeAttribute("src");
  setText(byId("phone-link-address"), "");
});
