"use strict";
/* What the page knows: the rows that were read, and what a person said of them. */

const REPORT_ID = document.documentElement.dataset.report;
const STORE_PREFIX = `anpr-report:${REPORT_ID}:`;
const URGENCY = { CHECK: 0, FAILED: 1, NO_PLATE: 2, READ: 3 };
const NO_REVIEW = Object.freeze({ verdict: "", corrected: "" });
const VERDICTS = ["confirmed", "corrected", "rejected"];
const CSV_COLUMNS = [
  "path", "plate", "text", "corrected", "final", "status", "confidence", "review",
];
const BYTE_ORDER_MARK = "\ufeff"; // without it spreadsheets take UTF-8 for something else

const byId = (id) => document.getElementById(id);
const PICTURES = Array.from(document.getElementsByClassName("pictures"));

/** Every plate, and every photo without one, in the order of the run. */
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

/** The pictures of a row's photo and plate, as data URIs; empty where there is none. */
function picturesOf(row) {
  const { thumbnail, plates } = JSON.parse(PICTURES[row.photo].textContent);
  const uri = (base64) => (base64 ? `data:image/jpeg;base64,${base64}` : "");
  return { thumbnail: uri(thumbnail), crop: row.isPlate ? uri(plates[row.plate - 1]) : "" };
}

/** Plates are written in capitals and digits, without spaces. */
function cleanPlate(typed) {
  return typed.toUpperCase().replace(/[^A-Z0-9]/g, "");
}

/** What a person said of the rows; kept in this browser, one item a row, so that two windows with
 * the same report do not overwrite each other. */
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
      this.isKept = false; // private windows and strict settings forbid it
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

  /** Sets a verdict; an empty one takes it back. */
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

  correct(row, plate) {
    if (plate === row.text) this.set(row, plate ? "confirmed" : "");
    else this.set(row, plate ? "corrected" : "", plate);
  }
}

function percent(confidence) {
  const value = confidence * 100;
  if (value < 1) return "< 1 %";
  if (value >= 99.95) return "> 99.9 %";
  return value >= 99 ? `${(Math.floor(value * 10) / 10).toFixed(1)} %` : `${Math.floor(value)} %`;
}

/** All rows as a table (RFC 4180), with what a person said of them. */
function csv(rows, reviews) {
  const lines = rows.map((row) => csvValues(row, reviews.of(row)).map(csvCell).join(","));
  return BYTE_ORDER_MARK + [CSV_COLUMNS.join(","), ...lines, ""].join("\r\n");
}

function csvValues(row, { verdict, corrected }) {
  const final = { corrected, rejected: "" }[verdict] ?? row.text;
  // A spreadsheet runs what begins so as a formula; "./" names the same file and is none.
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
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser may still be asking where
}
