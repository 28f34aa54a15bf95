import type { ApplicationKeys, Draft, Keys } from "./draft.ts";
import type { ServerKind } from "./report.ts";
import type { Read, Session } from "./session.ts";

/** Whom to check, and what the check may do there. */
export interface ContractOptions extends Keys {
  /** Where the server answers. */
  server: string;
  /** Whether a server that is no sandbox may be made to send messages; they go to fictional numbers. */
  send?: boolean;
  /** Whether the sandbox's clock and contents are left alone. */
  keepSandbox?: boolean;
  /** The stories and operations to check, by their names, when it is not all of them. */
  only?: readonly string[];
  /** Ends the check before its time; what was made is deleted all the same. */
  signal?: AbortSignal;
  /** Told before a limit is waited for. */
  onWait?: (seconds: number) => void;
  /** Told of each story and operation before its turn. */
  onProgress?: (done: number, total: number, name: string) => void;
}

/** What the check has made for itself on the server, and may do there. */
export interface World {
  session: Session;
  kind: ServerKind;
  /** The service that everything happens in. */
  serviceSid: string;
  /** Whether a start may be made: in a sandbox nothing is sent. */
  maySend: boolean;
  /** Whether the clock of the sandbox may be moved, and its contents be forgotten. */
  mayReset: boolean;
  /** A recipient that nobody was sent anything yet, in the fictional ranges. */
  newNumber(): FictionalNumber;
  /** What messaging configurations may name, where whoever runs the server has set one up. */
  smsRoute: string | undefined;
  /** Whether numbers may be put on the safe list. */
  mayList: boolean;
  /** Every service that was made. */
  services: Set<string>;
  /** Every API key that was made. */
  keys: Set<string>;
  /** Every number that was put on the safe list. */
  safeNumbers: Set<string>;
}

export interface FictionalNumber {
  e164: string;
  /** As v1 takes it, beside the country code 1. */
  national: string;
}

const friendlyName = "Contract check";
const applicationName = "Contract check app";
const exampleServiceSid = "VA00000000000000000000000000000001";
/** Any will do there. */
const mockKeys: ApplicationKeys = {
  api_key: "sandbox",
  app_api_key: "sandbox-app",
  access_key: "sandbox-access",
  api_signing_key: "sandbox",
};

/** Looks at what kind of server it is, and makes a service and an application. */
export async function prepareWorld(session: Session, options: ContractOptions): Promise<World> {
  const { integrationKey, keepSandbox, send = false, onWait = () => {} } = options;
  const clock = await session.call("fetchClock", "look for the sandbox", {}, "any");
  const created = await session.call("createService", "make a service", { form: { FriendlyName: friendlyName } });
  const serviceSid = sidOf(created);
  const isService = clock.status === 404;
  const kind = (await isForgotten(session, created)) ? "mock" : isService ? "service" : "sandbox";
  const mayReset = kind === "sandbox" && !keepSandbox;
  const { sleep } = session;
  session.sleep = async (seconds) => {
    if (mayReset) await session.call("advanceClock", "let a limit pass", { form: { Seconds: String(seconds) } });
    else {
      onWait(seconds);
      await sleep(seconds);
    }
  };
  const routes = await session.call("listSmsRoutes", "look for a route", {}, "any");
  const guard = await session.call("fetchGuard", "look what a safe list lifts", {}, "any");
  const world: World = {
    session,
    kind,
    serviceSid: serviceSid ?? exampleServiceSid,
    maySend: kind !== "service" || send,
    mayReset,
    newNumber: numbers(),
    smsRoute: routes.body.sms_routes?.[0]?.sid,
    mayList: guard.body.safe_list?.passes !== "off",
    services: new Set(serviceSid === undefined ? [] : [serviceSid]),
    keys: new Set(),
    safeNumbers: new Set(),
  };
  if (kind === "mock") session.application = mockKeys;
  else if (integrationKey) session.application = (await createApplication(world)).keys;
  return world;
}

/** Deletes what was made. */
export async function cleanUp({ session, services, keys, safeNumbers }: World): Promise<void> {
  for (const Sid of services) await session.call("deleteService", "delete it again", { path: { Sid } }, "any");
  for (const Sid of keys) await session.call("revokeKey", "take it back", { path: { Sid } }, "any");
  for (const PhoneNumber of safeNumbers)
    await session.call("deleteSafeNumber", "take it off again", { path: { PhoneNumber } }, "any");
  safeNumbers.clear();
  services.clear();
  keys.clear();
}

/** Makes an application, and remembers the service that it is. */
export async function createApplication({
  session,
  services,
}: World): Promise<{ keys: ApplicationKeys; serviceSid: string | undefined }> {
  const { body } = await session.call("createApplication", "make an application", applicationDraft);
  const page = await session.call("listServices", "find its service", { query: { PageSize: "1000" } });
  const found: { sid: string; friendly_name: string }[] = page.body.services ?? [];
  const serviceSid = found.find(({ sid, friendly_name: name }) => name === applicationName && !services.has(sid))?.sid;
  if (serviceSid !== undefined) services.add(serviceSid);
  return { keys: body.credentials ?? {}, serviceSid };
}

const applicationDraft: Draft = {
  form: { name: applicationName, phone_number: "202-555-0150", country_code: "1", email: "ada@example.com" },
};

function sidOf({ status, body }: Read): string | undefined {
  return status === 201 && /^VA[0-9a-f]{32}$/i.test(body.sid) ? body.sid : undefined;
}

/** A mock repeats its examples, whatever it was told. */
async function isForgotten(session: Session, created: Read): Promise<boolean> {
  const sid = sidOf(created);
  if (created.body.friendly_name === friendlyName || sid === undefined) return false;
  const { body } = await session.call("fetchService", "fetch its service", { path: { Sid: sid } }, "any");
  return body.friendly_name !== friendlyName;
}

/** Beside those of the stories, which are all of the area 202; the sandbox takes further lines for no mobile ones. */
const mobileLines = 50;
const areas = [212, 303, 312, 404, 415, 503, 617, 702, 808, 907];

function numbers(): World["newNumber"] {
  let next = 0;
  return () => {
    const area = areas[Math.floor(next / mobileLines) % areas.length] ?? 212;
    const line = 100 + (next % mobileLines);
    next += 1;
    return { e164: `+1${area}5550${line}`, national: `${area}-555-0${line}` };
  };
}
