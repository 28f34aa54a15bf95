import { randomBytes } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { generate } from "selfsigned";
import type { History, Post } from "./history.ts";
import { createDraw } from "./plans.ts";

/** A gateway that never dies, and records every message that comes, whatever it answers. */
export interface Gateway {
  /** For `COUNTERSIGN_SMS_URL` and `COUNTERSIGN_CALL_URL`. */
  url: string;
  /** The certificate to trust; PEM. */
  ca: string;
  /** The code of the last message to somebody, once there is one. */
  codeOf: (to: string) => string | undefined;
  /** From now on it takes everything at once. */
  calm: () => void;
  close: () => Promise<void>;
}

const moods = fc.record({
  answer: fc.oneof(
    { weight: 92, arbitrary: fc.constant("taken" as const) },
    { weight: 5, arbitrary: fc.constant("refused" as const) },
    { weight: 3, arbitrary: fc.constant("broken" as const) },
  ),
  // Long enough that a kill meets messages under way.
  delayMs: fc.integer({ min: 0, max: 20 }),
});

/** Starts one that now and then refuses a message, or takes it and breaks off, as the seed says. */
export async function startGateway(history: History, seed: number): Promise<Gateway> {
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
  });
  const codes = new Map<string, string>();
  const draw = createDraw(moods, seed);
  const watch = watchStalls();
  let isCalm = false;
  const server = createServer({ key, cert }, async (request, response) => {
    try {
      // Whoever posted has given up, or soon will: what would be taken now is sent again by right.
      if (watch.hasStalled()) return request.socket.destroy();
      const { to, text, attempt_sid: attemptSid } = JSON.parse(await readText(request));
      const { answer, delayMs } = isCalm ? { answer: "taken" as const, delayMs: 0 } : draw();
      const code = codeIn(text);
      const post: Post = { type: "post", attemptSid, to, code, at: Date.now(), answer };
      history.push(post);
      codes.set(to, code);
      await wait(delayMs);
      // Whoever posted may have given up meanwhile, and then sends it again by right.
      if (watch.hasStalled()) post.answer = "broken";
      if (post.answer === "broken") request.socket.destroy();
      else response.writeHead(answer === "taken" ? 200 : 503).end();
    } catch {
      // Whoever posts was killed in the midst of it, and so the message did not come.
      request.socket.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  return {
    url: `https://localhost:${port}/messages?secret=${encodeURIComponent(secret)}`,
    ca: cert,
    codeOf: (to) => codes.get(to),
    calm() {
      isCalm = true;
    },
    close: () =>
      new Promise((resolve) => {
        watch.stop();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The first digits of a text, as long as they are, for a code grows; a call spells them with pauses. */
function codeIn(text: string): string {
  return /\d(?:(?:, )?\d)*/.exec(text)?.[0].replaceAll(", ", "") ?? "";
}

const [tickMs, stallMs] = [100, 3_000];

/** Notices when this process has stood still, as while the history of another run is judged in it. */
function watchStalls() {
  let [ticked, stalled] = [performance.now(), Number.NEGATIVE_INFINITY];
  const tick = () => {
    const now = performance.now();
    if (now - ticked > stallMs) stalled = now;
    ticked = now;
  };
  const timer = setInterval(tick, tickMs);
  return {
    hasStalled() {
      // What came meanwhile may be read before the timer has its turn.
      tick();
      return ticked - stalled < stallMs;
    },
    stop: () => clearInterval(timer),
  };
}
