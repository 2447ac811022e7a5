// CSV that spreadsheets open without harm: UTF-8 with BOM, CRLF, long digit codes kept as text by a
// leading tab, and no cell that could start a formula.

const LONG_DIGITS = /^\d{11,}$/;
const FORMULA = /^[=+\-@\t\r]/;

function cell(value) {
  let text = value === null || value === undefined ? "" : String(value);
  if (LONG_DIGITS.test(text)) text = `\t${text}`;
  else if (FORMULA.test(text) && !/^-?\d+(\.\d+)?$/.test(text)) text = `'${text}`;
  return /[",\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows of values → the whole file as a string, first row the headings. */
export function toCsv(rows) {
  return `\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** Hand a text file to the browser's downloads. */
export function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
