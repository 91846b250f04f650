"use strict";
/* The data of the page: the rows that were read, and a person's reviews of them. */

const REPORT_ID = document.documentElement.dataset.report;
const STORE_PREFIX = `anpr-report:${REPORT_ID}:`;
const URGENCY = { CHECK: 0, FAILED: 1, NO_PLATE: 2, READ: 3 };
const NO_REVIEW = Object.freeze({ verdict: "", corrected: "" });
const VERDICTS = ["confirmed", "corrected", "rejected"];
const CSV_COLUMNS = [
  "path", "plate", "text", "corrected", "final", "status", "confidence", "review",
];
const BYTE_ORDER_MARK = "\ufeff"; // without it, spreadsheets do not recognize UTF-8

const byId = (id) => document.getElementById(id);
const PICTURES = Array.from(document.getElementsByClassName("pictures"));

/** Returns a row for each plate and each photo without one, in the order of the run. */
function loadRows() {
  const rows = [];
  Array.from(document.getElementsByClassName("values")).forEach((element, photo) => {
    const { path, rows: plates } = JSON.parse(element.textContent);
    plates.forEach((values, i) => {
      rows.push({ ...makeRow(values, path, photo, i, plates.length), order: rows.length });
    });
  });
  return rows;
}

function makeRow(values, path, photo, i, plates) {
  const isPlate = values.status === "CHECK" || values.status === "READ";
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1;
  const texts = [values.text, values.as_read || "", ...values.alternatives.map(([text]) => text)];
  return {
    ...values, path, photo, plates, isPlate,
    plate: isPlate ? i + 1 : 0,
    key: `${photo}:${i}`,
    folder: path.slice(0, cut),
    name: path.slice(cut),
    haystack: [...texts, path].join("\n").toUpperCase(),
  };
}

/** Returns the thumbnails of a row's photo and plate as data URIs; "" if there is none. */
function picturesOf(row) {
  const { thumbnail, plates } = JSON.parse(PICTURES[row.photo].textContent);
  const uri = (base64) => (base64 ? `data:image/jpeg;base64,${base64}` : "");
  return { thumbnail: uri(thumbnail), crop: row.isPlate ? uri(plates[row.plate - 1]) : "" };
}

/** Removes everything that a plate's text cannot contain: it is capital letters and digits. */
function cleanPlate(typed) {
  return typed.toUpperCase().replace(/[^A-Z0-9]/g, "");
}

/**
 * A person's reviews of the rows. They are stored in this browser, one item per row, so that two
 * windows with the same report do not overwrite each other's.
 */
class Reviews {
  constructor() {
    this.byKey = new Map();
    this.isKept = true;
    this.load();
  }

  load() {
    try {
      for (let i = 0; i < localStorage.length; i++) {
        const name = localStorage.key(i);
        if (name.startsWith(STORE_PREFIX)) {
          this.take(name.slice(STORE_PREFIX.length), localStorage.getItem(name));
        }
      }
    } catch {
      this.isKept = false; // forbidden in private windows and by strict settings
    }
  }

  take(key, stored) {
    const [verdict, corrected] = stored.split(" ");
    if (VERDICTS.includes(verdict)) {
      this.byKey.set(key, { verdict, corrected: cleanPlate(corrected ?? "") });
    }
  }

  of(row) {
    return this.byKey.get(row.key) || NO_REVIEW;
  }

  /** Sets the verdict on a row; an empty one removes it. */
  set(row, verdict, corrected = "") {
    const name = STORE_PREFIX + row.key;
    const review = { verdict, corrected };
    if (verdict) this.byKey.set(row.key, review);
    else this.byKey.delete(row.key);
    try {
      if (verdict) localStorage.setItem(name, `${verdict} ${corrected}`);
      else localStorage.removeItem(name);
    } catch {
      this.isKept = false;
    }
  }

  /** Sets a correction. The text as it was read is a confirmation; "" removes the verdict. */
  correct(row, plate) {
    if (plate === row.text) this.set(row, plate ? "confirmed" : "");
    else this.set(row, plate ? "corrected" : "", plate);
  }
}

/** Formats a confidence, rounded down; neither 0 % nor 100 % is ever claimed. */
function percent(confidence) {
  const value = confidence * 100;
  if (value < 1) return "< 1 %";
  if (value >= 99.95) return "> 99.9 %";
  return value >= 99 ? `${(Math.floor(value * 10) / 10).toFixed(1)} %` : `${Math.floor(value)} %`;
}

/** Returns all rows with their reviews as CSV (RFC 4180). */
function csv(rows, reviews) {
  const lines = rows.map((row) => csvValues(row, reviews.of(row)).map(csvCell).join(","));
  return BYTE_ORDER_MARK + [CSV_COLUMNS.join(","), ...lines, ""].join("\r\n");
}

function csvValues(row, { verdict, corrected }) {
  const final = { corrected, rejected: "" }[verdict] ?? row.text;
  // A spreadsheet would run a cell that begins like this as a formula; "./" names the same file.
  const path = /^[=+\-@\t\r]/.test(row.path) ? `./${row.path}` : row.path;
  return [path, row.plate, row.text, corrected, final, row.status, row.confidence, verdict];
}

function csvCell(value) {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function saveFile(name, text, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser may ask for a folder first
}
