import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "selfsigned";
import { freePort } from "../../apps/server/test-support/postgres.ts";
import { authorizationOf, type Caller } from "./cycles-over-http.ts";
import type { GatewayListening, GatewayMessage } from "./gateway.ts";
import { startForLoad } from "./loaded-service.ts";
import { countersign, run, type Service } from "./processes.ts";

/** An HTTPS gateway that takes every message, in a process of its own, and tells the codes. */
export interface Gateway {
  pid: number;
  /** What a server needs to know in order to send through it. */
  env: Record<string, string>;
  /** The code of the next message to somebody, or of one that came and was not asked for. */
  codeOf(recipient: string): Promise<string>;
  close(): Promise<void>;
}

export async function startGateway(folder: string): Promise<Gateway> {
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
  });
  const certificate = join(folder, "gateway.pem");
  writeFileSync(certificate, cert);
  const child = fork(fileURLToPath(new URL("gateway.ts", import.meta.url)));
  const ended = once(child, "exit");
  child.send({ key, cert });
  const [{ port, secret }] = (await once(child, "message")) as [GatewayListening];
  const codes = new Map<string, string>();
  const waiting = new Map<string, (code: string) => void>();
  child.on("message", ({ to, code }: GatewayMessage) => {
    const tell = waiting.get(to);
    if (tell) tell(code);
    else codes.set(to, code);
    waiting.delete(to);
  });
  return {
    pid: child.pid ?? 0,
    env: {
      COUNTERSIGN_SMS_URL: `https://localhost:${port}/messages?secret=${encodeURIComponent(secret)}`,
      NODE_EXTRA_CA_CERTS: certificate,
    },
    codeOf(recipient) {
      const code = codes.get(recipient);
      if (code === undefined) return new Promise((resolve) => waiting.set(recipient, resolve));
      codes.delete(recipient);
      return Promise.resolve(code);
    },
    async close() {
      // It ends with whoever started it.
      child.disconnect();
      await ended;
    },
  };
}

export interface Production extends Service {
  caller: Caller;
}

/** `countersign serve` with an account and a service of its own. */
export async function startProduction(
  databaseUrl: string,
  gateway: Gateway,
  { caller }: { caller?: Caller } = {},
): Promise<Production> {
  const env = {
    ...gateway.env,
    COUNTERSIGN_DATABASE_URL: databaseUrl,
    COUNTERSIGN_SECRET: "a secret of no less than 32 characters",
    COUNTERSIGN_HOST: "127.0.0.1",
    COUNTERSIGN_PUBLIC_URL: "http://127.0.0.1",
    // A benchmark starts more than anybody means to pay for.
    COUNTERSIGN_LIMIT_ACCOUNT: "off",
  };
  const port = await freePort();
  const account = caller ?? (await createAccount(env));
  const service = await startForLoad(port, [countersign, "serve", "--port", `${port}`], { env });
  return { ...service, caller: { ...account, serviceSid: caller?.serviceSid ?? (await createService(port, account)) } };
}

type Account = Omit<Caller, "serviceSid">;

async function createAccount(env: Record<string, string>): Promise<Account> {
  const { sid, auth_token: authToken } = JSON.parse(
    await run(process.execPath, [countersign, "accounts", "create", "Acme", "--json"], { env }),
  );
  return { accountSid: sid, authToken };
}

async function createService(port: number, account: Account): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/v2/Services`, {
    method: "POST",
    headers: { authorization: authorizationOf(account) },
    body: new URLSearchParams({ FriendlyName: "Acme" }),
  });
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { sid: string }).sid;
}
