import { VerifyError } from "@countersign/client";
import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { Status } from "./badge.tsx";
import { Pager } from "./pager.tsx";
import { Problem, Prose, reasons } from "./problem.tsx";
import { Recipient } from "./recipient.tsx";
import { Table } from "./table.tsx";

const hostile = `<img src=x onerror=alert(1)>"'`;

test("an error says its message, cause and remedy, and leads to its page", () => {
  const response = new Response(null, { status: 429 });
  const error = new VerifyError({ error: { code: 60203, message: "Max send attempts reached" }, response });
  reasons.value = { 60203: ["Five sends.", "Wait."] };
  const html = renderToString(<Problem error={error} />);
  for (const part of ["60203", "Max send attempts reached", "Five sends.", "Wait.", 'href="/docs/errors/60203/"']) {
    expect(html).toContain(part);
  }
});

test("an error that says how long to wait says so in words", () => {
  const details = { retry_after_seconds: 3600 };
  const html = renderToString(<Problem error={{ code: 60308, message: "Too many tries", details }} />);
  expect(html).toContain("<dt>Again in</dt><dd>1 h</dd>");
});

test("an error of v1 leads to v1's page, whose number may mean another thing in v2", () => {
  const html = renderToString(<Problem error={{ api: "v1", code: 60003, message: "Too many" }} />);
  expect(html).toContain('href="/docs/errors/v1/60003/"');
});

test("names and links of the document's prose are names and links", () => {
  const html = renderToString(
    <Prose text="`Schema` as [events](#operation/processEvents) have it, [or](https://x.example) not" />,
  );
  expect(html).toContain('<code>Schema</code> as <a href="/docs/#operation/processEvents"');
  expect(html).toContain("[or](https://x.example) not");
});

test("what people wrote is text, whatever it looks like", () => {
  const html = renderToString(
    <>
      <Table caption="Rows" rows={[hostile]} keyOf={(row) => row} columns={[{ name: "To", cell: (row) => row }]} />
      <Problem error={new Error(hostile)} />
      <Recipient sid="VE1" to={hostile} isMasked={false} />
    </>,
  );
  expect(html).not.toContain("<img");
});

test("a state has a word and a shape, not a colour alone", () => {
  const html = renderToString(<Status status="max_attempts_reached" />);
  expect(html).toContain("max attempts reached");
  expect(html).toContain("<path");
});

test("a row leads where its first cell leads, by one link", () => {
  const columns = [{ name: "Sid", cell: (row: string) => row }];
  const html = renderToString(
    <Table caption="Rows" rows={["VE1"]} keyOf={(row) => row} columns={columns} hrefOf={(row) => `#/v/${row}`} />,
  );
  expect(html).toMatch(/<a data-row[^>]* href="#\/v\/VE1">VE1<\/a>/);
});

test("a row that leads nowhere is no link", () => {
  const columns = [{ name: "Sid", cell: (row: string) => row }];
  const html = renderToString(
    <Table caption="Rows" rows={["YE1"]} keyOf={(row) => row} columns={columns} hrefOf={() => false} />,
  );
  expect(html).toContain(">YE1</td>");
});

test("the pager leads to the pages that the list itself names, and there is none for a single page", () => {
  const meta = { page: 0, page_size: 1, previous_page_url: null };
  const next_page_url = "http://127.0.0.1:4010/console/verifications?PageSize=1&Page=1&PageToken=PT1";
  expect(renderToString(<Pager meta={{ ...meta, next_page_url }} />)).toContain("Page=1&amp;PageToken=PT1");
  expect(renderToString(<Pager meta={{ ...meta, next_page_url: null }} />)).toBe("");
});

test("a recipient that is masked is revealed by a click, which is said to be kept", () => {
  const html = renderToString(<Recipient sid="VE1" to="•••••••0123" isMasked />);
  expect(html).toContain("Reveal");
  expect(html).toContain("audit trail");
});
