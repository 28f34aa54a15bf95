import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Api, apiOf, type Credentials } from "../../apps/server/test-support/api.ts";
import { rowsOfCommand } from "../../apps/server/test-support/cli.ts";
import { spawnCommand } from "../../apps/server/test-support/cli-process.ts";
import { type MailServer, startMailServer } from "../../apps/server/test-support/mail-server.ts";
import { startPostgres } from "../../apps/server/test-support/postgres.ts";
import { type Smsc, startSmsc } from "../../apps/server/test-support/smsc.ts";

const secret = "a secret of no less than 32 characters";

/** The one route for SMS that has a name; what leaves by it says so. */
export const route = "MG00000000000000000000000000000001";

/** `countersign serve` on PostgreSQL, with a provider of e-mail and one of SMS, as an operator has it. */
export interface OperatedServer {
  databaseUrl: string;
  /** Of the console. */
  url: string;
  apiUrl: string;
  api: Api;
  accountSid: string;
  mail: MailServer;
  smsc: Smsc;
  /** By the command line. */
  makeKey(scope: string): Promise<Credentials>;
  /** Ends it, if it still runs. @returns all that it has logged */
  close(): Promise<string>;
}

export async function startOperatedServer(): Promise<OperatedServer> {
  const [postgres, mail, smsc] = await Promise.all([startPostgres({ fsync: false }), startMailServer(), startSmsc()]);
  const databaseUrl = await postgres.createDatabase();
  const run = async (...words: string[]) => {
    const [row = {}] = await rowsOfCommand(["accounts", ...words], { databaseUrl, secret });
    return row as Record<string, string>;
  };
  const { sid: accountSid = "", auth_token: authToken = "" } = await run("create", "Acme");
  const folder = mkdtempSync(join(tmpdir(), "operated-server-"));
  writeFileSync(join(folder, "ca.pem"), mail.ca);
  const { child, firstLine, ended } = spawnCommand(["serve", "--port", "0"], {
    COUNTERSIGN_DATABASE_URL: databaseUrl,
    COUNTERSIGN_SECRET: secret,
    COUNTERSIGN_HOST: "127.0.0.1",
    COUNTERSIGN_CONSOLE_PORT: "0",
    COUNTERSIGN_EMAIL_URL: mail.url,
    COUNTERSIGN_SMS_ROUTES: `${route}=smpp://user:pass@127.0.0.1:${smsc.port}?from=Route`,
    COUNTERSIGN_SMS_URL: `smpp://user:pass@127.0.0.1:${smsc.port}?from=Acme`,
    NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
  });
  const { url, consolePort } = JSON.parse(await firstLine);
  const end = async () => {
    child.kill("SIGTERM");
    const { out, err } = await ended;
    await Promise.all([mail.close(), smsc.close(), postgres.stop()]);
    rmSync(folder, { recursive: true });
    return out + err;
  };
  let closed: Promise<string> | undefined;
  return {
    databaseUrl,
    url: `http://127.0.0.1:${consolePort}`,
    apiUrl: url,
    api: apiOf(url, { accountSid, authToken }),
    accountSid,
    mail,
    smsc,
    async makeKey(scope) {
      const { sid = "", secret = "" } = await run("keys", "create", accountSid, "--scopes", scope);
      return { accountSid: sid, authToken: secret };
    },
    close() {
      closed ??= end();
      return closed;
    },
  };
}
