import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { send } from "../test-support/api.ts";
import { databaseKinds, dump, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { type ProductionServer, startProduction } from "../test-support/production.ts";

const secret = randomBytes(32).toString("base64url");
const transaction = { Amount: "39.99 EUR", Payee: "Acme Books" };

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.concurrent.each(databaseKinds)("on %s", (kind) => {
  test("security 3: the database holds no code in clear, while messages wait and after they were handed over", async () => {
    const databaseUrl = await databases.create(kind);
    const server = await startProduction({ databaseUrl, secret, isHeld: true });
    try {
      const sends = await startOnEveryChannel(server);
      const whileQueued = await dump(databaseUrl);
      await server.deliver();
      const handedOver = await dump(databaseUrl);

      expect(server.sent).toHaveLength(sends);
      // Those of a message are the ones that were issued, and every issued one is looked for.
      expect([...server.codes]).toEqual(expect.arrayContaining(server.sent.map(({ code }) => code)));
      expect(server.codes.size).toBeGreaterThan(sends / 2);
      for (const text of [whileQueued, handedOver]) {
        // A dump of nothing would pass as well.
        expect(text).toContain(server.credentials.accountSid);
        expect(text).toContain("Acme Books");
        expect(leaksOf([...server.codes, secret, server.credentials.authToken], text)).toEqual([]);
      }
    } finally {
      await server.close();
    }
  });

  test("security 3: the database holds no client token of silent network authentication in clear", async () => {
    const databaseUrl = await databases.create(kind);
    const server = await startProduction({ databaseUrl, secret });
    try {
      const { api } = server;
      const serviceSid = await api.createService();
      const To = "+14155552650";
      const { body } = await api.start(serviceSid, { To, Channel: "sna", EnableSnaClientToken: "true" });
      const opened = await send(body.sna?.url ?? "");
      const token = new URLSearchParams(opened.text).get("SnaClientToken") ?? "";
      expect(token).toMatch(/^\d{20}$/);
      const text = await dump(databaseUrl);
      expect(text).toContain(body.sid);
      expect(leaksOf([token], text)).toEqual([]);
      expect((await api.check(serviceSid, { To })).body.status).toBe("pending");
      expect((await api.check(serviceSid, { To, SnaClientToken: token })).body.status).toBe("approved");
    } finally {
      await server.close();
    }
  });
});

/** @returns how many messages that makes which are sent: one that repeats another, which still waits, takes its place */
async function startOnEveryChannel({ api }: ProductionServer): Promise<number> {
  // Ten random digits are in a dump by chance once in a million years of tests; six would be every day.
  const random = await api.createService({ CodeLength: "10", "Whatsapp.From": "+12025550100" });
  const custom = await api.createService({ CustomCodeEnabled: "true", "Whatsapp.From": "+12025550100" });
  const psd2 = await api.createService({ CodeLength: "10", Psd2Enabled: "true", CustomCodeEnabled: "true" });
  let messages = 0;
  const start = async (serviceSid: string, fields: Record<string, string>) => {
    const { status, text } = await api.start(serviceSid, fields);
    expect(status, text).toBe(201);
    if (fields.Channel !== "sna") messages += 1;
  };
  for (let person = 0; person < 8; person += 1) {
    const To = `+1415555260${person}`;
    // A re-send opens the code and seals it again into another message.
    for (const Channel of ["sna", "sms", "call", "whatsapp"]) await start(random, { To, Channel });
    for (const Channel of ["sms", "call"]) await start(custom, { To, Channel, CustomCode: `AB12CD3${person}` });
    await start(random, { To: `ada${person}@countersign.test`, Channel: "email" });
    await start(psd2, { To, ...transaction });
    await start(psd2, { To, ...transaction });
    messages -= 1;
    await start(psd2, { To: `+1415555261${person}`, CustomCode: `PSD2zz${person}${person}`, ...transaction });
  }
  return messages;
}

/** The secrets that the text holds, as they are or in a form that everybody can undo or try out. */
function leaksOf(secrets: string[], text: string): string[] {
  return secrets.filter((secret) => formsOf(secret).some((form) => text.includes(form)));
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hash = createHash("sha256").update(secret).digest();
  const base64 = (buffer: Buffer) => buffer.toString("base64").replace(/=+$/, "");
  return [secret, bytes.toString("hex"), base64(bytes), hash.toString("hex"), base64(hash), hash.toString("base64url")];
}
