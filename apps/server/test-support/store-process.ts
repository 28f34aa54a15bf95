import { randomInt } from "node:crypto";
import { openPostgresStore } from "../src/store/postgres/store.ts";
import { addSafe, check, configure, makeEntity, rightCode, start, wrongCode } from "./store-commands.ts";
import type { Job, Scope } from "./store-processes.ts";

/** A server process without HTTP: opens the store, tells that it did, and works on the jobs that it gets. */
const [url = ""] = process.argv.slice(2);
const store = await openPostgresStore({ url, clock: Date.now });
process.on("message", (job: Job) => void work(job));
process.on("disconnect", () => process.exit());
tell("open");

async function work({ scope, recipient, call, count }: Job): Promise<void> {
  if (call === "load") return load(scope);
  const run = {
    start: startOne,
    limited: startLimited,
    safe: async (scope: Scope, phoneNumber: string) => ({ ok: await addSafe({ ...scope, store }, phoneNumber) }),
    configured: async (scope: Scope) => ({ ok: await configure({ ...scope, store }, "DE") }),
    entity: async (scope: Scope, identity: string) =>
      makeEntity({ ...scope, store }, identity || `person-${randomInt(1e9)}`),
    checkRight: checkWith(rightCode),
    checkWrong: checkWith(wrongCode),
  }[call];
  const outcomes = await Promise.all(Array.from({ length: count }, () => run(scope, recipient)));
  tell({ accepted: outcomes.filter(({ ok }) => ok).length });
}

function startOne(scope: Scope, recipient: string) {
  return start({ ...scope, store }, recipient);
}

function startLimited(scope: Scope) {
  const rateLimits = [{ uniqueName: "address", valueHash: "a hash" }];
  return start({ ...scope, store }, `+1202${randomInt(1e9)}`, { rateLimits });
}

function checkWith(code: string) {
  return (scope: Scope, recipient: string) => check({ ...scope, store }, { recipient }, code);
}

/** Starts and approves verifications until it is killed, and tells what was answered to whom. */
async function load(scope: Scope): Promise<void> {
  const callers = Array.from({ length: 20 }, async () => {
    for (;;) {
      const recipient = `+1202${randomInt(1e9)}`;
      await startOne(scope, recipient);
      tell({ recipient, answered: "pending" });
      await check({ ...scope, store }, { recipient }, rightCode);
      tell({ recipient, answered: "approved" });
    }
  });
  await Promise.all(callers);
}

function tell(message: unknown): void {
  process.send?.(message);
}
