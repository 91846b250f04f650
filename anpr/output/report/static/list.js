"use strict";
/* The list of rows: only those near the visible part of the page are in the document. */

const OVERSCAN_PX = 500; // drawn beyond the window: about one frame of fast scrolling
const MAX_PRINTED_ROWS = 500; // printing draws all rows at once; more would fill a book

class RowList {
  /**
   * @param feed The element that contains the rows.
   * @param make Makes the article element of a row.
   */
  constructor(feed, make) {
    this.feed = feed;
    this.make = make;
    this.rows = [];
    this.tops = [0]; // px from the feed's top to each row, then the total height
    this.drawn = new Map(); // articles by index
    this.current = 0;
    this.isWaiting = false;
    window.addEventListener("scroll", () => this.drawSoon(), { passive: true });
    window.addEventListener("resize", () => this.layOut());
  }

  /** Replaces the rows; the current one stays current if it is among them. */
  show(rows) {
    const before = this.rows[this.current];
    this.rows = rows;
    this.current = Math.max(0, rows.indexOf(before));
    this.clear();
    this.layOut();
  }

  clear() {
    for (const article of this.drawn.values()) article.remove();
    this.drawn.clear();
  }

  /** Positions the rows. Their heights come from the style sheet: they differ on a phone. */
  layOut() {
    const heights = { tall: this.heightOf("tall"), short: this.heightOf("short") };
    this.tops = [0];
    for (const row of this.rows) this.tops.push(this.tops.at(-1) + heights[kindOf(row)]);
    this.feed.style.height = `${this.tops.at(-1)}px`;
    for (const [index, article] of this.drawn) article.style.top = `${this.tops[index]}px`;
    this.draw();
  }

  heightOf(kind) {
    const probe = element("div", `row ${kind}`);
    this.feed.append(probe);
    const height = probe.offsetHeight + parseFloat(getComputedStyle(probe).marginBottom);
    probe.remove();
    return height;
  }

  drawSoon() {
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      this.draw();
    });
  }

  draw() {
    const top = -this.feed.getBoundingClientRect().top;
    const first = this.indexAt(top - OVERSCAN_PX);
    this.drawOnly(first, this.indexAt(top + window.innerHeight + OVERSCAN_PX));
  }

  /** Draws the rows from first to last, and the current one, which may have the focus. */
  drawOnly(first, last) {
    for (const [index, article] of this.drawn) {
      if (index !== this.current && (index < first || index > last)) {
        article.remove();
        this.drawn.delete(index);
      }
    }
    if (!this.rows.length) return;
    for (let index = first; index <= last; index++) this.insert(index);
    this.insert(this.current);
  }

  /** Returns the index of the row at a height, px from the feed's top, by binary search. */
  indexAt(y) {
    let low = 0;
    let high = this.rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.tops[middle] <= y) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }

  /** Inserts a row between its neighbours, so that the Tab key follows the order. */
  insert(index) {
    if (this.drawn.has(index)) return;
    const article = this.make(this.rows[index]);
    article.style.top = `${this.tops[index]}px`;
    article.dataset.index = index;
    article.setAttribute("aria-posinset", index + 1);
    article.setAttribute("aria-setsize", this.rows.length);
    this.mark(article, index === this.current);
    const later = [...this.drawn.keys()].filter((other) => other > index);
    const next = later.length ? this.drawn.get(Math.min(...later)) : null;
    this.feed.insertBefore(article, next);
    this.drawn.set(index, article);
  }

  mark(article, isCurrent) {
    article.classList.toggle("current", isCurrent);
    article.tabIndex = isCurrent ? 0 : -1;
  }

  get currentRow() {
    return this.rows[this.current];
  }

  get currentArticle() {
    return this.drawn.get(this.current);
  }

  makeCurrent(index) {
    if (this.currentArticle) this.mark(this.currentArticle, false);
    this.current = index;
    this.insert(index);
    this.mark(this.currentArticle, true);
  }

  /** Moves the current row by a number of rows, scrolls it into view and focuses it. */
  step(by) {
    if (!this.rows.length) return;
    this.makeCurrent(Math.min(this.rows.length - 1, Math.max(0, this.current + by)));
    this.currentArticle.scrollIntoView({ block: "nearest" });
    this.currentArticle.focus({ preventScroll: true });
    this.draw();
  }

  drawAllForPrint() {
    this.drawOnly(0, Math.min(MAX_PRINTED_ROWS, this.rows.length) - 1);
  }
}
