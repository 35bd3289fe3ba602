// Updates lists in place: an item keeps its element while it keeps its key, so that focus,
// selection and scroll stay. No framework.

/** An element: h("div", {class: "x", onclick: f}, child, …). Strings become text. */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Set text only where it differs: an untouched node is not repainted and keeps its selection. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttr(node, name, value) {
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
}

export function setHidden(node, hidden) {
  if (node.hidden !== hidden) node.hidden = hidden;
}

/**
 * Make the children of `parent` those of `items`, in their order. `keyOf(item)` is its key,
 * `make(item)` builds its element, `draw(element, item)` runs only when the item's content (or
 * `epoch`) changed.
 */
export function updateList(parent, items, { keyOf, make, draw, epoch = "" }) {
  const kept = (parent.keyedNodes ??= new Map());
  const wanted = new Map(items.map((item) => [String(keyOf(item)), item]));
  for (const [key, entry] of kept) {
    if (wanted.has(key)) continue;
    entry.node.remove();
    kept.delete(key);
  }
  let place = parent.firstElementChild;
  for (const [key, item] of wanted) {
    const entry = kept.get(key) ?? made(kept, key, make(item));
    const content = JSON.stringify(item) + epoch;
    if (entry.drawn !== content) {
      entry.drawn = content;
      draw(entry.node, item);
    }
    place = put(parent, entry.node, place);
  }
}

function made(kept, key, node) {
  node.dataset.key = key;
  const entry = { node, drawn: null };
  kept.set(key, entry);
  return entry;
}

/**
 * Put `node` before `place` and return the next place, with as few moves as possible: a node that
 * moves down stays where it is until its place is reached.
 */
function put(parent, node, place) {
  if (node === place) return place.nextElementSibling;
  if (place && place.nextElementSibling === node) return node.nextElementSibling;
  parent.insertBefore(node, place);
  return place;
}
