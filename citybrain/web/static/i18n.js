// Words in two languages, switched in place. Texts in the page carry data-w (text), data-w-label (aria-label), data-w-title or data-w-hint (placeholder).
import words from "/words.js";

const COOKIE = "citybrain-lang";
const TAGS = { en: "en", zh: "zh-Hans" };
const listeners = [];
let lang = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

export const language = () => lang;

export function onLanguage(listener) {
  listeners.push(listener);
}

/** The text of `key` with {name} filled in; the key itself, made readable, where the table has none. */
export function t(key, values) {
  const text = words[key]?.[lang] ?? readable(key.slice(key.lastIndexOf(".") + 1));
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole) : text;
}

export const knows = (key) => key in words;

/** The word for a code of one closed set, e.g. word("stage", "opened"). */
export const word = (family, code) => t(`${family}.${code}`);

const FAMILIES = ["reason", "what", "stage", "order", "crew", "reobserve", "verdict", "unit", "drive", "verb", "visibility"];

/** The words for a reason: a code such as "busy" or "stage:on_scene", or a sentence whose beginning is known; any other text comes back as it is. */
export function reason(code, families = FAMILIES) {
  if (!code) return "";
  for (const part of [code, code.split(/ \(|;/)[0]]) {
    const plain = part.toLowerCase().replace(/'/g, "").replace(/[ -]/g, "_");
    const family = families.find((name) => knows(`${name}.${plain}`));
    if (family) return word(family, plain);
  }
  const cut = code.indexOf(":");
  if (cut > 0 && !code.includes(" ") && cut < code.length - 1) return `${reason(code.slice(0, cut), families)}: ${reason(code.slice(cut + 1), families)}`;
  return /^[a-z0-9_]+$/.test(code) ? readable(code) : code;
}

/** What a history line says: the steps of a life first, reasons last. */
export const happened = (code) => reason(code, ["what", "stage", "order", "crew", "reobserve", "verb", "unit", "drive", "verdict", "reason"]);

/** A name that was given in both languages, as "Riverside / 滨江区" or "Riverside 滨江区": the half that fits. Any other name comes back as it is. */
export function inLanguage(name) {
  const halves = /^(.*[A-Za-z].*?)(?: \/ | )([\u3400-\u9fff].*)$/.exec(name);
  return halves ? halves[lang === "zh" ? 2 : 1] : name;
}

const readable = (code) => code.replace(/_/g, " ");

export function setLanguage(next) {
  if (!(next in TAGS) || next === lang) return;
  lang = next;
  document.documentElement.lang = TAGS[lang];
  document.cookie = `${COOKIE}=${lang}; path=/; max-age=${365 * 86400}; samesite=lax`;
  translate(document);
  mark();
  for (const listener of listeners) listener(lang);
}

/** Put the words of the present language into every marked element below `root`. */
export function translate(root) {
  for (const node of root.querySelectorAll("[data-w]")) node.textContent = t(node.dataset.w);
  for (const node of root.querySelectorAll("[data-w-label]")) node.setAttribute("aria-label", t(node.dataset.wLabel));
  for (const node of root.querySelectorAll("[data-w-title]")) node.title = t(node.dataset.wTitle);
  for (const node of root.querySelectorAll("[data-w-hint]")) node.placeholder = t(node.dataset.wHint);
}

function mark() {
  for (const button of document.querySelectorAll("[data-lang]")) button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
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
