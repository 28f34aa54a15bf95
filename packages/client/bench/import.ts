import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median, type Row } from "./row.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const RUNS = 10;

/** The time of the first import in a new process, until the first call could be made. */
export function measureImport(): Row {
  return {
    name: `cold import, median of ${RUNS}`,
    client: importTime(`(await import("@countersign/client")).createClient({ accountSid: "AC1", authToken: "t" })`),
    twilio: importTime(`(await import("twilio")).default("AC1", "t").verify.v2`),
  };
}

function importTime(code: string): string {
  const program = `const start = performance.now(); ${code}; console.log(performance.now() - start)`;
  const times = Array.from({ length: RUNS }, () => {
    return Number(
      execFileSync(process.execPath, ["--input-type=module", "-e", program], { cwd: folder, encoding: "utf8" }),
    );
  });
  return `${median(times).toFixed(0)} ms`;
}
