import type { Service } from "../services/service.ts";
import type { Application, ApplicationState } from "./application.ts";

/** The v1 applications. Keys are looked up by their hashes (`hashKey`); in clear they are nowhere. */
export interface ApplicationStore {
  /** With the service that it is, if that is new. Rejects for a service that has an application. */
  create(application: Application, service?: Service): Promise<void>;
  byApiKey(hash: string): Promise<Application | undefined>;
  byAppApiKey(hash: string): Promise<Application | undefined>;
  fetch(accountSid: string, serviceSid: string): Promise<Application | undefined>;
  /** Oldest first. */
  list(accountSid: string): Promise<Application[]>;
  /**
   * Decides under a lock, and writes the new state if there is one. `decide` may be called again, so it has no effect of
   * its own.
   * @returns what it decided; undefined when there is no such application.
   */
  update<T>(
    application: Pick<Application, "accountSid" | "serviceSid">,
    decide: (application: Application) => { outcome: T; state?: ApplicationState },
    now: number,
  ): Promise<T | undefined>;
  /**
   * Seals again, under a lock, what each application has sealed.
   * @param resealed gives nothing for an application that stays as it is. It may be called again.
   * @returns how many were changed.
   */
  reseal(resealed: (application: Application) => SealedParts | undefined): Promise<number>;
  /** Deletes the application and its service, unless a verification is pending. Also what waits for its webhooks. */
  delete(accountSid: string, serviceSid: string, now: number): Promise<"deleted" | "in use" | "unknown">;
  /**
   * Remembers a nonce for as long as the application lives.
   * @returns `too many` when so many were used since; then, as for a used one, nothing is remembered.
   */
  useNonce(nonce: UsedNonce, limit: { count: number; since: number }): Promise<"new" | "used" | "too many">;
  /** Adds a key with which the account's applications are created; adding one twice changes nothing. */
  addIntegrationKey(key: IntegrationKey): Promise<void>;
  /** Whose integration key it is. */
  integrationKey(hash: string): Promise<IntegrationKey | undefined>;
}

/** What of an application holds secrets: its own key, and those of its webhooks. */
export type SealedParts = Pick<Application, "sealedSigningKey" | "state">;

export interface UsedNonce {
  serviceSid: string;
  /** A hash of the nonce, which may be of any length. */
  hash: string;
  at: number;
}

export interface IntegrationKey {
  accountSid: string;
  keyHash: string;
  createdAt: number;
}
