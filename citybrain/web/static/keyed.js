// Draws lists in place: a thing keeps its element while it keeps its key, so that focus, selection and scroll stay. No framework.

/** An element: h("div", {class: "x", "data-id": 3, onclick: f}, child, …); strings become text. */
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

/** Set text only where it differs: an untouched node repaints nothing and keeps a reader's selection. */
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
 * Make the children of `parent` those of `items`, in their order.
 * `keyOf(item)` names it, `make(item)` builds its element, `draw(element, item)` runs only when the item's content (or `epoch`) changed.
 */
export function keyed(parent, items, { keyOf, make, draw, epoch = "" }) {
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

/** Stand `node` at `place` and give the next place, with as few moves as can be: one that sank stays where it is until its turn comes. */
function put(parent, node, place) {
  if (node === place) return place.nextElementSibling;
  if (place && place.nextElementSibling === node) return node.nextElementSibling;
  parent.insertBefore(node, place);
  return place;
}
