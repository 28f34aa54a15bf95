import { randomUUID } from "node:crypto";
import { type Client, createClient, unwrap } from "@countersign/client";
import { createAccessToken, resetSandbox } from "@countersign/client/operations";
import type * as server from "@countersign/server";
import { createClock, type SandboxClock } from "./clock.ts";
import { createDevice, type Device, type DeviceOptions } from "./device.ts";
import { createEvents, type SandboxEvents } from "./events.ts";
import { createFaults, type SandboxFaults } from "./faults.ts";
import { createInbox, type SandboxInbox } from "./inbox.ts";
import { type OutcomeCode, type OutcomeOptions, outcome } from "./outcome.ts";
import { totp } from "./totp.ts";

/** A sandbox, with what a test does to it. */
export interface Sandbox {
  /** Where it answers, such as `http://127.0.0.1:34567`. */
  readonly url: string;
  /** The SID of the Service that it starts with. */
  readonly serviceSid: string;
  /** With which posts to a Service's webhooks are signed: what a production server's `accounts signing-secret` shows. */
  readonly signingSecret: string;
  /** What the program under test has to be told, as environment variables. */
  readonly env: SandboxEnv;
  /** The typed client, with the credentials of both APIs. */
  readonly client: Client;
  readonly inbox: SandboxInbox;
  readonly clock: SandboxClock;
  readonly faults: SandboxFaults;
  readonly events: SandboxEvents;
  /**
   * The recipient who gets an error from each call that documents it: `+15005560203`, or `error-60203@example.com`; or the
   * identity that does, `error-60301`.
   *
   * @throws TypeError for a number that is not in the catalogue, and for an address or an identity with an error of v1
   *   alone, which has neither.
   */
  outcome(code: OutcomeCode, options?: OutcomeOptions): string;
  /**
   * What an authenticator app shows that has read the `binding.uri` of a new factor, and goes by the sandbox's clock.
   * Each code is right once: go ahead by 30 seconds for the next.
   *
   * @throws TypeError when an app could make nothing of the address.
   */
  totp(uri: string): Promise<string>;
  /**
   * A phone of a person's, enrolled, which approves and denies. Its challenges are made by the program under test.
   *
   * @throws VerifyError when the sandbox refuses it.
   */
  device(options?: SandboxDeviceOptions): Promise<Device>;
  /**
   * An official client that talks to the sandbox.
   *
   * @param Twilio What the `twilio` package exports: the function that it is, or its class `Twilio`.
   */
  twilio<Instance extends OfficialClient>(Twilio: OfficialFactory<Instance>): Instance;
  /**
   * Forgets verifications, messages, events and services, clears the faults, goes back to the real time, and makes the
   * first Service anew, and what the seed file has.
   */
  reset(): Promise<void>;
  /** Finishes the requests that are under way, and ends all waiting. Nothing then keeps the process alive. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The variables that programs are told of a sandbox by. The official SDKs read those of the account themselves. */
// A type and not an interface, so that it goes where an index signature is asked for, such as `spawn`'s `env`.
export type SandboxEnv = {
  /** What takes the place of `https://verify.twilio.com`. */
  VERIFY_BASE_URL: string;
  TWILIO_ACCOUNT_SID: string;
  TWILIO_AUTH_TOKEN: string;
  /** An API key of the account, for a program that takes one in place of the token. */
  TWILIO_API_KEY: string;
  TWILIO_API_SECRET: string;
  VERIFY_SERVICE_SID: string;
  /** The API key of the legacy v1. */
  AUTHY_API_KEY: string;
};

/** Of the first Service. Without an identity it is somebody's who was not there before. */
export interface SandboxDeviceOptions extends Partial<Pick<DeviceOptions, "identity">> {
  friendlyName?: DeviceOptions["friendlyName"];
  notifications?: DeviceOptions["notifications"];
  clock?: DeviceOptions["clock"];
}

/** The part of an official client that is redirected. */
export interface OfficialClient {
  verify: { baseUrl: string };
  lookups?: { baseUrl: string };
}

type OfficialFactory<Instance> =
  | (new (
      accountSid: string,
      authToken: string,
    ) => Instance)
  | ((accountSid: string, authToken: string) => Instance);

/** What everybody knows of a sandbox. */
export type Known = Pick<
  typeof server,
  "sandboxAccount" | "sandboxApiKey" | "sandboxKeys" | "sandboxServiceSid" | "sandboxSigningSecret"
>;

/**
 * What a test does to the sandbox at an address.
 *
 * @param stop Ends the sandbox itself.
 */
export function createSandbox(
  { sandboxAccount, sandboxApiKey, sandboxKeys, sandboxServiceSid, sandboxSigningSecret }: Known,
  url: string,
  stop: () => Promise<void>,
): Sandbox {
  const closing = new AbortController();
  const client = createClient({ ...sandboxAccount, authyApiKey: sandboxKeys.apiKey, baseUrl: url });
  const inbox = createInbox(client, closing.signal);
  const signing = { serviceSid: sandboxServiceSid, secret: sandboxSigningSecret };
  const events = createEvents(client, signing, closing.signal);
  const clock = createClock(client);
  const close = () => {
    closing.abort(new Error("The sandbox was closed."));
    return stop();
  };
  return {
    url,
    serviceSid: sandboxServiceSid,
    signingSecret: sandboxSigningSecret,
    env: {
      VERIFY_BASE_URL: url,
      TWILIO_ACCOUNT_SID: sandboxAccount.accountSid,
      TWILIO_AUTH_TOKEN: sandboxAccount.authToken,
      TWILIO_API_KEY: sandboxApiKey.apiKey,
      TWILIO_API_SECRET: sandboxApiKey.apiSecret,
      VERIFY_SERVICE_SID: sandboxServiceSid,
      AUTHY_API_KEY: sandboxKeys.apiKey,
    },
    client,
    inbox,
    clock,
    faults: createFaults(client),
    events,
    outcome,
    totp: async (uri) => totp(uri, await clock.now()),
    async device({ identity = `person-${randomUUID()}`, ...options } = {}) {
      const person = { ServiceSid: sandboxServiceSid, Identity: identity, FactorFriendlyName: options.friendlyName };
      const { token } = await unwrap(createAccessToken(client, { ...person, FactorType: "push" }));
      const accessToken = String(token);
      const device = createDevice({ ...options, baseUrl: url, accessToken, serviceSid: sandboxServiceSid, identity });
      await device.enrol();
      return device;
    },
    twilio(Twilio) {
      const { accountSid, authToken } = sandboxAccount;
      // A function that returns an object may be called with `new`, too; a class may be called in no other way.
      const official = Reflect.construct(Twilio, [accountSid, authToken]);
      for (const api of [official.verify, official.lookups]) if (api) api.baseUrl = url;
      return official;
    },
    async reset() {
      await unwrap(resetSandbox(client));
      inbox.forget();
      await events.forget();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
