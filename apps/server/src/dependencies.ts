import type { Delivery } from "./delivery/deliver-to.ts";
import type { Receipts } from "./delivery/receipts-port.ts";
import type { Guard } from "./guard/start-guard.ts";
import type { CarrierSource } from "./kernel/carrier-lookup.ts";
import type { Clock } from "./kernel/clock.ts";
import type { SandboxPowers } from "./sandbox/powers.ts";
import type { Store } from "./store/store.ts";
import type { AskCarrier } from "./verifications/ask-carrier.ts";
import type { CodeVault } from "./verifications/vault.ts";
import type { Channel } from "./verifications/verification.ts";

/** What the operations work with. Nothing of it is a state of its own, but the store. */
export interface Dependencies {
  store: Store;
  vault: CodeVault;
  clock: Clock;
  carriers: CarrierSource;
  /** The channels that can deliver. */
  channels: ReadonlySet<Channel>;
  /** How long a verification lives. */
  lifetimeSeconds: number;
  /** Two letters and 32 hexadecimal digits, which nobody can guess. */
  newSid: (prefix: string) => string;
  /** 128 random bits as 32 hexadecimal digits. */
  newKey: () => string;
  delivery: Delivery;
  /** What takes the receipts of gateways; absent where there is none that could sign them. */
  receipts?: Receipts;
  askCarrier: AskCarrier;
  /** What keeps sends within bounds; absent where nothing does. */
  guard?: Guard;
  /** What only the sandbox has; absent in production. */
  sandbox?: SandboxPowers;
}
