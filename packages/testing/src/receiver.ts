import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { SandboxEvent } from "./events.ts";

export interface Receiver {
  url: string;
  /** What is not signed with it is refused. */
  secret: string;
  close(): void;
}

/**
 * Hears what is posted on a free port of this machine.
 *
 * @param take Gets each event once.
 * @param signingSecret What forms are signed with, which tell of factors.
 */
export async function startReceiver(take: (event: SandboxEvent) => void, signingSecret: string): Promise<Receiver> {
  const ofForms = Buffer.from(signingSecret.replace("whsec_", ""), "base64");
  const key = randomBytes(32);
  const seen = new Set<string>();
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const id = String(request.headers["webhook-id"]);
    const isForm = request.headers["content-type"] === "application/x-www-form-urlencoded";
    if (!isSigned(isForm ? ofForms : key, id, request, body)) return response.writeHead(401).end();
    // It is tried again where the answer was lost.
    const events = isForm ? [Object.fromEntries(new URLSearchParams(body))] : [JSON.parse(body)].flat();
    if (!seen.has(id)) for (const event of events) if (event.type !== "webhook.test") take(event);
    seen.add(id);
    return response.writeHead(200).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    secret: `whsec_${key.toString("base64")}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** As Standard Webhooks has it. */
function isSigned(key: Buffer, id: string, { headers }: IncomingMessage, body: string): boolean {
  const right = createHmac("sha256", key).update(`${id}.${headers["webhook-timestamp"]}.${body}`).digest();
  const given = Buffer.from(String(headers["webhook-signature"]).replace(/^v1,/, ""), "base64");
  return given.length === right.length && timingSafeEqual(given, right);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
