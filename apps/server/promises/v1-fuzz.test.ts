import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { type V1Call, v1Send } from "../test-support/v1-api.ts";

const runs = Number(process.env.FUZZ_RUNS ?? 500);

let sandbox: Running;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const operations = {
  "POST phones/verification/start": ["via", "country_code", "phone_number", "locale", "code_length", "custom_code"],
  "GET phones/verification/check": ["country_code", "phone_number", "verification_code"],
  "GET phones/verification/status": ["uuid", "country_code", "phone_number"],
  "GET phones/info": ["country_code", "phone_number", "user_ip"],
  "GET app/details": ["user_ip"],
};

/** What a parameter may well be, so that many requests get far. */
const likely: Record<string, string[]> = {
  via: ["sms", "call"],
  country_code: ["1", "44", "39", "999", "+1"],
  phone_number: ["202-555-0123", "202-555-0150", "4155552671", "+12025550124", "5005560022", "8557747810"],
  verification_code: ["1234", "4321", ""],
  locale: ["en", "zh-cn", "xx"],
  code_length: ["4", "10", "11"],
  custom_code: ["8247"],
  uuid: ["6dadca60-49f8-0135-346b-0e5d6a065904"],
  user_ip: ["192.0.2.7", "::1"],
};

const anyText = fc.string({ unit: "binary", maxLength: 40 });
const mostly = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: rare });

/** Half of the parameters and more, in their usual values or any other; sometimes one that nobody knows. */
function pairsOf(names: string[]): fc.Arbitrary<[string, string][]> {
  const pair = (name: string) =>
    mostly(fc.constantFrom(...(likely[name] ?? [""])), anyText).map((value): [string, string] => [name, value]);
  const known = fc.tuple(...names.map((name) => fc.option(pair(name), { freq: 8 })));
  const unknown = fc.array(fc.tuple(mostly(fc.constantFrom("__proto__", "constructor", ...names), anyText), anyText), {
    maxLength: 1,
  });
  return fc.tuple(known, unknown).map(([some, more]) => [...some.filter((each) => each !== null), ...more]);
}

/** The same pairs in each of the notations, whole or with something wrong in the middle. */
const bodies: ((pairs: [string, string][]) => [type: string, body: string])[] = [
  (pairs) => ["application/x-www-form-urlencoded", formOf(pairs)],
  (pairs) => ["application/json", JSON.stringify(Object.fromEntries(pairs))],
  (pairs) => [
    "application/xml",
    `<hash>${pairs.map(([name, value]) => `<${name}>${value}</${name}>`).join("")}</hash>`,
  ],
  (pairs) => ["text/plain", pairs.join("&")],
];

function formOf(pairs: [string, string][]): string {
  return new URLSearchParams(pairs).toString();
}

const request = fc.constantFrom(...Object.entries(operations)).chain(([operation, names]) => {
  const [method = "", path = ""] = operation.split(" ");
  return fc.record({
    method: fc.constant(method),
    path: mostly(fc.constant(path), fc.constantFrom("nothing", "phones", "app/details/%FF")),
    format: mostly(fc.constantFrom("json", "xml"), fc.constantFrom("yaml", "%00", "%FF", "JSON")),
    key: mostly(fc.constant("sandbox"), fc.constantFrom("wrong", "")),
    pairs: pairsOf(names),
    isInBody: fc.boolean(),
    body: fc.constantFrom(...bodies),
    cut: mostly(fc.constant(0), fc.nat(5)),
    suffix: mostly(fc.constant(""), fc.constantFrom("&%", "&a=%FF", "&&&", "&=")),
  });
});

test("security 16 and 20: every generated request of v1 is answered as documented, and none with a 5xx", {
  timeout: 60_000 + runs * 20,
}, async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path, format, key, pairs, isInBody, body, cut, suffix }) => {
      const query = isInBody ? "" : formOf(pairs);
      const [type, text] = body(pairs);
      const call: V1Call = isInBody
        ? { headers: { "content-type": type }, body: text.slice(0, text.length - cut) }
        : {};
      const target = `/protected/${format}/${path}?${query}${suffix}`;
      // That it is as documented is checked as it leaves.
      const { status } = await v1Send(sandbox.url, method, target, {
        ...call,
        headers: { ...call.headers, "x-authy-api-key": key },
      });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      expect(status).toBeLessThan(500);
    }),
    { numRuns: runs },
  );
  expect(statuses.get(200)).toBeGreaterThan(runs / 20);
  expect({}).not.toHaveProperty("polluted");
});
