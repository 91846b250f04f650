"use strict";
/* Reviews by mouse and by keyboard. */

const KEYS = {
  j: () => list.step(1),
  k: () => list.step(-1),
  ArrowDown: () => list.step(1),
  ArrowUp: () => list.step(-1),
  c: () => judgeAndGoOn("confirmed"),
  n: () => judgeAndGoOn("rejected"),
  Enter: edit,
  "/": () => byId("search").select(),
  "?": () => byId("help").showModal(),
};

function listenToReviews() {
  const feed = list.feed;
  feed.addEventListener("click", onClick);
  feed.addEventListener("input", onInput);
  feed.addEventListener("focusin", (event) => {
    list.makeCurrent(Number(event.target.closest(".row").dataset.index));
  });
  feed.addEventListener("focusout", showCurrent); // clears the field if nothing was changed
  document.addEventListener("keydown", onKey);
}

function onClick(event) {
  const article = event.target.closest(".row");
  const button = event.target.closest("button");
  if (!article) return;
  list.makeCurrent(Number(article.dataset.index));
  if (!button) return;
  if (button.classList.contains("alternative")) take(button);
  else judge(button.classList.contains("confirm") ? "confirmed" : "rejected");
}

/** Puts an alternative into the field, where it can be edited. */
function take(button) {
  const input = list.currentArticle.querySelector(".correction input");
  input.value = button.value;
  correct(input.value);
  input.focus();
}

/** Sets the current row's verdict, or removes it if it is set already. */
function judge(verdict) {
  const row = list.currentRow;
  reviews.set(row, reviews.of(row).verdict === verdict ? "" : verdict);
  showCurrent();
}

/** Handles the keys: they remove no verdict, and keep a correction. */
function judgeAndGoOn(verdict) {
  const row = list.currentRow;
  if (!row) return;
  const isOffered = list.currentArticle.querySelector(verdict === "confirmed" ? ".confirm" : ".reject");
  const isCorrected = verdict === "confirmed" && reviews.of(row).verdict === "corrected";
  if (isOffered && !isCorrected) {
    reviews.set(row, verdict);
    showCurrent();
  }
  list.step(1);
}

function correct(typed) {
  reviews.correct(list.currentRow, cleanPlate(typed));
  showCurrent();
}

function showCurrent() {
  if (!list.currentRow) return;
  showReview(list.currentArticle, list.currentRow, reviews.of(list.currentRow));
  showProgress();
}

/** Cleans the typed text and keeps the position of the cursor. */
function onInput(event) {
  const input = event.target;
  const cursor = cleanPlate(input.value.slice(0, input.selectionStart)).length;
  const plate = cleanPlate(input.value);
  if (plate !== input.value) {
    input.value = plate;
    input.setSelectionRange(cursor, cursor);
  }
  correct(plate);
}

/** Opens the field with the text that was read, so that fixing one character takes one key. */
function edit() {
  const input = list.currentArticle?.querySelector(".correction input");
  if (!input) return;
  if (!input.value) input.value = list.currentRow.text;
  input.focus();
  input.select();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (byId("help").open) return;
  if (event.target.closest("input, select")) onKeyInField(event);
  else if (event.key === "Enter" && event.target.closest("button")) return; // the browser clicks it
  else act(event);
}

function act(event) {
  const isDigit = /^[1-9]$/.test(event.key);
  if (!isDigit && !(event.key in KEYS)) return;
  event.preventDefault();
  if (isDigit) takeAlternative(Number(event.key));
  else KEYS[event.key]();
}

function takeAlternative(number) {
  const button = list.currentArticle?.querySelectorAll(".alternative")[number - 1];
  if (button) take(button);
}

function onKeyInField(event) {
  const article = event.target.closest(".row");
  if (event.key === "Escape") {
    event.target.blur();
    list.step(0);
  } else if (event.key === "Enter" && article) {
    event.preventDefault();
    if (event.target.value) correct(event.target.value);
    event.target.blur();
    list.step(1);
  }
}
