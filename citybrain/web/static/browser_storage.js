// What this browser keeps between two openings of a page. A browser may keep nothing (a private
// window, a full or forbidden storage): the page then goes on in memory, and can say so.
const PROBE = "citybrain-probe";
const memory = new Map(); // what could not be kept
let kept = probed();

/** Whether what is written outlives this page. */
export const isKept = () => kept;

/** The text under `key`; null: there is none. */
export function readText(key) {
  if (memory.has(key)) return memory.get(key);
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Write `text` under `key`; null takes away what was there. */
export function writeText(key, text) {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
    memory.delete(key);
  } catch {
    kept = false;
    memory.set(key, text);
  }
}

/** The value that `write` wrote under `key`; null: nothing, or nothing that can be read. */
export function read(key) {
  try {
    return JSON.parse(readText(key) ?? "null");
  } catch {
    return null; // another program's text under our name
  }
}

/** Write a value of JSON under `key`; null takes away what was there. */
export const write = (key, value) => writeText(key, value === null ? null : JSON.stringify(value));

function probed() {
  try {
    localStorage.setItem(PROBE, "1");
    localStorage.removeItem(PROBE);
    return true;
  } catch {
    return false;
  }
}
