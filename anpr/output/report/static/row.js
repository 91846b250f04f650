"use strict";
/* One row of the page. Anything from a photo or its name is inserted as text, never as markup. */

const STATUS_NAMES = { CHECK: "CHECK", FAILED: "FAILED", NO_PLATE: "NO PLATE", READ: "READ" };
const VERDICT_NAMES = { confirmed: "✓ looks right", corrected: "✎", rejected: "✕ not a plate" };
const CHARACTER_LEVELS = [["doubtful", 0.6], ["unsure", 0.9], ["likely", 0.98]]; // upper bounds
const MAX_ALTERNATIVES = 4; // the row has no room for more
const ROW_TEMPLATE = byId("row");

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function makeArticle(row, reviews) {
  const article = ROW_TEMPLATE.content.firstElementChild.cloneNode(true);
  const find = (selector) => article.querySelector(selector);
  article.classList.add(kindOf(row));
  article.dataset.status = row.status;
  find(".badge").textContent = STATUS_NAMES[row.status];
  find(".path").title = row.path;
  find(".folder").textContent = row.folder;
  find(".name").textContent = row.name;
  find(".of").textContent = row.plates > 1 ? `plate ${row.plate} of ${row.plates}` : "";
  find(".why").textContent = find(".why").title = why(row);
  find(".notes").textContent = find(".notes").title = notes(row);
  article.setAttribute("aria-label", `${row.name}: ${STATUS_NAMES[row.status]} ${row.text}`);
  fillPictures(article, row);
  fillPlate(article, row);
  fillReview(article, row);
  showReview(article, row, reviews.of(row));
  return article;
}

/** Returns the kind of a row, which determines its height. */
function kindOf(row) {
  return row.status === "FAILED" ? "short" : "tall";
}

function fillPictures(article, row) {
  const { thumbnail, crop } = picturesOf(row);
  const photo = article.querySelector(".photo");
  const small = article.querySelector(".crop");
  if (thumbnail) photo.querySelector(".thumbnail").src = thumbnail;
  else photo.classList.add("missing");
  photo.querySelector(".thumbnail").alt = thumbnail ? `Photo ${row.name}` : "";
  if (crop) small.src = crop;
  else small.remove();
}

function fillPlate(article, row) {
  const plate = article.querySelector(".plate");
  const confidence = article.querySelector(".confidence");
  if (!row.isPlate) {
    plate.parentElement.remove();
    return;
  }
  plate.append(...characters(row));
  plate.setAttribute("aria-label", spoken(row));
  if (row.confidence === null) confidence.remove();
  else confidence.append(percent(row.confidence), gauge(row.confidence));
}

function gauge(confidence) {
  const track = element("span", "gauge");
  const level = element("span", "");
  level.style.width = `${confidence * 100}%`;
  track.append(level);
  return track;
}

/** Returns the characters of the text, marked by confidence and if a format changed them. */
function characters(row) {
  const values = Array.from(row.text);
  const sure = row.character_confidences;
  const before = Array.from(row.as_read || "");
  return values.map((value, i) => {
    const known = sure.length === values.length ? sure[i] : null;
    const ink = element("span", `ink ${levelOf(known)}`, value);
    ink.title = known === null ? value : `${value} ${percent(known)}`;
    if (before.length === values.length && before[i] !== value) {
      ink.classList.add("changed");
      ink.title += `, read as ${before[i]}`;
    }
    return ink;
  });
}

function levelOf(confidence) {
  if (confidence === null) return "";
  const level = CHARACTER_LEVELS.find(([, limit]) => confidence < limit);
  return level ? level[0] : "";
}

/** Returns the text for a screen reader, with the unsure characters. */
function spoken(row) {
  const values = Array.from(row.text);
  const unsure = values
    .map((value, i) => [value, row.character_confidences[i] ?? 1])
    .filter(([, sure]) => levelOf(sure) !== "")
    .map(([value, sure]) => `${value} ${percent(sure)}`);
  return values.join(" ") + (unsure.length ? `; unsure: ${unsure.join(", ")}` : "");
}

/** Returns why a person should check the row: the phrase without its code, as a sentence begins. */
function why(row) {
  const phrase = (row.why || "").replace(/^\w+: /, "");
  return phrase.charAt(0).toUpperCase() + phrase.slice(1);
}

function region(row) {
  return row.region_probability === null
    ? row.region
    : `${row.region} ${percent(row.region_probability)}`;
}

function notes(row) {
  const parts = [];
  if (row.as_read && row.as_read !== row.text) parts.push(`read as ${row.as_read}`);
  if (row.region) parts.push(region(row));
  if (row.lines > 1) parts.push(`${row.lines} lines`);
  if (row.status === "NO_PLATE") parts.push("No plate was found in this photo. Is there one? Type it in.");
  if (row.reason) parts.push(row.reason);
  return parts.join(" · ");
}

function fillReview(article, row) {
  if (row.status === "FAILED") {
    article.querySelector(".review").remove();
    return;
  }
  const input = article.querySelector(".correction input");
  input.setAttribute("aria-label", `Correction for ${row.name}${row.text ? `, ${row.text}` : ""}`);
  if (!row.isPlate) {
    article.querySelector(".reject").remove();
    article.querySelector(".alternatives").remove();
    article.querySelector(".confirm").textContent = "Right, no plate";
    return;
  }
  fillAlternatives(article.querySelector(".alternatives"), row);
}

function fillAlternatives(group, row) {
  const others = row.alternatives.filter(([text]) => text && text !== row.text);
  others.slice(0, MAX_ALTERNATIVES).forEach(([text, confidence], i) => {
    const button = element("button", "alternative", text);
    button.type = "button";
    button.value = text;
    button.title = `Take ${text} (key ${i + 1})`;
    if (confidence !== null) button.append(element("span", "dim", ` ${percent(confidence)}`));
    group.append(button);
  });
}

/** Shows the review of a row; a field that has the focus is not overwritten. */
function showReview(article, row, { verdict, corrected }) {
  article.dataset.verdict = verdict;
  const name = VERDICT_NAMES[verdict] || "";
  article.querySelector(".verdict").textContent = `${name} ${corrected}`.trim();
  const input = article.querySelector(".correction input");
  if (!input) return;
  if (document.activeElement !== input) input.value = corrected;
  article.querySelector(".confirm").setAttribute("aria-pressed", verdict === "confirmed");
  article.querySelector(".reject")?.setAttribute("aria-pressed", verdict === "rejected");
}
