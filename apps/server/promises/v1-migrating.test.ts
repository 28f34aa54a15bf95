import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { sandboxAccount, sandboxServiceSid as serviceSid } from "../src/sandbox/sandbox.ts";
import { type Answer, apiOf } from "../test-support/api.ts";
import { useSandbox } from "../test-support/sandbox.ts";
import { type V1Answer, v1ApiOf, v1Send } from "../test-support/v1-api.ts";

const sandbox = useSandbox();
const { v1, api: v2 } = sandbox;
beforeEach(() => v2.call("POST", "/sandbox/reset"));

const phone_number = "202-555-0123";
const To = "+12025550123";
const started = async () => {
  await v1.start({ phone_number });
};
const times = async (count: number, request: () => Promise<unknown>) => {
  for (let done = 0; done < count; done++) await request();
};
const startV2 = (fields: Record<string, string>) => v2.start(serviceSid, { To, ...fields });
const json = { headers: { "content-type": "application/json" }, body: "{" };

interface Counterpart {
  v1: () => Promise<V1Answer>;
  v2: () => Promise<Answer>;
  /** Brings about the situation, once for both. */
  given?: () => Promise<unknown>;
}

/** By the code of v1 and what v2 says in its place: the number of an error, or else how the answer reads. */
const counterparts: [v1: string, v2: string, Counterpart][] = [
  [
    "60022",
    "`200`, `status: pending`",
    {
      given: started,
      v1: () => v1.check({ phone_number, verification_code: "4321" }),
      v2: () => v2.check(serviceSid, { To, Code: "4321" }),
    },
  ],
  [
    "60023",
    "20404",
    {
      v1: () => v1.check({ phone_number, verification_code: "4321" }),
      v2: () => v2.check(serviceSid, { To, Code: "4321" }),
    },
  ],
  [
    "60001",
    "20003",
    {
      v1: () => v1ApiOf(sandbox.url, "wrong").details(),
      v2: () => apiOf(sandbox.url, { ...sandboxAccount, authToken: "wrong" }).call("GET", "/v2/Services"),
    },
  ],
  [
    "60003",
    "60203",
    { given: () => times(5, started), v1: () => v1.start({ phone_number }), v2: () => startV2({ Channel: "sms" }) },
  ],
  [
    "60003",
    "60202",
    {
      given: () => started().then(() => times(5, () => v2.check(serviceSid, { To, Code: "4321" }))),
      v1: () => v1.check({ phone_number, verification_code: "1234" }),
      v2: () => v2.check(serviceSid, { To, Code: "1234" }),
    },
  ],
  ["60004", "60200", { v1: () => v1.start({ phone_number, via: "fax" }), v2: () => startV2({ Channel: "fax" }) }],
  ["60004", "60221", { v1: () => v1.check({ phone_number: "" }), v2: () => v2.check(serviceSid, { Code: "1234" }) }],
  ["60002", "60200", { v1: () => v1.details({}, json), v2: () => v2.call("GET", "/v2/Services?PageSize=%zz") }],
  [
    "60002",
    "20413",
    {
      v1: () => v1.start({ phone_number, locale: "x".repeat(17_000) }),
      v2: () => startV2({ Locale: "x".repeat(17_000) }),
    },
  ],
  [
    "60005",
    "60200",
    {
      v1: () => v1Send(sandbox.url, "GET", "/protected/json/app/details?api_key=sandbox&a=%FF"),
      v2: () => v2.call("GET", "/v2/Services?PageSize=%FF"),
    },
  ],
  ["60033", "60200", { v1: () => v1.start({ phone_number: "12345678" }), v2: () => startV2({ To: "+112345678" }) }],
  [
    "60078",
    "60200",
    {
      v1: () => v1.start({ country_code: 999, phone_number: "2025550123" }),
      v2: () => startV2({ To: "+9992025550123" }),
    },
  ],
  ["60083", "60605", { v1: () => v1.start({ phone_number: "9005550123" }), v2: () => startV2({ To: "+19005550123" }) }],
  [
    "60083",
    "it is sent",
    { v1: () => v1.start({ phone_number: "8557747810" }), v2: () => startV2({ To: "+18557747810" }) },
  ],
  [
    "60021",
    "60204",
    { v1: () => v1.start({ phone_number, custom_code: 8247 }), v2: () => startV2({ CustomCode: "8247" }) },
  ],
  [
    "60021",
    "60243",
    { v1: () => v1.start({ phone_number, custom_message: "Hi" }), v2: () => startV2({ CustomMessage: "Hi" }) },
  ],
  [
    "60032",
    "20404",
    {
      v1: () => v1.feedback("6dadca60-49f8-0135-346b-0e5d6a065904", { Outcome: "received" }),
      v2: () => v2.call("POST", `/v2/Services/${serviceSid}/Verifications/${To}`, { Status: "approved" }),
    },
  ],
  [
    "60082",
    "60205",
    {
      given: () => v2.call("POST", `/v2/Services/${serviceSid}`, { LookupEnabled: "true", SkipSmsToLandlines: "true" }),
      v1: () => v1.start({ phone_number: "202-555-0150" }),
      v2: () => startV2({ To: "+12025550150" }),
    },
  ],
];

describe("the migrating guide's table of codes tells", () => {
  test.each(counterparts)("for %s: %s", async (v1Code, shown, { given, v1: callV1, v2: callV2 }) => {
    await given?.();
    expect(rowOf(v1Code)).toContain(shown);
    expect((await callV1()).body.error_code).toBe(v1Code);
    const { status, body } = await callV2();
    if (/^\d{5}$/.test(shown)) expect(body.code).toBe(Number(shown));
    else expect([status, body.status]).toEqual([shown.startsWith("`200`") ? 200 : 201, "pending"]);
  });
});

function rowOf(code: string): string | undefined {
  const guide = readFileSync(new URL("../../../spec/guides/migrating.md", import.meta.url), "utf8");
  return guide.split("\n").find((line) => line.startsWith("| 6") && line.split("|")[1]?.includes(code));
}
