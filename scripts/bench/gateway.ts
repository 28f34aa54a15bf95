import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";

/** What it tells first: where it listens, and by what the messages are to be signed. */
export interface GatewayListening {
  port: number;
  secret: string;
}

/** What it tells of each message. */
export interface GatewayMessage {
  to: string;
  code: string;
}

// An HTTPS gateway that takes every message, and tells whoever forked it who would have got which code.
const [identity] = (await once(process, "message")) as [{ key: string; cert: string }];
const server = createServer(identity, async (request, response) => {
  const { to, text } = JSON.parse(await readText(request)) as { to: string; text: string };
  process.send?.({ to, code: /\d{4,10}/.exec(text)?.[0] ?? "" } satisfies GatewayMessage);
  response.end();
});
await once(server.listen(0, "localhost"), "listening");
const { port } = server.address() as AddressInfo;
process.send?.({ port, secret: `whsec_${randomBytes(32).toString("base64")}` } satisfies GatewayListening);
process.once("disconnect", () => process.exit());
