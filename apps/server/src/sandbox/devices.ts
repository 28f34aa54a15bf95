import { randomBytes } from "node:crypto";
import type { SandboxDevice } from "@countersign/types";
import { type Clock, isoTime } from "../kernel/clock.ts";
import type { Handlers, Request } from "../kernel/handler.ts";
import { listed, type PageRequest, pageOf } from "../kernel/page.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import { sandboxServiceSid } from "./account.ts";
import { newPhoneKey, type PhoneKey } from "./phone-key.ts";

export type DeviceHandlers = Pick<Handlers, "createDevice" | "listDevices" | "fetchDevice" | "updateDeviceChallenge">;

/** What an app on a phone calls. */
type Called =
  | "createNewFactor"
  | "updateFactor"
  | "fetchFactor"
  | "listChallenges"
  | "fetchChallenge"
  | "updateChallenge";

interface Phone {
  accountSid: string;
  serviceSid: string;
  identity: string;
  /** Of its factor. */
  sid: string;
  platform: SandboxDevice["notification_platform"];
  key: PhoneKey;
  createdAt: number;
}

export type Devices = ReturnType<typeof createDevices>;

const phonesMax = 10_000;

/** The phones that the sandbox plays, newest first, the last 10,000. They are in memory alone, and so are their keys. */
export function createDevices() {
  let all: Phone[] = [];
  return {
    add(phone: Phone): void {
      all = [phone, ...all.slice(0, phonesMax - 1)];
    },
    of: (accountSid: string, identity?: string) =>
      all.filter((phone) => phone.accountSid === accountSid && phone.identity === (identity ?? phone.identity)),
    remove(isGone: (phone: Phone) => boolean): void {
      all = all.filter((phone) => !isGone(phone));
    },
    clear(): void {
      all = [];
    },
  };
}

interface Parts {
  devices: Devices;
  clock: Clock;
  /** What the phones call, as whoever has one does: they know no way but that. */
  api: Pick<Handlers, Called>;
}

/** The operations by which people use phones that are none. */
export function deviceHandlers({ devices, clock, api }: Parts): DeviceHandlers {
  /** What there is to see on it; undefined for one whose factor is gone, and it with that. */
  async function look(request: Caller, phone: Phone): Promise<SandboxDevice | undefined> {
    const { path, ...call } = asPhone(request, phone);
    const factor = await api.fetchFactor({ ...call, path: { ...path, Sid: phone.sid } });
    if (!factor.ok) {
      devices.remove(({ sid }) => sid === phone.sid);
      return undefined;
    }
    const query = { FactorSid: phone.sid, Status: "pending", Order: "desc", PageSize: pendingMax } as const;
    const pending = await api.listChallenges({ ...call, path, query });
    return {
      ...{ sid: phone.sid, service_sid: phone.serviceSid, identity: phone.identity },
      ...{ friendly_name: factor.value.friendly_name, notification_platform: phone.platform },
      date_created: isoTime(phone.createdAt),
      challenges: pending.ok ? pending.value.challenges : [],
    };
  }

  return {
    async createDevice({ body, ...request }) {
      const { Identity, FriendlyName = "Phone", ServiceSid = sandboxServiceSid, NotificationPlatform = "fcm" } = body;
      const key = newPhoneKey();
      const settings = {
        FriendlyName,
        FactorType: "push" as const,
        "Binding.Alg": "ES256" as const,
        "Binding.PublicKey": key.publicKey,
        "Config.AppId": "sandbox",
        "Config.SdkVersion": "1.0.0",
        "Config.NotificationPlatform": NotificationPlatform,
        ...(NotificationPlatform !== "none" && { "Config.NotificationToken": randomBytes(32).toString("hex") }),
      };
      const made = await api.createNewFactor({ ...request, path: { ServiceSid, Identity }, body: settings });
      const factor = documented(made, 20404, 20429, 60306, 60315, 60326, 60328);
      if (!factor.ok) return factor;
      const { accountSid } = request;
      const sid = String(factor.value.sid);
      const phone: Phone = {
        ...{ accountSid, serviceSid: ServiceSid, identity: Identity, sid, key },
        ...{ platform: NotificationPlatform, createdAt: clock() },
      };
      const { path, ...call } = asPhone(request, phone);
      const proof = { AuthPayload: key.proofOf(sid) };
      const verified = documented(await api.updateFactor({ ...call, path: { ...path, Sid: sid }, body: proof }), 20404);
      if (!verified.ok) return verified;
      devices.add(phone);
      const device = await look(request, phone);
      return device ? accepted(device) : refused(20404);
    },

    async listDevices(request) {
      const { accountSid, query, url } = request;
      async function read(page: PageRequest) {
        const shown = pageOf(devices.of(accountSid, query.Identity), page);
        if (!shown) return undefined;
        const bodies = await Promise.all(shown.items.map((phone) => look(request, phone)));
        // Those that are gone left places for others.
        if (bodies.includes(undefined)) return read(page);
        return {
          ...shown,
          items: shown.items.map((phone, index) => ({ ...phone, body: bodies[index] as SandboxDevice })),
        };
      }
      return listed("devices", { query, url }, read, ({ body }) => body);
    },

    async fetchDevice(request) {
      const phone = devices.of(request.accountSid).find(({ sid }) => sid === request.path.Sid);
      const device = phone && (await look(request, phone));
      return device ? accepted(device) : refused(20404);
    },

    async updateDeviceChallenge({ path: { Sid, ChallengeSid }, body, ...request }) {
      const phone = devices.of(request.accountSid).find(({ sid }) => sid === Sid);
      if (!phone) return refused(20404);
      const { path, ...call } = asPhone(request, phone);
      const at = { ...call, path: { ...path, Sid: ChallengeSid } };
      const shown = await api.fetchChallenge(at);
      // Another's it may not even see.
      if (!shown.ok || shown.value.factor_sid !== phone.sid) return refused(20404);
      const names = shown.headers?.["Twilio-Verify-Signature-Fields"]?.split(",") ?? [];
      const members = new Map(Object.entries(shown.value));
      const signed = Object.fromEntries(names.map((name) => [name, members.get(name)]));
      const AuthPayload = phone.key.answerOf({ ...signed, status: body.Status });
      const { Metadata } = body;
      const answered = await api.updateChallenge({ ...at, body: { AuthPayload, ...(Metadata && { Metadata }) } });
      return documented(answered, 20404, 60306, 60322, 60323);
    },
  };
}

const pendingMax = 50;

type Caller = Omit<Request<"fetchDevice">, "path" | "query" | "body">;

/** A request of a phone's, which proves itself by its factor. */
function asPhone({ principal, by, ...request }: Caller, { accountSid, serviceSid, identity, sid }: Phone) {
  const device = { serviceSid, identity, factorSid: sid };
  return {
    ...request,
    principal: { ...principal, kind: "device", actor: sid, device } as const,
    by: { ...by, actor: sid },
    accountSid,
    path: { ServiceSid: serviceSid, Identity: identity },
    query: {},
    body: {},
  };
}

/** A refusal that who asked is told of. Of what else a phone could be refused with, the sandbox plays it wrong. */
function documented<T, Code extends number, Told extends Code>(
  outcome: Outcome<T, Code>,
  ...told: Told[]
): Outcome<T, Told> {
  if (outcome.ok) return outcome;
  const code = told.find((each) => each === outcome.refusal.code);
  if (code === undefined) throw new Error(`A simulated phone was refused with ${outcome.refusal.code}.`);
  return { ok: false, refusal: { ...outcome.refusal, code } };
}
