"use strict";
/* The list: of thousands of rows only those near the window are on the page. */

const OVERSCAN_PX = 500; // drawn beyond the window: what a flick of the wheel moves in one frame
const PRINTED_ROWS = 500; // on paper all rows are drawn; more would be a book

class RowList {
  /**
   * @param feed The element the rows stand in.
   * @param make Makes the article of a row.
   */
  constructor(feed, make) {
    this.feed = feed;
    this.make = make;
    this.rows = [];
    this.tops = [0]; // of each row, px from the feed's top, and at last the height of all
    this.drawn = new Map(); // index: article
    this.current = 0;
    this.isWaiting = false;
    window.addEventListener("scroll", () => this.drawSoon(), { passive: true });
    window.addEventListener("resize", () => this.layOut());
  }

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

  /** Rows are as high as the style sheet says: other heights on a phone, or in large print. */
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

  /** Draws the rows from first to last, and the current one, which may hold the focus. */
  drawOnly(first, last) {
    for (const [index, article] of this.drawn) {
      if (index !== this.current && (index < first || index > last)) {
        article.remove();
        this.drawn.delete(index);
      }
    }
    if (!this.rows.length) return;
    for (let index = first; index <= last; index++) this.place(index);
    this.place(this.current);
  }

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

  /** Puts a row on the page, between those before and after it: so that Tab follows the order. */
  place(index) {
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

  rowOf(article) {
    return this.rows[Number(article.dataset.index)];
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
    this.place(index);
    this.mark(this.currentArticle, true);
  }

  /** Makes another row the current one, scrolls it into view and focuses it. */
  step(by) {
    if (!this.rows.length) return;
    this.makeCurrent(Math.min(this.rows.length - 1, Math.max(0, this.current + by)));
    this.currentArticle.scrollIntoView({ block: "nearest" });
    this.currentArticle.focus({ preventScroll: true });
    this.draw();
  }

  drawAllForPrint() {
    this.drawOnly(0, Math.min(PRINTED_ROWS, this.rows.length) - 1);
  }
}
