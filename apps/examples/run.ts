import { type Sandbox, startSandbox } from "@countersign/testing";

interface Example {
  start(parts: Sandbox & { port: number }): Promise<{ url: string; close(): void }>;
  /** Where it listens if `PORT` says nothing else. */
  port: number;
  /** What to have at hand. */
  hint: string;
}

/** Runs an example on a sandbox of its own, until it is told to stop. */
export async function run({ start, port, hint }: Example): Promise<void> {
  const sandbox = await startSandbox();
  const app = await start({ ...sandbox, port: Number(process.env.PORT ?? port) }).catch((error: Error) => {
    console.error(error.message);
    process.exit(1);
  });
  console.log(`\n  Log in   ${app.url}\n  Sandbox  ${sandbox.url}\n\n${hint} Ctrl-C ends both.`);
  const stop = async () => {
    app.close();
    await sandbox.close();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
}
