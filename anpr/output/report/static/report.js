"use strict";
/* The page: filter, order and totals. Runs last and starts everything. */

const names = new Intl.Collator(undefined, { numeric: true }); // sorts photo 9 before photo 10
const byConfidence = (a, b) => (a.confidence ?? 2) - (b.confidence ?? 2); // last if there is none
const ORDERS = {
  urgency: (a, b) => URGENCY[a.status] - URGENCY[b.status] || byConfidence(a, b),
  unsure: byConfidence,
  sure: (a, b) => (b.confidence ?? -1) - (a.confidence ?? -1),
  name: (a, b) => names.compare(a.path, b.path),
};

const rows = loadRows();
const reviews = new Reviews();
const list = new RowList(byId("rows"), (row) => makeArticle(row, reviews));
const tiles = Array.from(document.querySelectorAll(".tile"));
const statuses = new Set(); // the ones to show; empty means all

/** Shows the rows that pass the filter, in the chosen order. */
function apply() {
  const words = byId("search").value.toUpperCase().trim();
  const [minimum, maximum] = range();
  const shown = rows.filter((row) =>
    (!statuses.size || statuses.has(row.status)) && isWithin(row, minimum, maximum) &&
    matches(row, words));
  shown.sort((a, b) => ORDERS[byId("order").value](a, b) || a.order - b.order);
  list.show(shown);
  byId("count").textContent = shown.length === rows.length
    ? `${rows.length.toLocaleString()} rows`
    : `${shown.length.toLocaleString()} of ${rows.length.toLocaleString()} rows`;
  byId("empty").hidden = shown.length > 0;
  byId("show-all").hidden = shown.length === rows.length;
  byId("print-note").textContent = shown.length > MAX_PRINTED_ROWS
    ? `The first ${MAX_PRINTED_ROWS} of ${shown.length} rows. Filter the report to print others.` : "";
  for (const tile of tiles) tile.setAttribute("aria-pressed", statuses.has(tile.dataset.status));
  shadeBars(minimum, maximum);
}

/** Returns the bounds of the confidence, 0 to 1; an empty field means no bound. */
function range() {
  const { value: minimum } = byId("minimum");
  const { value: maximum } = byId("maximum");
  return [minimum === "" ? 0 : minimum / 100, maximum === "" ? 1 : maximum / 100];
}

function isWithin(row, minimum, maximum) {
  if (minimum <= 0 && maximum >= 1) return true;
  return row.confidence !== null && row.confidence >= minimum && row.confidence <= maximum;
}

/** Whether a row contains the words as typed, or as a plate is written: "ab 12-3" finds AB123. */
function matches(row, words) {
  const haystack = `${row.haystack}\n${reviews.of(row).corrected}`;
  const plate = cleanPlate(words);
  return haystack.includes(words) || (plate !== "" && haystack.includes(plate));
}

function reset() {
  statuses.clear();
  byId("tools").reset();
  apply();
}

function showTotals() {
  const photos = PICTURES.length;
  const plates = rows.filter((row) => row.isPlate).length;
  byId("totals").textContent = `${plural(photos, "photo")}, ${plural(plates, "plate")}`;
  for (const tile of tiles) {
    const count = rows.filter((row) => row.status === tile.dataset.status).length;
    tile.querySelector(".number").textContent = count.toLocaleString();
  }
}

function plural(count, noun) {
  return `${count.toLocaleString()} ${noun}${count === 1 ? "" : "s"}`;
}

function showProgress() {
  const toCheck = rows.filter((row) => row.status === "CHECK");
  const done = toCheck.filter((row) => reviews.of(row).verdict).length;
  byId("progress").textContent = toCheck.length ? `${done} of ${toCheck.length} done` : "nothing to do";
  byId("progress-bar").style.width = `${toCheck.length ? (100 * done) / toCheck.length : 100}%`;
  byId("not-kept").hidden = reviews.isKept;
}

function start() {
  showTotals();
  showProgress();
  drawBars(rows);
  apply();
  listen();
}

function listen() {
  byId("tools").addEventListener("input", apply);
  byId("tools").addEventListener("submit", (event) => {
    event.preventDefault();
    list.step(0);
  });
  for (const tile of tiles) tile.addEventListener("click", () => toggleStatus(tile.dataset.status));
  for (const id of ["show-all", "show-all-too"]) byId(id).addEventListener("click", reset);
  byId("bars").addEventListener("click", (event) => narrowTo(event.target.dataset.bin));
  byId("save").addEventListener("click", () => {
    saveFile("plates.csv", csv(rows, reviews), "text/csv;charset=utf-8");
  });
  byId("help-button").addEventListener("click", () => byId("help").showModal());
  window.addEventListener("beforeprint", () => list.drawAllForPrint());
  window.addEventListener("afterprint", () => list.draw());
  listenToReviews();
}

function toggleStatus(status) {
  if (!statuses.delete(status)) statuses.add(status);
  apply();
}

function narrowTo(bin) {
  if (bin === undefined) return;
  byId("minimum").value = Number(bin) * BIN_PERCENT;
  byId("maximum").value = (Number(bin) + 1) * BIN_PERCENT;
  apply();
}

start();
