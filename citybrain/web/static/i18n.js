// Texts in two languages, switched in place. Elements carry data-i18n (text), data-i18n-label
// (aria-label), data-i18n-title or data-i18n-hint (placeholder).
import translations from "/translations.js";

const COOKIE = "citybrain-lang";
const TAGS = { en: "en", zh: "zh-Hans" };
const listeners = [];
let lang = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

export const language = () => lang;

export function onLanguage(listener) {
  listeners.push(listener);
  return () => listeners.splice(listeners.indexOf(listener), 1);
}

/**
 * The text of `key` with {name} filled in; {name|case|cases} is the first of two words where the
 * value is one. Where the table has none, a readable form of what
 * stands behind the family's name: a kind of an unknown scene pack has a dot of its own.
 */
export function t(key, values) {
  const text = translations[key]?.[lang] ?? readable(key.slice(key.indexOf(".") + 1));
  if (!values) return text;
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, name, one, other) => {
    const value = values[name];
    if (other === undefined) return value ?? whole;
    return String(value) === "1" ? one : other;
  });
}

export const hasText = (key) => key in translations;

/** The keys of one family that have a text, e.g. of the capabilities that the packs name. */
export const keysOf = (family) =>
  Object.keys(translations).filter((key) => key.startsWith(`${family}.`));

/** The text of a code of one family, e.g. codeText("stage", "opened"); total over any code. */
export const codeText = (family, code) => t(`${family}.${code}`);

/** A scene rule as its pack calls it; one that was written by hand, by its id. */
export const ruleText = (id) => (hasText(`rule_id.${id}`) ? codeText("rule_id", id) : id);

const FAMILIES = [
  "reason",
  "history",
  "stage",
  "order",
  "crew",
  "verification",
  "verdict",
  "unit",
  "saga",
  "verb",
  "visibility",
  "disposition",
];

const kind = (value) => codeText("kind", value);
const severity = (value) => codeText("severity", value);
// codes whose values are words of a vocabulary
const VALUES = { case_kind: kind, kinds: kind, severities: severity };

/**
 * The text of a reason: of a code such as "busy" or "stage:on_scene", or of a sentence whose
 * beginning is known. "code:a:b" fills the text of `reason.code.2`, where there is one. Any other
 * text is returned unchanged.
 */
export function reason(code, families = FAMILIES) {
  if (!code) return "";
  for (const part of [code, code.split(/ \(|;/)[0]]) {
    const plain = part.toLowerCase().replace(/'/g, "").replace(/[ -]/g, "_");
    const family = families.find((name) => hasText(`${name}.${plain}`));
    if (family) return codeText(family, plain);
  }
  const [head, ...values] = code.split(":");
  const filled = `reason.${head}.${values.length}`;
  if (hasText(filled)) return t(filled, head in VALUES ? values.map(VALUES[head]) : values);
  const cut = code.indexOf(":");
  if (cut > 0 && !code.includes(" ") && cut < code.length - 1)
    return `${reason(code.slice(0, cut), families)}: ${reason(code.slice(cut + 1), families)}`;
  return /^[a-z0-9_]+$/.test(code) ? readable(code) : code;
}

/** The text of a history entry: steps take precedence over reasons. */
const HISTORY_FAMILIES = [
  "history",
  "stage",
  "order",
  "crew",
  "verification",
  "verb",
  "unit",
  "saga",
  "verdict",
  "reason",
];
export const historyText = (code) => reason(code, HISTORY_FAMILIES);

/** The present language's half of a bilingual name ("Riverside / 滨江区"); others unchanged. */
export function inLanguage(name) {
  const halves =
    /^([^\u3400-\u9fff]*[A-Za-z][^\u3400-\u9fff]*?)(?: \/ | )([\u3400-\u9fff].*)$/.exec(name);
  return isolated(halves ? halves[lang === "zh" ? 2 : 1] : name);
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

/** A name of another writing direction, so that it turns nothing round of what stands beside it. */
const isolated = (name) => (RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name);

/** A count as people read it: 10,000. */
export const grouped = (n) => n.toLocaleString("en");

const readable = (code) => code.replace(/_/g, " ");

export function setLanguage(next) {
  if (!(next in TAGS) || next === lang) return;
  lang = next;
  document.documentElement.lang = TAGS[lang];
  document.cookie = `${COOKIE}=${lang}; path=/; max-age=${365 * 86400}; samesite=lax`;
  translate(document);
  updateButtons();
  for (const listener of listeners) listener(lang);
}

/** Put the texts of the present language into every marked element below `root`. */
export function translate(root) {
  for (const node of root.querySelectorAll("[data-i18n]")) node.textContent = t(node.dataset.i18n);
  for (const node of root.querySelectorAll("[data-i18n-label]"))
    node.setAttribute("aria-label", t(node.dataset.i18nLabel));
  for (const node of root.querySelectorAll("[data-i18n-title]"))
    node.title = t(node.dataset.i18nTitle);
  for (const node of root.querySelectorAll("[data-i18n-hint]"))
    node.placeholder = t(node.dataset.i18nHint);
}

function updateButtons() {
  for (const button of document.querySelectorAll("[data-lang]"))
    button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
  const bare = new URL(location.href);
  if (bare.searchParams.has("lang")) {
    bare.searchParams.delete("lang"); // the cookie remembers; a reload must not undo the switch
    history.replaceState(null, "", bare);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-lang]");
  if (button) setLanguage(button.dataset.lang);
});
