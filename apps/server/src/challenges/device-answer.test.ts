import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { answerOf } from "./device-answer.ts";

const keyOf = (namedCurve = "P-256") => generateKeyPairSync("ec", { namedCurve });
const { privateKey, publicKey } = keyOf();
const spki = publicKey.export({ type: "spki", format: "der" }).toString("base64");
const shown = {
  sid: "YC1",
  details: { message: "Pay 1/2 €?", fields: [{ label: "A", value: "B" }] },
  hidden_details: null,
};

const encoded = (text: string) => Buffer.from(text).toString("base64url");
const usual = JSON.stringify({ typ: "JWT", alg: "ES256" });

/** What a device sends. */
function jws(payload: string, { header = usual, key = privateKey, spoil = (bytes: Buffer) => bytes } = {}): string {
  const text = `${encoded(header)}.${encoded(payload)}`;
  const signature = spoil(sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }));
  return `${text}.${signature.toString("base64url")}`;
}

const whole = (more: object = { status: "approved" }) => JSON.stringify({ ...shown, ...more });

describe("what a device signed over all that it was shown", () => {
  it("is its answer, in whatever order and escapes its platform writes", () => {
    expect(answerOf(jws(whole()), spki, shown)).toBe("approved");
    expect(answerOf(jws(whole({ status: "denied" })), spki, shown)).toBe("denied");
    const otherwise = `{"status":"approved","hidden_details":null,
      "details":{"fields":[{"value":"B","label":"A"}],"message":"Pay 1\\/2 \\u20ac?"},"sid":"YC1","more":1}`;
    expect(answerOf(jws(otherwise), spki, shown)).toBe("approved");
  });

  it("also where a device leaves out the zero with which a number of the signature begins", () => {
    const begins = (at: number) => {
      for (let count = 0; ; count += 1) {
        const token = jws(whole({ status: "approved", count }));
        const bytes = Buffer.from(token.split(".")[2] ?? "", "base64url");
        if (bytes[at] !== 0) continue;
        const short = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
        return `${token.slice(0, token.lastIndexOf(".") + 1)}${short.toString("base64url")}`;
      }
    };
    expect([answerOf(begins(0), spki, shown), answerOf(begins(32), spki, shown)]).toEqual(["approved", "approved"]);
  });
});

describe("nothing else is an answer", () => {
  const hs256 = { header: JSON.stringify({ typ: "JWT", alg: "HS256" }) };
  const [header = "", payload = "", signature = ""] = jws(whole()).split(".");
  it.each([
    ["an altered field", jws(whole({ status: "approved", sid: "YC2" }))],
    ["an altered member of one", jws(whole({ status: "approved", details: { ...shown.details, message: "Pay?" } }))],
    ["a missing field", jws(JSON.stringify({ sid: "YC1", details: shown.details, status: "approved" }))],
    ["no status", jws(whole({}))],
    ["another status", jws(whole({ status: "pending" }))],
    ["another key", jws(whole(), { key: keyOf().privateKey })],
    ["another algorithm", jws(whole(), hs256)],
    ["no algorithm", jws(whole(), { header: "{}" })],
    ["no signature", `${header}.${payload}.`],
    ["none by its own word", `${encoded(JSON.stringify({ alg: "none" }))}.${payload}.`],
    [
      "a bit of the signature turned",
      jws(whole(), { spoil: (bytes) => Buffer.from(bytes.map((b, i) => (i === 5 ? b ^ 1 : b))) }),
    ],
    [
      "a signature in DER",
      jws(whole(), { spoil: () => sign("sha256", Buffer.from(`${header}.${payload}`), privateKey) }),
    ],
    ["the payload of another", `${header}.${encoded(whole({ status: "denied" }))}.${signature}`],
    ["five parts", `${header}.${payload}.${signature}.a.b`],
    ["no JSON", jws("approved")],
    ["a list", jws("[]")],
    ["a code", "287082"],
    ["nothing", ""],
  ])("%s", (_, token) => {
    expect(answerOf(token, spki, shown)).toBeUndefined();
  });
});
