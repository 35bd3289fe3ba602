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
    this.total = total;
    updateList(this.list, items, parts);
    if (items.length < total) this.measure(parts.epoch);
    const above = Math.min(offset, total);
    const below = Math.max(0, total - offset - items.length);
    this.list.style.paddingTop = above ? `${above * this.rowPx}px` : "";
    this.list.style.paddingBottom = below ? `${below * this.rowPx}px` : "";
    this.check();
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

  /** A row's height as it is drawn; once, since asking for it lays the page out. */
  measure(epoch = "") {
    const { firstElementChild: first, lastElementChild: last, children } = this.list;
    if (!first || this.measuredFor === epoch + this.list.clientWidth) return;
    this.measuredFor = epoch + this.list.clientWidth;
    const height = last.getBoundingClientRect().bottom - first.getBoundingClientRect().top;
    if (height > 0) this.rowPx = height / children.length;
  }
}
