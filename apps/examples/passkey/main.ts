import { startSandbox } from "@countersign/testing";
import { startApp } from "./log-in.ts";

/** The example on a sandbox of its own, until it is told to stop. */
const sandbox = await startSandbox();
const app = await startApp({ ...sandbox, port: Number(process.env.PORT ?? 4010) }).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
console.log(`
  Log in   ${app.url}
  Sandbox  ${sandbox.url}

Your device or your password manager makes the passkeys. Ctrl-C ends both.`);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);

async function stop(): Promise<void> {
  app.close();
  await sandbox.close();
  process.exit(0);
}
