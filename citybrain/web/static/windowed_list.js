// A long list of which only a window is in the page: empty room above and below stands for the
// rest, and the window follows the scroll. Rows of one list are about equally high.
import { updateList } from "./keyed_list.js";

const STEP = 25; // windows begin at its multiples, so that many screens share one
const AHEAD = 30; // rows above what is seen that a new window begins at
const NEAR = 12; // rows around what is seen that are always there
const ROWS = 100; // of a window, and as many again for every further hundred that a screen shows
const ROWS_MAX = 500; // what the API gives

export class WindowedList {
  /**
   * `scroller` scrolls `list`, whose children are the rows; `rowPx` is a row's height until one is
   * measured. `onMove()` is called when another window is needed: `window()` is the one.
   */
  constructor({ scroller, list, rowPx, onMove }) {
    Object.assign(this, { scroller, list, rowPx, onMove });
    this.wanted = { offset: 0, limit: ROWS };
    this.total = 0;
    this.offset = 0; // of the rows that are drawn
    this.keys = []; // theirs
    this.measuredFor = "";
    scroller.addEventListener("scroll", () => this.check(), { passive: true });
    new ResizeObserver(() => this.check()).observe(scroller);
  }

  /** The offset and limit of the rows to ask for. */
  window() {
    return this.wanted;
  }

  /** Show `items`, the rows from `offset` of `total`; `parts` as in `updateList`. */
  draw(items, { offset, total, ...parts }) {
    const keys = items.map((item) => String(parts.keyOf(item)));
    const shift = this.shiftTo(keys, offset);
    Object.assign(this, { total, offset, keys });
    updateList(this.list, items, parts);
    // before anything is read: a list that is short for a moment would lose its scroll
    this.leaveRoom();
    if (keys.length < total && this.measure(parts.epoch)) this.leaveRoom();
    if (shift && this.scroller.scrollTop > 0) this.scroller.scrollTop += shift * this.rowPx;
    this.check();
  }

  /** Empty room above and below for the rows that are not drawn. */
  leaveRoom() {
    const above = Math.min(this.offset, this.total);
    const below = Math.max(0, this.total - this.offset - this.keys.length);
    this.list.style.paddingTop = above ? `${above * this.rowPx}px` : "";
    this.list.style.paddingBottom = below ? `${below * this.rowPx}px` : "";
  }

  /**
   * By how many rows what is seen moves down when the rows of `keys` are drawn from `offset`: a row
   * that comes in above moves the list, and not what is looked at.
   */
  shiftTo(keys, offset) {
    const first = Math.floor(this.scroller.scrollTop / this.rowPx) - this.offset;
    const shown = Math.ceil(this.scroller.clientHeight / this.rowPx);
    if (first < 0) return 0;
    const now = new Map(keys.map((key, i) => [key, i + offset]));
    const shifts = this.keys
      .slice(first, first + shown)
      .map((key, i) => now.get(key) - (this.offset + first + i))
      .filter((shift) => !Number.isNaN(shift))
      .sort((a, b) => a - b);
    return shifts[Math.floor(shifts.length / 2)] ?? 0; // of most: one row may leave for the top
  }

  /** Scroll to where the row of that index is, or will be. */
  scrollTo(index) {
    const middle = (index + 0.5) * this.rowPx;
    this.scroller.scrollTop = Math.max(0, middle - this.scroller.clientHeight / 2);
    this.check();
  }

  /** Take another window, if the scroll has come near the end of this one. */
  check() {
    const shown = Math.ceil(this.scroller.clientHeight / this.rowPx);
    const first = Math.min(Math.floor(this.scroller.scrollTop / this.rowPx), this.total);
    const { offset, limit } = this.wanted;
    const isInside =
      Math.max(0, first - NEAR) >= offset &&
      Math.min(this.total, first + shown + NEAR) <= offset + limit;
    if (isInside) return;
    const fitting = Math.ceil((shown + AHEAD + STEP + NEAR) / ROWS) * ROWS;
    this.wanted = {
      offset: Math.max(0, Math.floor((first - AHEAD) / STEP) * STEP),
      limit: Math.min(ROWS_MAX, fitting),
    };
    this.onMove();
  }

  /** Measure a row's height, once for a language and width; whether it is another. */
  measure(epoch = "") {
    const { firstElementChild: first, lastElementChild: last, children } = this.list;
    const { size = "" } = document.documentElement.dataset; // of the text
    const measuredFor = epoch + size + this.list.clientWidth;
    if (!first || this.measuredFor === measuredFor) return false;
    this.measuredFor = measuredFor;
    const height = last.getBoundingClientRect().bottom - first.getBoundingClientRect().top;
    const before = this.rowPx;
    if (height > 0) this.rowPx = height / children.length;
    return this.rowPx !== before;
  }
}
