import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type V1Answer, v1Send } from "../../../test-support/v1-api.ts";
import { startSandbox } from "../../sandbox/sandbox.ts";
import type { Running } from "../../server.ts";
import { parseV1Xml } from "./xml.ts";

let sandbox: Running;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

type Request = Parameters<typeof v1Send>[3];
const path = "/protected/json/phones/verification";
const send = (method: string, target: string, request?: Request) =>
  v1Send(sandbox.url, method, `${path}/${target}`, request);

const fields = "via=sms&country_code=1&phone_number=202-555-0123";
const key = { "X-Authy-API-Key": "sandbox" };
const json = { "content-type": "application/json" };
const xml = { "content-type": "application/xml" };
const form = { "content-type": "application/x-www-form-urlencoded" };

describe("a start takes its parameters", () => {
  test.each<[place: string, target: string, request: Request]>([
    ["from the query, and the key too", `start?${fields}&api_key=sandbox`, {}],
    ["from the query, with an empty form", `start?${fields}`, { headers: { ...key, ...form } }],
    ["from a form, and the key too", "start", { headers: form, body: `${fields}&api_key=sandbox` }],
    ["from a form that does not say what it is", "start", { headers: key, body: fields }],
    ["from a form behind a byte order mark", "start", { headers: { ...key, ...form }, body: `\ufeff${fields}` }],
    [
      "from a form that claims another charset",
      "start",
      { headers: { ...key, "content-type": `${form["content-type"]}; charset=ISO-8859-1` }, body: fields },
    ],
    [
      "from JSON, numbers as numbers",
      "start",
      {
        headers: { ...key, ...json },
        body: '{"via":"sms","country_code":1,"phone_number":2025550123,"code_length":6}',
      },
    ],
    [
      "from JSON, numbers as texts, and the key too",
      "start",
      {
        headers: json,
        body: '{"via":"sms","country_code":"1","phone_number":"202-555-0123","locale":null,"api_key":"sandbox"}',
      },
    ],
    [
      "from XML with dashes and types",
      "start",
      {
        headers: { ...key, ...xml },
        body: `<?xml version="1.0" encoding="UTF-8"?>
<hash><via>sms</via><country-code type="integer">1</country-code><phone-number>202&#45;555-0123</phone-number></hash>`,
      },
    ],
    [
      "from XML with underscores, whatever its root, and the key too",
      "start",
      {
        headers: { "content-type": "text/xml; charset=utf-8" },
        body: `<verification><via><![CDATA[sms]]></via><country_code>1</country_code><phone_number>202-555-0123</phone_number>
<locale nil="true"/><api_key>sandbox</api_key></verification>`,
      },
    ],
  ])("%s", async (_, target, request) => {
    await v1Send(sandbox.url, "POST", "/sandbox/reset", { headers: { authorization } });
    const { status, text } = await send("POST", target, request);
    expect([status, text]).toEqual([200, expect.stringContaining("Text message sent to +1 202-555-0123.")]);
  });
});

describe("a GET takes its parameters", () => {
  const check = (target: string, request?: Request) => send("GET", target, request);
  const right = "country_code=1&phone_number=202-555-0123&verification_code=1234";
  const nothingPending = (answer: V1Answer) => expect(answer.body.error_code).toBe("60023");

  test("from the query, from a body of every kind, or from both", async () => {
    await v1Send(sandbox.url, "POST", "/sandbox/reset", { headers: { authorization } });
    nothingPending(await check(`check?${right}`, { headers: key }));
    nothingPending(await check("check?api_key=sandbox", { headers: form, body: right }));
    nothingPending(await check("check", { headers: form, body: `${right}&api_key=sandbox` }));
    const body = JSON.stringify(Object.fromEntries(new URLSearchParams(right)));
    nothingPending(await check("check", { headers: { ...key, ...json }, body }));
    nothingPending(await check("check?country_code=1&phone_number=2025550123", { headers: key, body: right }));
  });
});

test("where a name stands in both places, the body wins on POST and the query on GET", async () => {
  const start = await send("POST", "start?phone_number=123&via=fax", { headers: key, body: fields });
  expect(start.status).toBe(200);
  const query = "country_code=1&phone_number=202-555-0123";
  const check = await send("GET", `status?${query}`, { headers: key, body: "phone_number=123&country_code=zzz" });
  expect([check.status, check.body.status]).toEqual([200, "pending"]);
});

test("the key in the header counts, before one elsewhere", async () => {
  const target = "/protected/json/app/details";
  const wrong = await v1Send(sandbox.url, "GET", `${target}?api_key=sandbox`, { headers: { "x-authy-api-key": "no" } });
  expect(wrong.body.error_code).toBe("60001");
  const right = await v1Send(sandbox.url, "GET", `${target}?api_key=no`, { headers: { "x-AUTHY-api-KEY": "sandbox" } });
  expect(right.status).toBe(200);
});

test("a stranger learns nothing of what is wrong with the parameters", async () => {
  expect((await send("POST", "start", { body: "via=fax" })).body.error_code).toBe("60001");
});

test("lists and nested elements of XML are named as a form names them", () => {
  const body = `<hash><events type="array"><event>a</event><event>b</event></events><ids><id>1</id></ids>
<details><account>1</account></details><empty type="array"/><none nil="true"/><blank/></hash>`;
  expect(parseV1Xml(body)).toEqual([
    ["events[]", "a"],
    ["events[]", "b"],
    ["ids[]", "1"],
    ["details[account]", "1"],
    ["blank", ""],
  ]);
});

const authorization = `Basic ${btoa("AC00000000000000000000000000000001:sandbox")}`;
