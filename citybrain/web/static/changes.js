// The client of /api/v1/changes: windows of lists, kept up by pages and differences as
// docs/protocols/changes.md says. Draws nothing.
import { keepOpen } from "./connection.js";

const REOPEN_MS = 80; // a scroll or a held key asks for many windows; each opening is one request

/**
 * Watch the windows that `views()` asks for, each a View of the API: {name, collection, filter,
 * search, order_by, offset, limit} or {name, collection, key} for one row in full.
 *
 * `onChange(name, rows, total, window)` is called for each window that changed: `rows` are its rows
 * in order, {key, value}; `total` is how many match, in the window or not. `window` has its
 * `offset`, and `entered`: the keys that a difference brought. One row in full is a window of one,
 * or of none where there is no such row. `onState(isUp)` hears of the link.
 *
 * Returns {reopen}: call it when `views()` may give others; what has not changed costs nothing.
 */
export function watchChanges({ views, onChange, onState }) {
  // `asked`: what the open stream was asked for; `given`: what each window was given for
  const watch = { windows: new Map(), asked: new Map(), given: new Map(), text: "", version: "" };
  let [openedAt, waiting] = [0, 0];

  const address = () => {
    const wanted = views();
    watch.text = JSON.stringify(wanted);
    watch.asked = new Map(wanted.map((view) => [view.name, JSON.stringify(view)]));
    openedAt = performance.now();
    for (const name of watch.windows.keys()) if (!watch.asked.has(name)) forget(name);
    const isFresh = ({ name }) => watch.given.get(name) !== watch.asked.get(name);
    const sent = wanted.map((view) => (isFresh(view) ? { ...view, fresh: true } : view));
    const query = new URLSearchParams(sent.map((view) => ["views", JSON.stringify(view)]));
    if (watch.version) query.set("since", watch.version);
    return `/api/v1/changes?${query}`;
  };
  const forget = (name) => watch.windows.delete(name) && watch.given.delete(name);
  const take = (changes) => {
    watch.version = ""; // where one cannot be applied, the next stream begins with whole pages
    for (const { name, ...change } of changes.views) {
      watch.windows.set(name, apply(watch.windows.get(name), change));
      watch.given.set(name, watch.asked.get(name));
    }
    watch.version = changes.version;
    for (const { name } of changes.views) {
      const window = watch.windows.get(name);
      onChange(name, rowsOf(window), window.total, window);
    }
  };
  const connection = keepOpen({ address, onMessage: take, onState });
  const isOther = () => JSON.stringify(views()) !== watch.text;
  const openNow = () => {
    waiting = 0;
    if (isOther()) connection.open();
  };
  const reopen = () => {
    if (waiting || !isOther()) return;
    const wait = openedAt + REOPEN_MS - performance.now();
    if (wait <= 0) openNow();
    else waiting = setTimeout(openNow, wait);
  };
  return { reopen };
}

/** The window that `change`, a ViewChange without its name, makes of `window`. */
export function apply(window, { page, delta, row, gone }) {
  if (gone) return windowOf([], { total: 0, offset: 0 });
  if (row) return windowOf([row], { total: 1, offset: 0 });
  if (page) return windowOf(page.rows, page);
  const moved = new Set([...delta.removed, ...delta.placed.map(({ key }) => key)]);
  const keys = window.keys.filter((key) => !moved.has(key));
  for (const { index, key } of delta.placed) keys.splice(index, 0, key);
  const fresh = new Map(delta.rows.map((row) => [row.key, valueOf(row)]));
  const values = new Map(keys.map((key) => [key, fresh.get(key) ?? window.values.get(key)]));
  const entered = keys.filter((key) => !window.values.has(key));
  return { keys, values, total: delta.total, offset: window.offset, entered };
}

function windowOf(rows, { total, offset }) {
  const values = new Map(rows.map((row) => [row.key, valueOf(row)]));
  return { keys: [...values.keys()], values, total, offset, entered: [] };
}

const rowsOf = ({ keys, values }) => keys.map((key) => ({ key, value: values.get(key) }));

/** A row has its key, and its value under the name of the list. */
function valueOf({ key, ...value }) {
  return Object.values(value)[0];
}
