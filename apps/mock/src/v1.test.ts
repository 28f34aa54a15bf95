import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Mock, startMock } from "./index.ts";

const verification = "/protected/json/phones/verification";
const parameters = "country_code=1&phone_number=202-555-0123";
const form = "application/x-www-form-urlencoded";
let mock: Mock;

beforeAll(async () => {
  mock = await startMock();
});
afterAll(() => mock.close());

describe("the legacy API", () => {
  it("takes the parameters of a GET from a form body, as npm authy sends them", async () => {
    const { status, text } = await call(
      "GET",
      `${verification}/check?api_key=K`,
      `${parameters}&verification_code=1234`,
    );
    expect([status, JSON.parse(text)]).toEqual([200, { message: "Verification code is correct.", success: true }]);
  });

  it.each([
    ["header", `${verification}/status?${parameters}`, "", { "x-authy-api-key": "K" }],
    ["query", `${verification}/status?${parameters}&api_key=K`, "", {}],
    ["form", `${verification}/status`, `${parameters}&api_key=K`, {}],
  ])("takes the key from the %s", async (_, target, body, headers) => {
    expect((await call("GET", target, body, headers)).status).toBe(200);
  });

  it("takes the parameters of a POST from the query, from JSON and from XML alike", async () => {
    const target = `${verification}/start?api_key=K`;
    const answers = await Promise.all([
      call("POST", `${target}&${parameters}&via=sms`, ""),
      call("POST", target, `${parameters}&via=sms`),
      call("POST", target, '{"country_code":"1","phone_number":2025550123,"via":"sms"}', json),
      call("POST", target, "<a><country-code>1</country-code><phone-number>2</phone-number><via>sms</via></a>", xml),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it("refuses a request without a key in the format that the address says, whatever Accept says", async () => {
    const answer = await call("GET", "/protected/xml/app/details", "", { accept: "application/json" });
    expect(answer.status).toBe(401);
    expect(answer.type).toBe("application/xml");
    expect(answer.text).toContain("<error-code>60001</error-code>");
  });

  it.each([
    ["a missing parameter", `${parameters}`, "via - Parameter is required"],
    ["a wrong type", "country_code=x&phone_number=2&via=sms", "country_code - must be integer"],
  ])("gets 60004 with the parameter's name for %s", async (_, body, text) => {
    const message = `Invalid parameter: ${text}`;
    const answer = await call("POST", `${verification}/start?api_key=K`, body);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      400,
      { error_code: "60004", message, errors: { message }, success: false },
    ]);
    const inXml = await call("POST", `${verification.replace("json", "xml")}/start?api_key=K`, body);
    expect(inXml.text.match(new RegExp(`<message>${message}</message>`, "g"))).toHaveLength(2);
  });

  it.each([
    ["a format that is none", "GET", "/protected/yaml/app/details?api_key=K", "", {}, 400, "60002"],
    [
      "a media type that is none",
      "POST",
      `${verification}/start?api_key=K`,
      "x",
      { "content-type": "text/csv" },
      400,
      "60002",
    ],
    [
      "broken JSON",
      "POST",
      `${verification}/start?api_key=K`,
      "{",
      { "content-type": "application/json" },
      400,
      "60002",
    ],
    [
      "broken XML",
      "POST",
      `${verification}/start?api_key=K`,
      "<a>",
      { "content-type": "application/xml" },
      400,
      "60002",
    ],
    ["bytes that are no UTF-8", "GET", `${verification}/status?api_key=K&phone_number=%FF`, "", {}, 400, "60005"],
    ["a large body", "POST", `${verification}/start?api_key=K`, "x".repeat(17_000), {}, 400, "60002"],
    ["an unsigned Dashboard call", "GET", "/dashboard/json/application/webhooks", "", {}, 400, "60002"],
    ["an unknown address", "GET", "/protected/json/nothing", "", {}, 404, "60002"],
    ["a wrong method", "PUT", `${verification}/start`, "", {}, 405, "60002"],
    ["an unknown example", "GET", `${verification}/status`, "", { prefer: "example=nope" }, 400, "60004"],
  ])("answers %s in its own shape", async (_, method, target, body, headers, status, code) => {
    const answer = await call(method, target, body, headers);
    expect(answer.status).toBe(status);
    const { message, ...error } = JSON.parse(answer.text);
    expect(error).toEqual({ error_code: code, errors: { message }, success: false });
  });

  it("answers an unknown address in XML when the address says so", async () => {
    const answer = await call("GET", "/protected/xml/nothing", "");
    expect([answer.status, answer.type]).toEqual([404, "application/xml"]);
    expect(answer.text).toContain("<message>The requested resource /protected/xml/nothing was not found</message>");
  });
});

const json = { "content-type": "application/json" };
const xml = { "content-type": "application/xml" };

/** By `node:http`, because `fetch` refuses a GET with a body. */
function call(method: string, target: string, body: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; type: string; text: string }>((resolve, reject) => {
    const length = body ? { "content-type": form, "content-length": String(Buffer.byteLength(body)) } : {};
    request(`${mock.url}${target}`, { method, headers: { ...length, ...headers } }, async (response) => {
      const chunks = await response.toArray();
      resolve({
        status: response.statusCode ?? 0,
        type: response.headers["content-type"] ?? "",
        text: Buffer.concat(chunks).toString(),
      });
    })
      .on("error", reject)
      .end(body);
  });
}
