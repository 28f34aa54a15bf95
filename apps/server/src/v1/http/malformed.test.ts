import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type V1Answer, v1ErrorText, v1Send } from "../../../test-support/v1-api.ts";
import { startSandbox } from "../../sandbox/sandbox.ts";
import type { Running } from "../../server.ts";

let sandbox: Running;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const verification = "phones/verification";
const number = "country_code=1&phone_number=202-555-0123";
const start = (format: string, type: string, body: string | Buffer) =>
  v1Send(sandbox.url, "POST", `/protected/${format}/${verification}/start?api_key=sandbox`, {
    headers: { "content-type": type },
    body,
  });
const get = (format: string, target: string) => v1Send(sandbox.url, "GET", `/protected/${format}/${target}`);

const [form, json, xml] = ["application/x-www-form-urlencoded", "application/json", "application/xml"];
const valid = "via=sms&country_code=1&phone_number=202-555-0123";
const element = (text: string) =>
  `<hash><via>sms</via><country-code>1</country-code><phone-number>${text}</phone-number></hash>`;
const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join("");

const invalid: [what: string, send: (format: string) => Promise<V1Answer>][] = [
  ["JSON that breaks off", (format) => start(format, json, '{"via":"sms"')],
  ["JSON that is a list", (format) => start(format, json, "[]")],
  ["JSON that is a text", (format) => start(format, json, '"sms"')],
  ["JSON that is null", (format) => start(format, json, "null")],
  [
    "JSON that is nested without an end",
    (format) => start(format, json, `${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}`),
  ],
  ["XML that breaks off", (format) => start(format, xml, "<hash><via>sms</via>")],
  ["XML with two roots", (format) => start(format, xml, "<hash/><hash/>")],
  ["XML with an unknown entity", (format) => start(format, xml, element("&nbsp;"))],
  ["XML that is nested without an end", (format) => start(format, xml, "<a>".repeat(2_000) + "</a>".repeat(2_000))],
  [
    "XML that expands entities",
    (format) => start(format, xml, `<!DOCTYPE hash [<!ENTITY l0 "ha">${laughs}]>${element("&l9;")}`),
  ],
  [
    "XML that names an external entity",
    (format) => start(format, xml, `<!DOCTYPE hash [<!ENTITY e SYSTEM "file:///etc/passwd">]>${element("&e;")}`),
  ],
  [
    "XML that names an external document type",
    (format) => start(format, xml, `<!DOCTYPE hash SYSTEM "http://127.0.0.1:9/hash.dtd">${element("202-555-0123")}`),
  ],
  [
    "XML that names another encoding",
    (format) => start(format, xml, `<?xml version="1.0" encoding="ISO-8859-1"?>${element("202-555-0123")}`),
  ],
  ["a body of an unknown type", (format) => start(format, "text/plain", valid)],
  ["a multipart body", (format) => start(format, "multipart/form-data; boundary=x", "--x--")],
  ["a percent sign without its digits", (format) => get(format, `phones/info?api_key=sandbox&${number}%`)],
  ["a parameter with a null character", (format) => get(format, `phones/info?api_key=sandbox&${number}%00`)],
  ["more parameters than 64", (format) => get(format, `phones/info?api_key=sandbox&${"a=1&".repeat(64)}${number}`)],
  ["a body of more than 16 KiB", (format) => start(format, form, `${valid}&locale=${"x".repeat(17_000)}`)],
];

const noUtf8: [what: string, send: (format: string) => Promise<V1Answer>][] = [
  ["in the query", (format) => get(format, `phones/info?api_key=sandbox&country_code=1&phone_number=%FF`)],
  ["in the name of a parameter", (format) => get(format, `phones/info?api_key=sandbox&${number}&%C3%28=1`)],
  ["behind percent signs in a form", (format) => start(format, form, `${valid}&locale=%FF`)],
  ["in a form", (format) => start(format, form, Buffer.from(`${valid}&locale=é`, "latin1"))],
  ["in JSON", (format) => start(format, json, Buffer.from('{"locale":"é"}', "latin1"))],
  ["in JSON, as half a character", (format) => start(format, json, '{"locale":"\\ud800"}')],
  ["in XML", (format) => start(format, xml, Buffer.from(element("é"), "latin1"))],
];

describe.each(["json", "xml"] as const)("in %s", (format) => {
  test.each(invalid)("%s is 60002", async (_, send) => {
    const { status, text } = await send(format);
    expect([status, text]).toEqual([400, v1ErrorText("60002", "Invalid request", format)]);
  });

  test.each(noUtf8)("what is no UTF-8 %s is 60005", async (_, send) => {
    const { status, text } = await send(format);
    expect([status, text]).toEqual([400, v1ErrorText("60005", "UTF-8 invalid", format)]);
  });

  test("a parameter that is given twice is 60004, since nobody can tell which one was meant", async () => {
    const { status, text } = await get(format, `phones/info?api_key=sandbox&${number}&country_code=44`);
    const message = "Invalid parameter: country_code - Parameter must be given once";
    expect([status, text]).toEqual([400, v1ErrorText("60004", message, format)]);
  });

  test("an address that there is not is 60002 with status 404, and a method with 405", async () => {
    const unknown = await get(format, "users/new");
    const message = `The requested resource /protected/${format}/users/{unknown} was not found`;
    expect([unknown.status, unknown.text]).toEqual([404, v1ErrorText("60002", message, format)]);
    const wrong = await v1Send(sandbox.url, "DELETE", `/protected/${format}/app/details`);
    expect([wrong.status, wrong.text]).toEqual([405, v1ErrorText("60002", "Method not allowed", format)]);
    expect(wrong.headers.allow).toBe("GET, HEAD");
  });

  test("every answer says that v1 is deprecated, and where its successor is", async () => {
    const answers = [
      await get(format, `app/details?api_key=sandbox`),
      await get(format, "app/details"),
      await get(format, "nothing"),
      await v1Send(sandbox.url, "DELETE", `/protected/${format}/app/details`),
      await start(format, json, "{"),
    ];
    for (const { headers } of answers) {
      expect(headers.deprecation).toBe("@1767225600");
      expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
      expect(headers.link).toMatch(/; rel="deprecation"; type="text\/html", .+; rel="successor-version"/);
    }
  });
});

test.each(["yaml", "JSON", "html", "json.xml", "%00"])("the format %s is 60002, in JSON", async (format) => {
  const { status, text, headers } = await get(format, "app/details?api_key=sandbox");
  expect([status, text]).toEqual([400, v1ErrorText("60002", "Invalid request", "json")]);
  expect(headers["content-type"]).toBe("application/json; charset=utf-8");
});

test("a path that is no UTF-8 is 60005", async () => {
  const { status, text } = await get("%FF", "app/details?api_key=sandbox");
  expect([status, text]).toEqual([400, v1ErrorText("60005", "UTF-8 invalid", "json")]);
});

test("a path with the key of an application does not repeat it", async () => {
  const { status, text } = await v1Send(sandbox.url, "GET", "/2010-04-01/Accounts/a-secret-key/Messages");
  expect(status).toBe(404);
  expect(text).not.toContain("a-secret-key");
});

test("names that JavaScript knows are parameters like any other unknown one", async () => {
  const body =
    '{"__proto__":{"via":"call"},"constructor":1,"via":"sms","country_code":1,"phone_number":"202-555-0123"}';
  const { status } = await start("json", json, body);
  expect(status).toBe(200);
});
