#!/usr/bin/env node
void run();

async function run(): Promise<void> {
  // Of themselves, so that the build shares their files with what is loaded later, and never this one, which runs it all.
  const [{ runProgram }, { createTerminal }] = await Promise.all([
    import("./cli/program.ts"),
    import("./cli/terminal.ts"),
  ]);
  const stopping = new AbortController();
  // The second signal ends the program at once.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort(signal));
  // Whoever reads may have enough, as `head` has.
  process.stdout.on("error", () => process.exit());

  const { env, stdin, stdout, stderr } = process;
  const terminal = createTerminal({ env, stdin, stdout, stderr, signal: stopping.signal });
  const code = await runProgram(process.argv.slice(2), terminal);
  // A command that was stopped is still at work, and nothing more may come of it.
  if (code > 128) process.exit(code);
  process.exitCode = code;
  // A prompt may still hold the input.
  stdin.destroy();
  // So may a connection to somebody slow, which nobody waits for any more.
  setTimeout(() => process.exit(), 200).unref();
}
