"use strict";
/* The histogram of confidences. */

const BINS = 20;
const BIN_PERCENT = 100 / BINS;
const BARS_WIDTH = 240, BARS_HEIGHT = 56, BAR_GAP = 2; // units of the SVG's viewBox
const MIN_BAR_HEIGHT = 3; // keeps a bin with a single plate visible
const SVG = "http://www.w3.org/2000/svg";

/** Draws the number of plates in each bin; plates to check are on top of plates read. */
function drawBars(rows) {
  const bins = Array.from({ length: BINS }, () => ({ CHECK: 0, READ: 0 }));
  for (const { confidence, status } of rows) {
    if (confidence !== null && status in bins[0]) {
      bins[Math.min(BINS - 1, Math.floor(confidence * BINS))][status]++;
    }
  }
  const highest = Math.max(1, ...bins.map((bin) => bin.CHECK + bin.READ));
  byId("bars").append(...bins.flatMap((bin, i) => bars(bin, i, highest)));
  byId("bars").setAttribute("aria-label", bins
    .map(({ CHECK, READ }, i) => [i, CHECK + READ]).filter(([, count]) => count)
    .map(([i, count]) => `${BIN_PERCENT * i} to ${BIN_PERCENT * (i + 1)} per cent: ${count}`).join("; "));
}

function bars({ CHECK, READ }, i, highest) {
  const count = CHECK + READ;
  const height = count && Math.max(MIN_BAR_HEIGHT, BARS_HEIGHT * Math.sqrt(count / highest));
  const check = count ? height * (CHECK / count) : 0;
  const hit = bar("hit", i, 0, BARS_HEIGHT);
  const title = document.createElementNS(SVG, "title");
  title.textContent = `${BIN_PERCENT * i}–${BIN_PERCENT * (i + 1)} %: ${count} (${CHECK} to check)`;
  hit.append(title);
  return [
    bar("read", i, BARS_HEIGHT - height + check, height - check),
    bar("check", i, BARS_HEIGHT - height, check),
    hit,
  ];
}

function bar(kind, i, y, height) {
  const made = document.createElementNS(SVG, "rect");
  const width = BARS_WIDTH / BINS;
  const values = { class: kind, x: i * width, y, width: width - BAR_GAP, height, "data-bin": i };
  for (const [name, value] of Object.entries(values)) made.setAttribute(name, value);
  return made;
}

/** Dims the bars outside a range of confidences. */
function shadeBars(minimum, maximum) {
  for (const made of byId("bars").children) {
    const middle = (Number(made.dataset.bin) + 0.5) / BINS;
    made.classList.toggle("out", middle < minimum || middle > maximum);
  }
}
