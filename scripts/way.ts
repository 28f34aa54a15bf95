import { register } from "node:module";
import { fileURLToPath } from "node:url";

/** A file that a request passed, and its functions in the order in which they were entered. */
export interface Step {
  file: string;
  functions: string[];
}

/**
 * `npm run way`: sends one verification check to a sandbox that runs from the sources, and prints through which of the
 * server's files it went, in the order in which it came to each.
 */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const steps = await wayOfCheck();
  for (const { file, functions } of steps) console.log(`${file.padEnd(44)} ${functions.join(", ")}`);
  console.log(`${steps.length} files`);
}

/** The second check of a sandbox, which compiles nothing any more. */
export async function wayOfCheck(): Promise<Step[]> {
  register("./way/hooks.mjs", import.meta.url);
  const sandbox = await import("../apps/server/src/sandbox/sandbox.ts");
  const { accountSid, authToken } = sandbox.sandboxAccount;
  const { url, close } = await sandbox.startSandbox();
  const post = (path: string, fields: Record<string, string>) =>
    fetch(`${url}/v2/Services/${sandbox.sandboxServiceSid}/${path}`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` },
      body: new URLSearchParams({ To: "+12025550142", ...fields }),
    });
  await post("Verifications", { Channel: "sms" });
  await post("VerificationCheck", { Code: "000000" });
  const steps = new Map<string, Set<string>>();
  Object.assign(globalThis, {
    wayNote(file: string, name: string) {
      const functions = steps.get(file) ?? new Set();
      steps.set(file, name ? functions.add(name) : functions);
    },
  });
  const answer = await post("VerificationCheck", { Code: "123456" });
  Object.assign(globalThis, { wayNote: undefined });
  await close();
  const { status } = (await answer.json()) as { status?: string };
  if (status !== "approved") throw new Error("The check was not approved.");
  return Array.from(steps, ([file, functions]) => ({ file, functions: [...functions] }));
}
