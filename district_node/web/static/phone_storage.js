// What this phone keeps between two openings of the page. A browser may keep nothing (a private
// window, a full or forbidden storage): the page then goes on in memory, and can say so.
const PROBE = "citybrain-probe";
const memory = new Map(); // what could not be kept
let kept = probed();

/** Whether what is written outlives this page. */
export const isKept = () => kept;

/** What was written under `key`; null: nothing, or nothing that can be read. */
export function read(key) {
  if (memory.has(key)) return memory.get(key);
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** Write `value` under `key`; null takes away what was there. */
export function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    memory.delete(key);
  } catch {
    kept = false;
    memory.set(key, value);
  }
}

function probed() {
  try {
    localStorage.setItem(PROBE, "1");
    localStorage.removeItem(PROBE);
    return true;
  } catch {
    return false;
  }
}
