import { createInterface } from "node:readline";
import { check, rightCode, type Scope, start } from "../store-contract/commands.ts";
import { openSqliteStore } from "./store.ts";

/**
 * A process for `kill.test.ts` to kill: writes to the file as fast as it can, and prints what was acknowledged.
 * Arguments: path, account, service, and a prefix of recipients that no other process uses.
 */

const [path = "", accountSid = "", serviceSid = "", prefix = ""] = process.argv.slice(2);
const scope: Scope = { store: await openSqliteStore({ path, clock: Date.now }), accountSid, serviceSid };

let count = 0;
createInterface({ input: process.stdin }).on("close", () => process.exit());
await Promise.all(Array.from({ length: 16 }, work));

async function work(): Promise<never> {
  for (;;) {
    count += 1;
    const recipient = `${prefix}${count}`;
    const outcome = await start(scope, recipient);
    if (!outcome.ok) throw new Error(`a start was refused with ${outcome.refusal.code}`);
    const { sid } = outcome.value.verification;
    console.log(`started ${sid}`);
    const checks = [check(scope, { recipient }, rightCode), check(scope, { sid }, rightCode)];
    await Promise.all(
      checks.map(async (answer) => {
        if ((await answer).ok) console.log(`approved ${sid}`);
      }),
    );
  }
}
