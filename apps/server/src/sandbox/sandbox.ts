import { randomBytes } from "node:crypto";
import type { AuthServerName } from "../auth-servers/auth-server.ts";
import { createRequestTape, type RequestTape, requestHandlers } from "../console/requests.ts";
import { createReceiver, createSignerOf } from "../delivery/receipts.ts";
import { guardOf } from "../guard/settings.ts";
import { bundledDocument, documentedErrors } from "../http/bundled-document.ts";
import { createHostCheck } from "../http/hosts.ts";
import { createPages, hasDocs } from "../http/pages.ts";
import { sandboxCarriers } from "../kernel/carrier-lookup.ts";
import type { Handlers } from "../kernel/handler.ts";
import { limits } from "../kernel/limits.ts";
import { newSid } from "../kernel/random.ts";
import { parseRecipient, sendingChannels } from "../kernel/recipient.ts";
import { everyScope } from "../kernel/scope.ts";
import { listen, type Running, type ServerOptions } from "../server.ts";
import { openStore } from "../store/open-store.ts";
import { createSweeper } from "../store/retention.ts";
import type { Template } from "../templates/template.ts";
import { createVault } from "../verifications/vault.ts";
import { sandboxAccount, sandboxAuthServers, sandboxGateway, sandboxServiceSid } from "./account.ts";
import { createSandboxDelivery } from "./delivery.ts";
import { createDevices, type Devices, deviceHandlers } from "./devices.ts";
import { createFaults, faultHandlers } from "./faults.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { inboxOutlet } from "./inbox-outlet.ts";
import { makeKnownAccount, makeKnownService } from "./known.ts";
import { withOutcomeIdentities } from "./outcome-identity.ts";
import {
  fixedCode,
  hasFixedCode,
  refusalOfStart,
  simulatedCarrier,
  withOutcomeNumbers,
  withV1OutcomeNumbers,
} from "./outcome-number.ts";
import { lookupHandlers } from "./phone-lookup.ts";
import { createSandboxClock, sandboxHandlers } from "./sandbox-handlers.ts";
import { createSandboxWebhook, examplesTakeAll, webhookHandlers } from "./webhook.ts";

export { sandboxAccount, sandboxServiceSid };

/** In whose name the sandbox's own page is, which has all that the token has. */
const { accountSid: page } = sandboxAccount;
const authServers = (Object.entries(sandboxAuthServers) as [AuthServerName, string][]).map(([name, secret]) => {
  return { name, accountSid: page, serviceSid: sandboxServiceSid, secrets: [secret] };
});
const inMemory = "sqlite::memory:";
const webhooks = { protocols: ["https:", "http:"], hasLoopback: true, pollMs: 100 };

export interface SandboxOptions extends Omit<ServerOptions, "intercepts"> {
  databaseUrl?: string;
  /** Where the console and the docs lie; by default beside the program. */
  pages?: string;
  /** What codes are sealed with. In memory a new one by default; a database that is opened again needs the same. */
  secret?: string;
  /**
   * Whether codes get longer where many were guessed wrong, those of recipients with a fixed code too. By default all others
   * do.
   */
  growingCodes?: boolean | undefined;
  /** The operator's own; none by default. */
  templates?: readonly Template[] | undefined;
  /** The path of a seed file, whose content is there from the start and after each reset. */
  seed?: string | undefined;
}

export interface RunningSandbox extends Running {
  /** Where its pages are, by the name that a browser keeps what it knows of them under; programs may call it, too. */
  pagesUrl: string;
}

/**
 * Starts the sandbox: an account and a service that everybody knows, nothing sent to anybody, and the powers that tests
 * need. By default everything is in memory.
 * @throws SeedError when a seed file cannot be applied
 */
export async function startSandbox({
  databaseUrl = inMemory,
  secret = databaseUrl === inMemory ? randomBytes(32).toString("base64url") : "the sandbox has no secrets",
  pages,
  growingCodes,
  eventWebhook,
  templates: given,
  seed: seedFile,
  ...options
}: SandboxOptions = {}): Promise<RunningSandbox> {
  const clock = createSandboxClock();
  const vault = createVault(secret);
  const seed = seedFile === undefined ? undefined : (await import("./planting.ts")).openSeed(seedFile, given);
  const templates = seed?.templates ?? given;
  const store = await openStore(databaseUrl, clock.now, { wrapping: vault });
  const inbox = createInbox();
  const devices = createDevices();
  const tape = createRequestTape(bundledDocument, clock.now);
  const faults = createFaults(bundledDocument);
  const receive = createReceiver(store, clock.now, { pausesMs: [] });
  const out = inboxOutlet(inbox, store.providers, faults.isFailing, seed?.routes);
  const delivery = createSandboxDelivery({ store, clock: clock.now, keep: out.keep, faults, receive });
  const webhook = createSandboxWebhook(eventWebhook);
  // A service that the file names is made as it has it, and not before.
  const begin = async () => {
    await seed?.plant({ store, vault, outlets: out.outlets, pushes: out.pushes, webhooks });
    await makeKnownService(store, vault, clock.now());
  };
  await makeKnownAccount(store, clock.now());
  await begin().catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const reset = async () => {
    clock.reset();
    inbox.clear();
    devices.clear();
    faults.clear();
    webhook.reset();
    delivery.forget();
    out.clear();
    await store.reset();
    await begin();
  };
  const sweeper = createSweeper({ store, clock: clock.now });
  const moved = async () => {
    await delivery.bringDue();
    await sweeper.run();
  };
  const { lifetimeSeconds } = limits;
  const outcomes = {
    isDocumented: documentedErrors(bundledDocument),
    lifetimeSeconds,
    isSafe: async (accountSid: string, phoneNumber: string) =>
      (await store.safeNumbers.fetch({ accountSid, phoneNumber })) !== undefined,
  };
  const running = await listen({
    guard: guardOf({}),
    authServers,
    ...options,
    // That name may stand for either of two addresses, and both are heard.
    ...(options.host === "localhost" && { host: "127.0.0.1" }),
    intercepts: [...createPages(pages), tape.arrived],
    parts: {
      store,
      vault,
      clock: clock.now,
      carriers: sandboxCarriers,
      takesUnlisted: true,
      notificationTokenMin: 1,
      showsRecipients: true,
      emailSenders: ["@example.com"],
      channels: new Set([...sendingChannels, "sna"]),
      lifetimeSeconds,
      // Lists are in the order of sids: what was made in the time ahead stays before what is made once that is over.
      newSid: (prefix) => newSid(prefix, clock.now()),
      newCode: (length, recipient) => (hasFixedCode(recipient) ? fixedCode(length) : vault.newCode(length)),
      guessing: { codesGrow: growingCodes ?? true, ...(growingCodes === undefined && { hasFixedCode: isFixed }) },
      askCarrier: simulatedCarrier,
      templates,
      // It gives nothing to gateways: whoever writes one can try its signatures here.
      signerOf: createSignerOf([sandboxGateway], Date.now),
      receive,
      pushes: out.pushes,
      webhooks,
      hasUsers: true,
      delivery: delivery.way,
      outlets: out.outlets,
    },
    sandbox: {
      answersPreferredErrors: true,
      hasDocs: hasDocs(pages),
      page: { kind: "account", accountSid: page, actor: page, scopes: everyScope },
      onAnswer: tape.answered,
      observeRoute: faults.slowed,
      refusalOfStart: (to) => refusalOfStart(to, outcomes),
      isHost: createHostCheck(options.publicUrl, options.tls?.cert),
      alsoAt: isNamedLocalhost(options.host) ? "::1" : undefined,
      observeWebhooks: (send) => faults.posting(examplesTakeAll(send)),
      webhook: webhook.source,
      around: ({ v2, v1 }) => ({
        v2: faults.failing({
          ...withOutcomeIdentities(v2, outcomes.isDocumented),
          ...withOutcomeNumbers(v2, outcomes),
          ...lookupHandlers(outcomes),
          ...sandboxHandlers({ inbox, clock, reset, moved }),
          ...faultHandlers({ faults }),
          ...withOutcomeIdentities(deviceHandlers({ devices, clock: clock.now, api: v2 }), outcomes.isDocumented),
          ...webhookHandlers({ webhook, posts: store.posts, clock: clock.now }),
          ...requestHandlers({ tape }),
          createErasure: erasing(v2.createErasure, { inbox, tape, devices }),
        }),
        v1: faults.failing({ ...v1, ...withV1OutcomeNumbers(v1, outcomes) }),
      }),
    },
  });
  return {
    ...running,
    pagesUrl: isNamedLocalhost(options.host) ? running.url.replace(/\/\/[^:]+:/, "//localhost:") : running.url,
    async close() {
      out.clear();
      inbox.close();
      faults.close();
      await delivery.close();
      await running.close();
    },
  };
}

/** The inbox, the requests and the phones are no tables, and forget a person besides. */
function erasing(
  erase: Handlers["createErasure"],
  { inbox, tape, devices }: { inbox: Inbox; tape: Pick<RequestTape, "forget">; devices: Devices },
): Handlers["createErasure"] {
  return async (request) => {
    const answer = await erase(request);
    const { To, Identity } = request.body;
    if (!answer.ok) return answer;
    const recipient = To === undefined ? undefined : parseRecipient(To);
    if (recipient?.ok) {
      inbox.forget(request.accountSid, recipient.value.value);
      tape.forget(recipient.value);
    }
    if (Identity !== undefined) {
      inbox.forget(request.accountSid, Identity);
      tape.forget(Identity);
      devices.remove(({ accountSid, identity }) => accountSid === request.accountSid && identity === Identity);
    }
    return answer;
  };
}

/** Whether `localhost` leads to it, whichever of that name's two addresses is tried first. */
function isNamedLocalhost(host = "127.0.0.1"): boolean {
  return ["127.0.0.1", "0.0.0.0", "localhost"].includes(host);
}

function isFixed(to: string): boolean {
  const recipient = parseRecipient(to);
  return recipient.ok && hasFixedCode(recipient.value);
}
