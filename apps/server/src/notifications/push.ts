import type { Challenge } from "../challenges/challenge.ts";
import type { Outlet } from "../delivery/outlets.ts";
import type { PushFactor } from "../factors/push-factor.ts";
import type { ServiceSettings } from "../services/service.ts";
import type { Notification } from "./notification.ts";

/** Who brings pushes to devices. */
export type PushPlatform = "fcm" | "apn";

/** What a device gets; of the two platforms that carry it, each has it in its own form. */
export interface Push {
  platform: PushPlatform;
  /** By which the platform knows the app on the device. */
  token: string;
  appId: string;
  message: PushMessage;
  /** How long the platform may still try, in seconds from now; 0 for now or never. */
  ttlSeconds: number;
}

/** What the app is told. */
export interface PushMessage {
  type: "verify_push_challenge";
  challenge_sid: string;
  factor_sid: string;
  message: string;
}

/** How far a push came. `errorCode` is the platform's own, or tells why there is none. */
export type Pushed =
  | { status: "sent" }
  /** Not now; `isUntried` where the platform was not asked. */
  | { status: "retry"; errorCode: string; retryAfterSeconds?: number | undefined; isUntried?: true }
  /** Never to that device; `isGone` where its token stands for no app any more. */
  | { status: "failed"; errorCode: string; isGone?: true };

/** What a push is about. */
export interface PushOf {
  notification: Notification;
  challenge: Challenge;
  factor: PushFactor;
  /** The settings of its service. */
  settings: ServiceSettings["push"];
}

/** One try to bring a push to a device, and by whom. It does not throw. */
export type CarryPush = (push: Push, of: PushOf) => Promise<Pushed & { provider?: string }>;

/** How pushes leave a server. */
export interface PushWay {
  carry: CarryPush;
  /** Whether a service may name the credential. */
  has(platform: PushPlatform, sid: string): boolean;
  /** The platforms' sides of it, for whoever looks after them. */
  outlets: readonly Outlet[];
  /** How often it is looked whether one is due. */
  pollMs: number;
  /** Gives up what is under way. */
  close?(): void;
}

/** One way to a platform, with the credential that opens it. */
export interface PushProvider {
  /** For the log and for metrics; it holds no secret. */
  name: string;
  /** Does not throw: a failure is a result, too. */
  deliver(push: Push): Promise<Pushed>;
  /** Whether the platform answers and accepts the credential. @throws Error with one line that says what is wrong */
  probe(): Promise<void>;
  /** Gives up what is under way. */
  close(): void;
}

/** A code of a platform as it may stand in the log: what an answer says that looks like none is not repeated. */
export function codeOf(said: unknown, status: number): string {
  return typeof said === "string" && /^\w{1,64}$/.test(said) ? said : `http_${status}`;
}

/** Whether the same may succeed later, by the status of an answer. */
export function isPassing(status: number): boolean {
  return status === 429 || status >= 500;
}
