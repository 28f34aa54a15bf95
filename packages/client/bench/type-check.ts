import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median, type Row } from "./row.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const tsc = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));
const RUNS = 3;

const CLIENT = `import { createClient, unwrap, VerifyError } from "@countersign/client";

const client = createClient({ accountSid: "AC1", authToken: "t" });
const params = { path: { ServiceSid: "VA1" } };

export async function start(to: string): Promise<string | null> {
  const body = { To: to, Channel: "sms" } as const;
  const verification = await unwrap(client.POST("/v2/Services/{ServiceSid}/Verifications", { params, body }));
  return verification.sid;
}

export async function check(to: string, code: string): Promise<boolean> {
  try {
    const body = { To: to, Code: code };
    const { status } = await unwrap(client.POST("/v2/Services/{ServiceSid}/VerificationCheck", { params, body }));
    return status === "approved";
  } catch (error) {
    if (error instanceof VerifyError && error.code === 20404) return false;
    throw error;
  }
}
`;

const TWILIO = `import twilio from "twilio";

const client = twilio("AC1", "t");
const service = client.verify.v2.services("VA1");

export async function start(to: string): Promise<string> {
  const verification = await service.verifications.create({ to, channel: "sms" });
  return verification.sid;
}

export async function check(to: string, code: string): Promise<boolean> {
  try {
    const { status } = await service.verificationChecks.create({ to, code });
    return status === "approved";
  } catch (error) {
    if (error instanceof twilio.RestException && error.code === 20404) return false;
    throw error;
  }
}
`;

/** The time of `tsc --noEmit` on the same small consumer, as a project of its own. */
export function measureTypeCheck(): Row {
  return { name: `type-check of a consumer, median of ${RUNS}`, client: checkTime(CLIENT), twilio: checkTime(TWILIO) };
}

function checkTime(consumer: string): string {
  const project = mkdtempSync(join(folder, "consumer-"));
  writeFileSync(join(project, "consumer.ts"), consumer);
  const options = [
    "--noEmit",
    "--strict",
    "--skipLibCheck",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--types",
    "node",
  ];
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    execFileSync(process.execPath, [tsc, ...options, "consumer.ts"], { cwd: project, stdio: "inherit" });
    return performance.now() - start;
  });
  rmSync(project, { recursive: true });
  return `${(median(times) / 1000).toFixed(2)} s`;
}
