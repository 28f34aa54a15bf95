import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { DeliveryReport } from "../attempts/attempt.ts";
import { guardedHeaders } from "../http/answers.ts";
import type { Intercept } from "../http/http-server.ts";
import { bytesMaxDefault, readBody } from "../http/pipeline.ts";
import { createRequestLog, type RequestLog, requestIdOf } from "../http/request-log.ts";
import { pathOf, queryOf } from "../http/request-url.ts";
import type { Clock } from "../kernel/clock.ts";
import { StoreUnavailableError } from "../kernel/refusal.ts";
import type { CodeVault } from "../verifications/vault.ts";
import type { ChannelUrl } from "./channel-urls.ts";
import type { EndOfMessage } from "./end-of-message.ts";
import type { Awaiting, Carried, ProviderAddresses } from "./providers/gateway/gateway.ts";
import type { AnyRecipe, ReceiptRequest } from "./providers/gateway/recipe.ts";
import { textAt } from "./providers/gateway/result.ts";
import { accountName, gatewayName, readGatewaySettings } from "./providers/gateway/settings.ts";
import type { Receive } from "./receipts.ts";

/** Where providers that are known by name post what they learn, each in its own way. */
export interface ProviderReceipts extends ProviderAddresses {
  intercept: Intercept;
}

interface Parts {
  /** The address that ends before the attempt. */
  base: string;
  /** Its path as requests have it. */
  path: string;
  channels: readonly ChannelUrl[];
  vault: Pick<CodeVault, "hashValues" | "sealText" | "openText">;
  clock: Clock;
  receive: Receive;
  endOf: EndOfMessage;
  log?: Pick<Logger, "info" | "warn" | "error"> | undefined;
  /** Told of each request, and of each that was refused. */
  counts?: (Pick<RequestLog, "answered"> & { received: Received }) | undefined;
}

type Received = (refused: { provider: string; status: "refused"; isKnown: true }) => void;

/**
 * Receipts of providers need no account here: their address holds the attempt and a keyed hash of it, so that nobody else
 * can make one. Where the provider signs them, the signature must be right as well. What such an address goes on with is
 * a document for the provider, sealed, which is given to nobody but who signs, and as long as its verification waits for it.
 */
export function createProviderReceipts({
  base,
  path,
  channels,
  vault,
  clock,
  receive,
  endOf,
  log,
  counts,
}: Parts): ProviderReceipts {
  const senders = channels.flatMap(({ channel, url }) => {
    if (url.protocol !== "https:" || channel === "email") return [];
    const settings = readGatewaySettings(url, channel);
    const { shape } = settings;
    return shape.preset === "recipe"
      ? [{ ...shape, channel, provider: gatewayName(settings), sentBy: accountName(shape) }]
      : [];
  });
  for (const { provider, recipe } of senders) {
    const { urlLengthMax } = recipe.receipt;
    if (urlLengthMax !== undefined && base.length + 1 + tokenLength > urlLengthMax)
      log?.warn(
        { provider, urlLengthMax },
        "the public address is too long for this provider, which sends no receipts then",
      );
  }
  const hashesOf = ({ provider, account, channel, attemptSid }: Carried) =>
    vault
      .hashValues(`receipt ${channel} ${provider} ${account} ${attemptSid}`)
      .map((hash) => hash.slice(0, hashLength));

  function receiptUrl(carried: Carried): string {
    return `${base}/${Buffer.from(carried.attemptSid.slice(2), "hex").toString("base64url")}${hashesOf(carried)[0]}`;
  }

  const requests = createRequestLog(log, counts);
  const operation = { operationId: "providerReceipt", path: `${path}/{address}` };

  /** Whom an address was given to, for which attempt. */
  function toldOf(token: string) {
    const attemptSid = `VL${Buffer.from(token.slice(0, -hashLength), "base64url").toString("hex")}`;
    const hash = Buffer.from(token.slice(-hashLength));
    const told = senders.filter((sender) =>
      hashesOf({ ...sender, account: sender.sentBy, attemptSid }).some((right) =>
        timingSafeEqual(Buffer.from(right), hash),
      ),
    );
    return { attemptSid, told };
  }

  async function answerTo(
    request: IncomingMessage,
    { rest, sealed }: Asked,
    { attemptSid, told }: ReturnType<typeof toldOf>,
  ): Promise<Answer | undefined> {
    if (told.length === 0) return { status: 404 };
    const body = await readBody(request, bytesMaxDefault);
    if (typeof body === "string") return body === "aborted" ? undefined : { status: 413 };
    const { headers } = request;
    const given = { url: `${base}/${rest}`, headers, body, fields: fieldsOf(request, body), now: clock() };
    // What one account sends by two tokens differs by what they sign with.
    const proofOf = (sender: (typeof senders)[number]) =>
      sender.recipe.receipt.isSigned?.(given, sender.account, sender.given);
    if (sealed !== undefined) {
      const opened = vault.openText(sealed) ?? "";
      const signer = told.find(proofOf);
      if (!signer || !opened.startsWith(markOf(attemptSid))) return { status: 404 };
      const { channel, recipe } = signer;
      const { document, ...of }: Awaiting & { document: string } = JSON.parse(opened.slice(markOf(attemptSid).length));
      const reason = await endOf({ ...of, attemptSid, channel }, of);
      return { status: 200, document: reason === undefined ? document : recipe.receipt.goodbye };
    }
    const sender = told.find((each) => proofOf(each) !== false);
    if (!sender) return { status: 404 };
    const report = reportOf(sender.recipe, given);
    if (report) await receive(sender.provider, attemptSid, report);
    return { status: 204 };
  }

  /** Forged ones and those that fail are in the log and in the figures, as any request is. */
  async function answered(request: IncomingMessage, response: ServerResponse, asked: Asked): Promise<void> {
    const begun = performance.now();
    const given = toldOf(asked.token);
    const { attemptSid, told } = given;
    const provider = told[0]?.provider;
    const receipt = provider === undefined ? undefined : { provider, attemptSid };
    const entry = { id: requestIdOf(request), method: request.method, operation, receipt };
    const answer = await answerTo(request, asked, given).catch((error: unknown): Answer => {
      if (error instanceof StoreUnavailableError) return { status: 503 };
      requests.failed(error, entry);
      return { status: 500 };
    });
    if (answer) send(response, answer);
    const status = answer?.status;
    if (status === 404 || status === 413)
      counts?.received({ provider: provider ?? "none", status: "refused", isKnown: true });
    requests.answered({ ...entry, status, ms: performance.now() - begun });
  }

  return {
    receiptUrl,
    documentUrl(carried, document, { accountSid, serviceSid, verificationSid, code }) {
      const text = JSON.stringify({ accountSid, serviceSid, verificationSid, code, document });
      return `${receiptUrl(carried)}/${vault.sealText(markOf(carried.attemptSid) + text)}`;
    },
    intercept(request, response) {
      const asked = askedIn(request, path);
      if (asked === undefined || senders.length === 0) return false;
      void answered(request, response, asked);
      return true;
    },
  };
}

/** What a document begins with before it is sealed: nothing else that is sealed does. */
const markOf = (attemptSid: string) => `document of ${attemptSid}: `;

/** Of a keyed hash: 96 bits, since one provider takes no longer address than 100 characters. */
const hashLength = 16;
/** With the 16 bytes of an attempt before it. */
const tokenLength = 22 + hashLength;

interface Asked {
  /** All that follows the path. */
  rest: string;
  /** An attempt's 16 bytes and the hash. */
  token: string;
  sealed: string | undefined;
}

interface Answer {
  status: number;
  document?: string | undefined;
}

/** Nothing for another path, or method. */
function askedIn(request: IncomingMessage, path: string): Asked | undefined {
  if (request.method !== "POST" && request.method !== "GET") return undefined;
  const asked = pathOf(request);
  const rest = asked.startsWith(`${path}/`) ? asked.slice(path.length + 1) : "";
  const [, token, sealed] = /^([\w-]{38})(?:\/([\w.-]+))?$/.exec(rest) ?? [];
  return token === undefined ? undefined : { rest, token, sealed };
}

/** A query, a form or JSON: some providers let their customers choose. */
function fieldsOf(request: IncomingMessage, body: Buffer): unknown {
  if (request.method === "GET") return Object.fromEntries(new URLSearchParams(queryOf(request)));
  const text = body.toString();
  try {
    if (/^\s*[{[]/.test(text)) return JSON.parse(text);
  } catch {
    // It says nothing.
  }
  return Object.fromEntries(new URLSearchParams(text));
}

/** What providers write in place of an error where there is none. */
const noErrors = new Set(["0", "000", "NO_ERROR"]);

/** @returns undefined for a step that ends nothing, and for what says nothing. */
function reportOf({ receipt }: AnyRecipe, { fields }: ReceiptRequest): DeliveryReport | undefined {
  const word = textAt(fields, receipt.status) ?? "";
  const status = Object.hasOwn(receipt.ends, word) ? receipt.ends[word] : undefined;
  if (status === undefined || status === "delivered") return status && { status, errorCode: null };
  const said = receipt.errors.map((path) => textAt(fields, path) ?? "");
  const errorCode = said.find((each) => /^[\w.:-]{1,64}$/.test(each) && !noErrors.has(each));
  return { status, errorCode: errorCode ?? word };
}

function send(response: ServerResponse, { status, document }: Answer): void {
  const type = document === undefined ? {} : { "content-type": "text/xml; charset=utf-8" };
  response.writeHead(status, { ...guardedHeaders, ...type }).end(document);
}
