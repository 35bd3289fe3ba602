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
  const seen = new Set();
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    if (seen.has(key)) continue;
    seen.add(key);
    let entry = kept.get(key);
    if (!entry) {
      const node = make(item);
      node.dataset.key = key;
      entry = { node, drawn: null };
      kept.set(key, entry);
    }
    const content = JSON.stringify(item) + epoch;
    if (entry.drawn !== content) {
      entry.drawn = content;
      draw(entry.node, item);
    }
    if (entry.node === place) place = place.nextElementSibling;
    else parent.insertBefore(entry.node, place);
  }
  for (const [key, entry] of kept) {
    if (seen.has(key)) continue;
    entry.node.remove();
    kept.delete(key);
  }
}
