import { hostname } from "node:os";
import { createTransport, type NodemailerError } from "nodemailer";
import { createUnderWay } from "../../../kernel/under-way.ts";
import type { DeliverableMessage } from "../../../verifications/composed-send.ts";
import type { OutboxMessage } from "../../outbox.ts";
import type { Delivered, Provider } from "../../routing.ts";
import { tlsOptions } from "../endpoint.ts";
import { readSmtpSettings, type SmtpSettings } from "./settings.ts";

interface SmtpOptions {
  /** Milliseconds since 1970, for the `Date` header. */
  clock?: () => number;
  /** For a whole hand-over: waiting for a connection, greeting, TLS, message. */
  timeoutMs?: number;
  /** Certificates to trust instead of those that Node.js trusts; PEM. */
  ca?: string;
}

const timeoutMsDefault = 15_000;

/**
 * Opens a mail server: connections are kept and shared.
 * @throws Error with one line that says what is wrong with the URL.
 */
export function openSmtpProvider(url: URL, options: SmtpOptions = {}): Provider {
  const { clock = Date.now, timeoutMs = timeoutMsDefault } = options;
  const settings = readSmtpSettings(url);
  const transport = createTransport(transportOptions(settings, options));
  const underWay = createUnderWay<Delivered>();

  return {
    name: `smtp ${settings.host}:${settings.port}`,
    deliver(message, content) {
      const mail = { ...mailOf(settings, message, content, clock()), signal: AbortSignal.timeout(timeoutMs) };
      return underWay.follow(transport.sendMail(mail).then((): Delivered => ({ status: "sent" }), resultOf));
    },
    probe: () => probe(settings, options),
    async close() {
      await underWay.ended();
      transport.close();
    },
  };
}

function transportOptions(settings: SmtpSettings, { timeoutMs = timeoutMsDefault, ca }: SmtpOptions) {
  const { host, port, isImplicitTls, isTlsOptional, auth, connectionsMax } = settings;
  return {
    pool: true as const,
    host,
    port,
    secure: isImplicitTls,
    requireTLS: !isImplicitTls && !isTlsOptional,
    ...(auth && { auth }),
    name: ehloName(),
    maxConnections: connectionsMax,
    // The policy of the delivery counts the tries, so that the pool has none of its own.
    maxRequeues: 0,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    tls: { minVersion: "TLSv1.2" as const, ...tlsOptions(host, ca) },
  };
}

/** RFC 5321, section 4.1.1.1: a name with its domain, or an address literal. */
function ehloName(): string {
  return hostname().includes(".") ? hostname() : "[127.0.0.1]";
}

/**
 * One message. A sender that its start names stands in the envelope, too: by that SPF is checked, DMARC wants both to be of
 * one domain, and what comes back is the sender's. The same one again has the same Message-ID, by which a mailbox recognises it. `Auto-Submitted` keeps
 * holiday notes from answering (RFC 3834).
 */
function mailOf(
  settings: SmtpSettings,
  { attemptSid }: OutboxMessage,
  { to, subject = "", text, html, locale, ...sender }: DeliverableMessage,
  now: number,
) {
  const { from = settings.from } = sender;
  // The operator's name belongs to the operator's address.
  const { fromName = sender.from === undefined ? settings.fromName : "" } = sender;
  const domain = from.slice(from.lastIndexOf("@") + 1);
  return {
    from: { address: from, name: oneLine(fromName ?? "") },
    // An object, since a text would be read as a list of addresses.
    to: { address: oneLine(to), name: "" },
    envelope: { from, to: [{ address: oneLine(to), name: "" }] },
    subject: oneLine(subject),
    text,
    ...(html !== undefined && { html }),
    date: new Date(now),
    messageId: `<${attemptSid.toLowerCase()}@${domain}>`,
    headers: { "Auto-Submitted": "auto-generated", "Content-Language": locale },
  };
}

/** Nothing from outside ends a header (security 17). */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").trim();
}

/**
 * What a failure says. Only a 5yz about the recipient or the message ends it; one about our credentials, our address or the
 * connection is the server's trouble, and another provider may carry the message.
 */
function resultOf(error: NodemailerError): Delivered {
  const { responseCode, command = "", code, originalCode } = error;
  if (responseCode === undefined) return { status: "retry", errorCode: originalCode ?? code ?? "ECONNECTION" };
  const errorCode = String(responseCode);
  const isOfMessage = /^(RCPT TO|DATA)/.test(command) && code !== "EAUTH";
  return error.permanent && isOfMessage ? { status: "failed", errorCode } : { status: "retry", errorCode };
}

/** Greeting, TLS and credentials, on a connection of its own. */
async function probe(settings: SmtpSettings, options: SmtpOptions): Promise<void> {
  const transport = createTransport(transportOptions(settings, options));
  try {
    await transport.verify();
  } catch (error) {
    const { code, originalCode, responseCode } = error as NodemailerError;
    // The text of an answer may repeat what was sent.
    const what = code === "EAUTH" ? "the mail server refuses the credentials" : "the mail server does not answer";
    throw new Error(`${what}: ${[originalCode ?? code, responseCode].filter((part) => part !== undefined).join(" ")}`);
  } finally {
    transport.close({ force: true });
  }
}
