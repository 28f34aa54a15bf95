import { expect, test } from "vitest";
import { cell, csvOf, masked } from "./csv.ts";

const row = {
  sid: "VE1",
  date: "2026-03-01T12:00:00Z",
  to: "+12025550123",
  isMasked: false,
  service: "Acme",
  channel: "sms",
  country: "US",
  status: "approved",
  sends: 1,
  checks: 0,
  errorCode: null,
};

test.each([
  '=HYPERLINK("http://evil")',
  "+1-1",
  "-2+3",
  "@SUM(A1)",
  "\t=1",
  "\r=1",
  "\n=1",
  "  =1",
  "\u200b=1",
  "\ufeff=1",
  "＝1",
  "＋1",
  "－1",
  "＠SUM(A1)",
  "|calc",
  "%0A=1",
])("a cell that begins as the formula %j is a text", (text) => {
  expect(cell(text).startsWith(`"'`)).toBe(true);
});

test("a cell cannot end early, nor begin another or a line", () => {
  expect(cell('a","=1')).toBe('"a"",""=1"');
  expect(cell('"\r\n=1')).toBe('"""\r\n=1"');
});

test("other texts stay as they are, figures too", () => {
  expect(["Acme", "a=b", "ada@example.com", 3, 0, null].map(cell)).toEqual([
    '"Acme"',
    '"a=b"',
    '"ada@example.com"',
    '"3"',
    '"0"',
    '""',
  ]);
});

test("no recipient leaves the page whole", () => {
  expect(["+12025550123", "ada@example.com", "•••0123", null].map(masked)).toEqual([
    "••••••••0123",
    "a•••@example.com",
    "•••0123",
    "",
  ]);
  const csv = csvOf([row, { ...row, to: "ada@example.com", service: "=1" }]);
  expect(csv).not.toContain("2025550123");
  expect(csv.split("\r\n")).toEqual([
    "date_created,sid,to,service,channel,country,status,sends,checks,error_code",
    '"2026-03-01T12:00:00Z","VE1","••••••••0123","Acme","sms","US","approved","1","0",""',
    `"2026-03-01T12:00:00Z","VE1","a•••@example.com","'=1","sms","US","approved","1","0",""`,
    "",
  ]);
});
