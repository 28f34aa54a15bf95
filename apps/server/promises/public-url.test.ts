import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import twilio from "twilio";
import { afterAll, beforeAll, expect, test } from "vitest";
import { requestIdHeader } from "../src/http/request-log.ts";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { authorizationOf } from "../test-support/api.ts";

let sandbox: Running;
/** A reverse proxy that has the service below a path of its own, which it takes away. */
const proxy = createServer((incoming, outgoing) => {
  const { method, headers, url = "" } = incoming;
  if (!url.startsWith("/verify/")) return outgoing.writeHead(502).end();
  const path = url.slice("/verify".length);
  incoming.pipe(
    request({ host: "127.0.0.1", port: sandbox.port, method, path, headers }, (answer) => {
      // By its request id an answer is known as the service's, and held against the document; at this address it has none.
      const { [requestIdHeader]: _id, ...others } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, others);
      answer.pipe(outgoing);
    }),
  );
});
let publicUrl: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  publicUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/verify`;
  sandbox = await startSandbox({ publicUrl: `${publicUrl}/` });
});
afterAll(async () => {
  await sandbox.close();
  proxy.closeAllConnections();
  proxy.close();
});

const client = () => {
  const { accountSid, authToken } = sandboxAccount;
  const { verify } = twilio(accountSid, authToken);
  verify.baseUrl = publicUrl;
  return verify.v2;
};

test("behind a proxy that takes a path away every address that is answered is reached under the public URL", async () => {
  const service = client().services(sandboxServiceSid);
  const started = await service.verifications.create({ to: "+12025550123", channel: "sms" });
  await service.verifications.create({ to: "+12025550124", channel: "sms" });
  const sna = await service.verifications.create({ to: "+12025550125", channel: "sna" });
  const { url, links } = await service.fetch();
  const [attempt] = await client().verificationAttempts.list({ limit: 1 });
  const summary = await client().verificationAttemptsSummary().fetch();

  expect(links.verifications).toBe(`${publicUrl}/v2/Services/${sandboxServiceSid}/Verifications`);
  const addresses = [started.url, sna.sna.url, url, attempt?.url, summary.url];
  expect(addresses.filter((address) => !address?.startsWith(`${publicUrl}/`))).toEqual([]);
  for (const address of addresses) {
    const answer = await fetch(address ?? "", { headers: { authorization: authorizationOf(sandboxAccount) } });
    expect([address, answer.status]).toEqual([address, 200]);
  }
  // The SDK follows the addresses of pages as they are.
  expect(await client().verificationAttempts.list({ pageSize: 1 })).toHaveLength(2);
});
