import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { expect, test } from "vitest";
import type { LogEntry } from "../http/request-log.ts";
import { StoreUnavailableError } from "../kernel/refusal.ts";
import { createVault } from "../verifications/vault.ts";
import { createProviderReceipts, type ProviderReceipts } from "./provider-receipts.ts";

const path = "/gateway/receipts";
const attemptSid = `VL${"a1".repeat(16)}`;
const provider = "46elks api.46elks.com";

test("every request at a receipt's address is in the log and the figures, a forged, a large and a failing one too; security 4: without its address and what it says", async () => {
  const lines: Record<string, unknown>[] = [];
  const counted: unknown[] = [];
  const note = (details: object) => void lines.push(details as Record<string, unknown>);
  const answers = [
    () => undefined,
    () => Promise.reject(new StoreUnavailableError()),
    () => Promise.reject(new TypeError("broken")),
  ];
  const receipts = createProviderReceipts({
    ...{ base: `https://verify.example.com${path}`, path, clock: Date.now },
    channels: [
      { channel: "sms", url: new URL("https://user:hunter2@api.46elks.com?preset=46elks&from=Acme"), prefixes: [] },
    ],
    vault: createVault("c".repeat(21) + "Ab1-d".repeat(5)),
    receive: async () => answers.shift()?.(),
    endOf: async () => undefined,
    log: { info: note, warn: note, error: note } as never,
    counts: {
      answered: ({ operation, status }: LogEntry & { status: number | undefined }) =>
        counted.push(`${operation?.operationId} ${status}`),
      received: ({ provider: name, status }) => counted.push(`${name} ${status}`),
    },
  });
  const server = await serve(receipts);
  const url = receipts.receiptUrl({ provider, account: "user", channel: "sms", attemptSid });
  const forged = url.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
  const statuses = [];
  for (const [address, body] of [
    ...Array(3).fill([url, "status=delivered"]),
    [url, `status=${"x".repeat(17_000)}`],
    [forged, "status=delivered"],
  ])
    statuses.push(await server.post(address, { body }));
  server.close();

  expect(statuses).toEqual([204, 503, 500, 413, 404]);
  expect(counted).toEqual([
    ...["providerReceipt 204", "providerReceipt 503", "providerReceipt 500"],
    ...[`${provider} refused`, "providerReceipt 413", "none refused", "providerReceipt 404"],
  ]);
  const ours = { operationId: "providerReceipt", method: "POST", path: `${path}/{address}`, provider, attemptSid };
  expect(lines).toMatchObject([
    { ...ours, status: 204 },
    { ...ours, status: 503 },
    { ...ours, error: { name: "TypeError" } },
    { ...ours, status: 500 },
    { ...ours, status: 413 },
    { operationId: "providerReceipt", status: 404 },
  ]);
  expect(lines.at(-1)).not.toHaveProperty("attemptSid");
  const text = JSON.stringify(lines);
  for (const secret of [url.slice(-20), forged.slice(-20), "hunter2", "delivered"]) expect(text).not.toContain(secret);
});

test("of two accounts of one provider at one host, a receipt counts by the signature of the one that carried the message alone", async () => {
  const [one, other] = [`AC${"0".repeat(31)}1`, `AC${"0".repeat(31)}2`];
  const urls = [`https://${one}:token-1@api.twilio.com`, `https://${other}:token-2@api.twilio.com`];
  const heard: unknown[] = [];
  const receipts = createProviderReceipts({
    ...{ base: `https://verify.example.com${path}`, path, clock: Date.now },
    channels: urls.map((url) => ({ channel: "sms", url: new URL(`${url}?preset=twilio&from=Acme`), prefixes: [] })),
    vault: createVault("c".repeat(21) + "Ab1-d".repeat(5)),
    receive: async (...given) => void heard.push(given),
    endOf: async () => undefined,
  });
  const server = await serve(receipts);
  const carried = { provider: "twilio api.twilio.com", account: one, channel: "sms", attemptSid } as const;
  const url = receipts.receiptUrl(carried);
  expect(receipts.receiptUrl({ ...carried, account: other })).not.toBe(url);
  const fields = { MessageStatus: "delivered" };
  const signed = (token: string) => ({
    headers: { "x-twilio-signature": getExpectedTwilioSignature(token, url, fields) },
    body: new URLSearchParams(fields),
  });
  expect([await server.post(url, signed("token-2")), heard]).toEqual([404, []]);
  expect([await server.post(url, signed("token-1")), heard.length]).toEqual([204, 1]);
  server.close();
});

async function serve({ intercept }: ProviderReceipts) {
  const server = createServer((request, response) => void intercept(request, response));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    close: () => server.close(),
    post: async (address: string, init: RequestInit) => {
      const here = address.replace("https://verify.example.com", `http://127.0.0.1:${port}`);
      return (await fetch(here, { method: "POST", ...init })).status;
    },
  };
}
