import type { Row } from "./rows.ts";

/** Rows as CSV (RFC 4180), recipients masked, for a table calculation: none of the cells is a formula there. */
export function csvOf(rows: Row[]): string {
  const lines = rows.map(({ sid, date, to, service, channel, country, status, sends, checks, errorCode }) =>
    [date, sid, masked(to), service, channel, country, status, sends, checks, errorCode].map(cell).join(","),
  );
  return `${[names.join(","), ...lines].join("\r\n")}\r\n`;
}

const names = ["date_created", "sid", "to", "service", "channel", "country", "status", "sends", "checks", "error_code"];

/** A cell in quotes. What a table calculation would take for a formula gets an apostrophe before it (CWE-1236). */
export function cell(value: string | number | null): string {
  const text = String(value ?? "");
  const isFormula = /^[\s\p{Cc}\p{Cf}]*[=+\-@|%＝＋－＠]/u.test(text) || /^[\t\r\n]/.test(text);
  return `"${(isFormula ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/** All but the last four digits of a number hidden, and of an address all but the first letter and the domain. */
export function masked(to: string | null): string {
  if (to === null || to.includes("•")) return to ?? "";
  const at = to.lastIndexOf("@");
  return at > 0 ? `${[...to][0]}•••${to.slice(at)}` : `${"•".repeat(Math.max(0, to.length - 4))}${to.slice(-4)}`;
}

/** Has the browser keep a text as a file. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url));
}
