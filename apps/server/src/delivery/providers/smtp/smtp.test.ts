import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type MailServer, mailPassword, smtpReply, startMailServer } from "../../../../test-support/mail-server.ts";
import type { DeliverableMessage } from "../../../verifications/composed-send.ts";
import { composeMessage } from "../../../verifications/message.ts";
import type { OutboxMessage } from "../../outbox.ts";
import type { Provider } from "../../routing.ts";
import { openSmtpProvider } from "./smtp.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

describe.each([
  ["STARTTLS", false],
  ["TLS from the first byte", true],
])("by %s", (_, isImplicitTls) => {
  test("each message arrives once, encrypted and under the credentials, over a few connections", async () => {
    const server = await serve({ isImplicitTls });
    const provider = open(server);
    await provider.probe();
    const probes = server.connections();
    const recipients = Array.from({ length: 50 }, (_each, index) => `to${index}@example.com`);
    const delivered = await Promise.all(recipients.map((to) => provider.deliver(message(to), content(to))));

    expect(delivered.map(({ status }) => status)).toEqual(recipients.map(() => "sent"));
    expect(server.mails.map(({ to }) => to).toSorted()).toEqual(recipients.toSorted());
    expect(server.mails.every(({ isTls, user }) => isTls && user === "countersign")).toBe(true);
    expect(server.connections() - probes).toBeLessThanOrEqual(5);
  });

  test("a certificate that is not trusted ends it before a credential is sent", async () => {
    const server = await serve({ isImplicitTls });
    const provider = track(openSmtpProvider(new URL(server.url)));

    expect(await deliver(provider)).toMatchObject({ status: "retry", errorCode: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    await expect(provider.probe()).rejects.toThrow(/^the mail server does not answer: DEPTH_ZERO_SELF_SIGNED_CERT/);
    expect(server.mails).toEqual([]);
  });
});

test("a server without TLS gets nothing, unless the URL says that it may", async () => {
  const server = await serve({ options: { hideSTARTTLS: true, disabledCommands: ["STARTTLS"], authOptional: true } });
  expect(await deliver(open(server))).toMatchObject({ status: "retry" });
  expect(server.mails).toEqual([]);

  const clear = new URL(`${server.url}&tls=optional`);
  [clear.username, clear.password] = ["", ""];
  expect(await deliver(track(openSmtpProvider(clear)))).toMatchObject({ status: "sent" });
  expect(server.mails).toMatchObject([{ isTls: false }]);
});

test("security 17: headers are those of RFC 5322 and of machines' mail, and nothing from outside makes another one", async () => {
  const server = await serve();
  const to = "ada@example.com";
  const evil = { ...content(to), subject: "Your code\r\nBcc: eve@example.com", html: "<p>123456</p>" };
  await open(server, { clock: () => Date.UTC(2026, 2, 2, 9, 30) }).deliver(message(to), evil);

  const [{ source = "" } = {}] = server.mails;
  const [head = ""] = source.split("\r\n\r\n");
  expect(head).toMatch(/^From: Acme <codes@example\.com>$/m);
  expect(head).toMatch(/^To: ada@example\.com$/m);
  expect(head).toMatch(/^Subject: Your code Bcc: eve@example\.com$/m);
  expect(head).toMatch(/^Date: Mon, 02 Mar 2026 09:30:00 \+0000$/m);
  expect(head).toMatch(/^Message-ID: <vl0{31}1@example\.com>$/m);
  expect(head).toMatch(/^Auto-Submitted: auto-generated$/m);
  expect(head).not.toMatch(/^Bcc:/im);
  expect(source).toMatch(/Content-Type: text\/plain; charset=utf-8/);
  expect(source).toMatch(/Content-Type: text\/html; charset=utf-8/);
  expect(source.match(/[^\r]\n|\r[^\n]/)).toBeNull();
});

test("a sender that the start names is in the header and the envelope at every try, and no line is made of its name", async () => {
  const refused: string[] = [];
  const server = await serve({ refuse: ({ from }) => (refused.push(from) === 1 ? smtpReply(451) : undefined) });
  const provider = open(server);
  const to = "ada@example.com";
  const sent = { ...content(to), from: "hello@acme.example", fromName: "Bücher, GmbH\r\nBcc: eve@example.com" };
  expect(await provider.deliver(message(to), sent)).toEqual({ status: "retry", errorCode: "451" });
  await provider.deliver(message(to), JSON.parse(JSON.stringify(sent)));
  await provider.deliver(message(to), { ...sent, fromName: undefined });
  await provider.deliver(message(to), { ...content(to), fromName: "Owl Books" });

  const heads = server.mails.map(({ from, source }) => [from, source.split("\r\n\r\n")[0] ?? ""] as const);
  expect(refused[0]).toBe("hello@acme.example");
  expect(heads.map(([from]) => from)).toEqual(["hello@acme.example", "hello@acme.example", "codes@example.com"]);
  const [whole = "", bare = "", named = ""] = heads.map(([, head]) => head);
  expect(whole).toMatch(/^From: =\?UTF-8\?Q\?B=C3=BCcher=2C_GmbH_Bcc/m);
  expect(whole).toMatch(/^Message-ID: <vl0{31}1@acme\.example>$/m);
  expect(whole).not.toMatch(/^Bcc:/im);
  expect(bare).toMatch(/^From: hello@acme\.example$/m);
  expect(named).toMatch(/^From: Owl Books <codes@example\.com>$/m);
});

test("a recipient that reads as a list or ends a line is one recipient, or none", async () => {
  const server = await serve();
  const provider = open(server);
  for (const to of ["a@example.com, b@example.com", "a@example.com>\r\nRCPT TO:<b@example.com"]) {
    await provider.deliver(message(to), content(to));
  }
  expect(server.mails.map(({ to }) => to).join()).not.toContain("b@example.com,");
  expect(server.mails.filter(({ to }) => to === "b@example.com")).toEqual([]);
});

test("4yz is retried, 5yz of the recipient or the message is the end, and 5yz of our address is the provider's trouble", async () => {
  const replies: Record<string, number> = { "busy@example.com": 451, "gone@example.com": 550 };
  const server = await serve({
    options: {
      onRcptTo: ({ address }, _session, done) => {
        const code = replies[address];
        done(code ? smtpReply(code) : null);
      },
    },
    refuse: ({ to }) => (to === "spam@example.com" ? smtpReply(554) : undefined),
  });
  const provider = open(server);
  const results = [];
  for (const name of ["busy", "gone", "spam", "ada"]) results.push(await deliver(provider, `${name}@example.com`));
  expect(results).toEqual([
    { status: "retry", errorCode: "451" },
    { status: "failed", errorCode: "550" },
    { status: "failed", errorCode: "554" },
    { status: "sent" },
  ]);

  const choosy = await serve({ options: { onMailFrom: (_address, _session, done) => done(smtpReply(550)) } });
  expect(await deliver(open(choosy))).toEqual({ status: "retry", errorCode: "550" });
});

test("credentials that are refused are the provider's trouble, and stand in no message", async () => {
  const server = await serve();
  const url = new URL(server.url);
  url.password = "hunter2";
  const provider = track(openSmtpProvider(url, { ca: server.ca }));

  expect(await deliver(provider)).toEqual({ status: "retry", errorCode: "535" });
  await expect(provider.probe()).rejects.toThrow("the mail server refuses the credentials: EAUTH 535");
  expect(provider.name).not.toContain("hunter2");
  expect(provider.name).not.toContain(mailPassword);
});

describe("a peer that", () => {
  test("does not listen is retried", async () => {
    const { port } = await raw(() => {}, true);
    expect(await deliver(openRaw(port))).toEqual({ status: "retry", errorCode: "ECONNREFUSED" });
  });

  test("never greets is retried after the time-out", async () => {
    const { port } = await raw(() => {});
    expect(await deliver(openRaw(port, 100))).toMatchObject({ status: "retry" });
  });

  test("closes at the greeting, or answers no SMTP, is retried", async () => {
    for (const peer of [(socket: Socket) => socket.end(), (socket: Socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n")]) {
      const { port } = await raw(peer);
      expect(await deliver(openRaw(port))).toMatchObject({ status: "retry" });
    }
  });

  test("takes the message and closes before the answer gets it once by one try, since the pool repeats nothing", async () => {
    const server = await serve({
      onTaken: ({ connections }) => {
        for (const connection of connections) connection._socket.destroy();
      },
    });
    expect(await deliver(open(server))).toMatchObject({ status: "retry" });
    expect(server.mails).toHaveLength(1);
  });

  test("takes the message and never answers gets it once by one try", async () => {
    const server = await serve({ onTaken: () => {} });
    expect(await deliver(open(server, { timeoutMs: 500 }))).toMatchObject({ status: "retry" });
    expect(server.mails).toHaveLength(1);
  });
});

async function serve(parts: Parameters<typeof startMailServer>[0] = {}): Promise<MailServer> {
  const server = await startMailServer(parts);
  closers.push(server.close);
  return server;
}

function open({ url, ca }: MailServer, options: Parameters<typeof openSmtpProvider>[1] = {}): Provider {
  return track(openSmtpProvider(new URL(url), { ca, ...options }));
}

function track(provider: Provider): Provider {
  // Before the servers.
  closers.unshift(provider.close);
  return provider;
}

/** A peer that speaks as the test does. @param isClosed whether it is gone when it is called */
async function raw(onSocket: (socket: Socket) => void, isClosed = false): Promise<{ port: number }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onSocket(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
  if (isClosed) await close();
  else closers.push(close);
  return { port };
}

function openRaw(port: number, timeoutMs = 5_000): Provider {
  return track(openSmtpProvider(new URL(`smtp://127.0.0.1:${port}?from=codes@example.com`), { timeoutMs }));
}

function deliver(provider: Provider, to = "ada@example.com") {
  return provider.deliver(message(to), content(to));
}

function message(_to: string): OutboxMessage {
  const attemptSid = "VL00000000000000000000000000000001";
  return { accountSid: "AC", serviceSid: "VA", attemptSid, channel: "email", sealed: "", createdAt: 0, expiresAt: 1 };
}

function content(to: string): DeliverableMessage {
  const written = composeMessage({
    channel: "email",
    locale: "en",
    friendlyName: "Acme",
    code: "123456",
    codeLength: 6,
    amount: null,
    payee: null,
    doNotShare: false,
    appHash: null,
    dtmfInputRequired: false,
    lifetimeMs: 600_000,
  });
  return { ...written, channel: "email", verificationSid: "VE", to, code: "123456", locale: "en", sendDigits: null };
}
