import { type Client, type SandboxFaults as FaultsBody, unwrap } from "@countersign/client";
import { clearFaults, setFaults } from "@countersign/client/operations";

/** What a sandbox does worse on demand. Its own operations, which this package calls, meet no faults. */
export interface SandboxFaults {
  /**
   * From now on it does just this worse: what is not given is as it should be.
   *
   * @throws VerifyError 60200 for a fault that cannot be.
   */
  set(faults: Faults): Promise<void>;
  /** All works as it should. */
  clear(): Promise<void>;
}

/** Nothing of it is left to chance: the same calls meet the same faults. */
export interface Faults {
  /** How many milliseconds every answer waits before anything is done, up to 60,000. */
  latencyMs?: number;
  /** Which part of the right requests is answered 503, from 0 to 1, spread evenly: of 0.25, every fourth. */
  failureRate?: number;
  /** Channels whose messages arrive nowhere: starts are accepted, and the attempts are `failed`. */
  failingChannels?: FaultsBody["failing_channels"];
  /** How long after its message a delivery receipt comes, by the sandbox's clock, up to a day. */
  receiptDelaySeconds?: number;
  /** Whether every other receipt comes later than the one after it. */
  reordersReceipts?: boolean;
  /** Whether webhooks are posted to nobody, as though each had answered 503. */
  failsWebhooks?: boolean;
}

export function createFaults(client: Client): SandboxFaults {
  return {
    async set(faults) {
      const names = Object.entries(faults).map(([name, value]) => [wireName(name), value]);
      await unwrap(setFaults(client, Object.fromEntries(names)));
    },
    async clear() {
      await unwrap(clearFaults(client));
    },
  };
}

/** `latencyMs` is `LatencyMs` over the wire. */
function wireName(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
