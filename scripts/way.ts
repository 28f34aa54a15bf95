import { register } from "node:module";
import { fileURLToPath } from "node:url";

/** A file that a request passed. */
export interface Step {
  file: string;
  /** What the function by which it was entered does, or else what the file is for, in the words of a docstring. */
  does: string;
  /** In the order in which they were entered. */
  functions: string[];
}

/**
 * `npm run way`: sends one verification check to a server that runs from the sources, and prints through which of the
 * server's files it went, in the order in which it came to each, and what each does.
 */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const steps = await wayOfCheck();
  for (const { file, does, functions } of steps) console.log(`${file.padEnd(36)} ${does || functions.join(", ")}`);
  console.log(`${steps.length} files`);
}

/** The right code's check in production, the second one of its server, which compiles nothing any more. */
export async function wayOfCheck(): Promise<Step[]> {
  register("./way/hooks.mjs", import.meta.url);
  const { startServer } = await import("./way/server.ts");
  const { url, authorization, codes, close } = await startServer();
  const post = (resource: string, fields: Record<string, string>) =>
    fetch(`${url}/${resource}`, {
      method: "POST",
      headers: { authorization },
      body: new URLSearchParams({ To: "+12025550142", ...fields }),
    });
  await post("Verifications", { Channel: "sms" });
  await post("VerificationCheck", { Code: "000000" });
  const steps = new Map<string, Step>();
  Object.assign(globalThis, {
    wayNote(file: string, name: string, does: string) {
      const step = steps.get(file) ?? { file, does, functions: [] };
      if (name && !step.functions.includes(name)) step.functions.push(name);
      steps.set(file, step);
    },
  });
  const answer = await post("VerificationCheck", { Code: codes.at(-1) ?? "" });
  Object.assign(globalThis, { wayNote: undefined });
  await close();
  const { status } = (await answer.json()) as { status?: string };
  if (status !== "approved") throw new Error("The check was not approved.");
  return [...steps.values()];
}
