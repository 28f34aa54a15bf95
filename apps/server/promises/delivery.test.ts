import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Api, apiOf } from "../test-support/api.ts";
import { type CommandProcess, spawnCommand } from "../test-support/cli-process.ts";
import { createAccount, databaseKindsOr, dump, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { type Mail, type MailServer, mailPassword, smtpReply, startMailServer } from "../test-support/mail-server.ts";

const secret = randomBytes(32).toString("base64url");
const folder = mkdtempSync(join(tmpdir(), "countersign-delivery-"));
/** The log of attempts may be read a hundred times a minute. */
const patience = { timeout: 20_000, interval: 250 };
let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await databases.stop();
});

describe.each(databaseKindsOr("PostgreSQL"))("a production server on %s with a mail server", (kind) => {
  test("security 3 and 4: sends each code once, and neither its database nor its output holds code, recipient or password", async () => {
    // Every second recipient is refused once.
    const refused = new Set<string>();
    const mailServer = await startMailServer({
      refuse: ({ to }) => (/[02468]@/.test(to) && !refused.has(to) && refused.add(to) ? smtpReply(451) : undefined),
    });
    const server = await serve(await databases.create(kind), mailServer);
    try {
      const recipients = Array.from({ length: 10 }, (_, index) => `ada.lovelace-${index}@countersign.test`);
      const sender = { from: "Hello@ACME.example", from_name: "Owl & Sons" };
      for (const [index, To] of recipients.entries()) {
        const started = await server.start(To, index < 2 ? sender : undefined);
        expect(started.status).toBe(201);
      }
      const foreign = { from: "hello@mail.acme.example" };
      expect((await server.start("bob@countersign.test", foreign)).body.code).toBe(60222);
      await expect.poll(() => mailServer.mails.length, { timeout: 20_000 }).toBe(10);
      const ofThem = mailServer.mails.filter(({ from }) => from === "hello@acme.example");
      expect(ofThem.map(({ to }) => to).toSorted()).toEqual(recipients.slice(0, 2));
      expect(ofThem.every(({ source }) => source.includes('From: "Owl & Sons" <hello@acme.example>'))).toBe(true);
      await expect.poll(() => server.statuses(), patience).toEqual({ sent: 10 });
      expect(mailServer.mails.map(({ to }) => to).toSorted()).toEqual(recipients);

      const codes = mailServer.mails.map(codeOf);
      const stored = await dump(server.databaseUrl);
      expect(codes.filter((code) => stored.includes(code))).toEqual([]);
      for (const [index, mail] of mailServer.mails.entries()) {
        expect((await server.check(mail.to, codes[index] ?? "")).body.status).toBe("approved");
      }
    } finally {
      await server.stop("SIGTERM");
      await mailServer.close();
    }
    const { out, err } = await server.process.ended;
    expect(out).toContain("a message is to be tried again");
    for (const canary of ["ada.lovelace", mailPassword, encodeURIComponent(mailPassword), secret, server.authToken]) {
      expect(out + err).not.toContain(canary);
    }
    for (const mail of mailServer.mails) expect(out + err).not.toMatch(new RegExp(`\\b${codeOf(mail)}\\b`));
  });

  test("security 22: a provider that is down is passed over, and one that refuses marks the attempt with its code", async () => {
    const [down, up] = [await startMailServer(), await startMailServer({ refuse: ({ to }) => refusal(to) })];
    await down.close();
    const server = await serve(await databases.create(kind), down, up);
    try {
      for (const name of ["gone", "ada", "bob"]) await server.start(`${name}@example.com`);
      await expect.poll(() => server.statuses(), patience).toEqual({ sent: 2, "failed 550": 1 });
      expect(up.mails.map(({ to }) => to).toSorted()).toEqual(["ada@example.com", "bob@example.com"]);
    } finally {
      await server.stop("SIGTERM");
      await up.close();
    }
  });

  test("security 24: SIGTERM finishes the message under way, and ends with 0 within ten seconds", async () => {
    let answer = () => {};
    const mailServer = await startMailServer({
      options: {
        onMailFrom(_address, _session, done) {
          answer = done;
        },
      },
    });
    const server = await serve(await databases.create(kind), mailServer);
    const silent = answer;
    expect((await server.start("ada@example.com")).status).toBe(201);
    await expect.poll(() => answer !== silent).toBe(true);
    const begun = Date.now();
    const stopped = server.stop("SIGTERM");
    answer();
    expect((await stopped).code).toBe(0);
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect(mailServer.mails).toHaveLength(1);
    expect(await dump(server.databaseUrl)).not.toContain("queued");
    await mailServer.close();
  });
});

/** Starts the program itself, with these mail servers in their order. */
async function serve(databaseUrl: string, ...mailServers: MailServer[]) {
  const credentials = await createAccount(databaseUrl);
  const ca = join(folder, `${randomBytes(8).toString("hex")}.pem`);
  // One alone, since they all have the same name: that of the last, the others are not even there.
  writeFileSync(ca, mailServers.at(-1)?.ca ?? "");
  const process: CommandProcess = spawnCommand(["serve", "--port", "0"], {
    COUNTERSIGN_DATABASE_URL: databaseUrl,
    COUNTERSIGN_SECRET: secret,
    COUNTERSIGN_HOST: "127.0.0.1",
    COUNTERSIGN_EMAIL_URL: mailServers.map(({ url }) => url).join(" "),
    COUNTERSIGN_EMAIL_SENDERS: "bob@mail.acme.example @Acme.example",
    NODE_EXTRA_CA_CERTS: ca,
  });
  const { url } = JSON.parse(await process.firstLine);
  const api: Api = apiOf(url, credentials);
  const serviceSid = await api.createService();
  return {
    databaseUrl,
    process,
    authToken: credentials.authToken,
    start: (To: string, sender?: { from: string; from_name?: string }) =>
      api.start(serviceSid, {
        To,
        Channel: "email",
        ...(sender && { ChannelConfiguration: JSON.stringify(sender) }),
      }),
    check: (To: string, Code: string) => api.check(serviceSid, { To, Code }),
    /** How many attempts came how far. */
    async statuses() {
      const { body } = await api.call("GET", "/v2/Attempts?PageSize=1000");
      const counts: Record<string, number> = {};
      for (const { channel_data: data } of body.attempts ?? []) {
        const { message_status, error_code } = data as { message_status?: string; error_code?: string | null };
        const name = error_code ? `${message_status} ${error_code}` : `${message_status}`;
        counts[name] = (counts[name] ?? 0) + 1;
      }
      return counts;
    },
    stop(signal: "SIGTERM" | "SIGKILL") {
      process.child.kill(signal);
      return process.ended;
    },
  };
}

function codeOf({ source }: Mail): string {
  return /\b\d{6}\b/.exec(source.slice(source.indexOf("text/plain")))?.[0] ?? "none";
}

function refusal(to: string): Error | undefined {
  return to === "gone@example.com" ? smtpReply(550) : undefined;
}
