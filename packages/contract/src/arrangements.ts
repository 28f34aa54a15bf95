import type { ApplicationKeys, Draft } from "./draft.ts";
import type { Read } from "./session.ts";
import type { Pair } from "./values.ts";
import { createApplication, type FictionalNumber, type World } from "./world.ts";

/**
 * What has to be there for an operation to succeed, and the request that then does; for operations whose required
 * parameters alone are not enough. Calls on the way are checked, too.
 */
export const arrangements: Record<string, (world: World) => Draft | Promise<Draft>> = {
  createVerification: (world) => startDraft(world),
  createVerificationCheck: async (world) => {
    const { body, to } = await start(world);
    const path = { ServiceSid: world.serviceSid };
    const [message] = world.kind === "sandbox" ? await messagesTo(world, to) : [];
    return {
      path,
      form: [
        ["VerificationSid", String(body.sid)],
        ["Code", message?.code ?? "123456"],
      ],
    };
  },
  fetchVerification: async (world) => pathOf(world, (await start(world)).body.sid),
  updateVerification: async (world) => ({
    ...pathOf(world, (await start(world)).body.sid),
    form: [["Status", "canceled"]],
  }),
  fetchAttempt: async (world) => ({ path: { Sid: (await start(world)).body.send_code_attempts?.[0]?.attempt_sid } }),
  openSnaUrl: async (world) => {
    const { body } = await start(world, "sna");
    return {
      path: {
        Token:
          String(body.sna?.url ?? "")
            .split("/")
            .at(-1) ?? "",
      },
    };
  },
  deleteService: async (world) => ({ path: { Sid: await makeService(world) } }),
  fetchService: ({ serviceSid }) => ({ path: { Sid: serviceSid } }),
  // What it is set to is no other operation's concern.
  updateService: async (world) => ({ path: { Sid: await makeService(world) } }),
  createRateLimit: ({ serviceSid, newNumber }) => rateLimitDraft(serviceSid, newNumber()),
  fetchRateLimit: async (world) => pathOf(world, await makeRateLimit(world)),
  updateRateLimit: async (world) => ({
    ...pathOf(world, await makeRateLimit(world)),
    form: [["Description", "Theirs"]],
  }),
  deleteRateLimit: async (world) => pathOf(world, await makeRateLimit(world)),
  listBuckets: async (world) => ({ path: ofRateLimit(world, await makeRateLimit(world)) }),
  createBucket: async (world) => ({ path: ofRateLimit(world, await makeRateLimit(world)), form: bucket }),
  fetchBucket: async (world) => ({ path: await makeBucket(world) }),
  updateBucket: async (world) => ({ path: await makeBucket(world), form: [["Max", "5"]] }),
  deleteBucket: async (world) => ({ path: await makeBucket(world) }),
  fetchNextMessage: async (world) => {
    const { to } = await start(world);
    const [first] = await messagesTo(world, to);
    await start(world, "sms", to);
    return {
      query: [
        ["To", to],
        ["After", String(first?.sid)],
        ["TimeoutSeconds", "1"],
      ],
    };
  },
  advanceClock: () => ({ form: [["Seconds", "1"]] }),
  startPhoneVerification: ({ newNumber }) => v1StartDraft(newNumber()),
  checkPhoneVerification: async (world) => {
    const { national } = await v1Start(world);
    return {
      query: [
        ["country_code", "1"],
        ["phone_number", national],
        ["verification_code", "1234"],
      ],
    };
  },
  fetchPhoneVerificationStatus: async (world) => ({ query: [["uuid", String((await v1Start(world)).body.uuid)]] }),
  fetchPhoneInfo: (world) => ({
    query: [
      ["country_code", "1"],
      ["phone_number", world.newNumber().national],
    ],
  }),
  createFeedback: async (world) => {
    const { keys, serviceSid = "" } = await createApplication(world);
    const draft: Draft = { path: { Sid: serviceSid }, form: [["CustomCodeEnabled", "true"]] };
    await world.session.call("updateService", "allow custom codes", draft, "success");
    const { body } = await v1Start(world, { form: [["custom_code", "8247"]], application: keys });
    return { application: keys, path: { SmsId: String(body.sms_id) }, form: [["Outcome", "received"]] };
  },
  createApprovalRequest: async ({ session }) => {
    await session.call("enableOneTouch", "allow approval requests", {}, "success");
    return { form: [["message", "Log in to Acme?"]] };
  },
  deleteApplication: async (world) => ({ application: (await createApplication(world)).keys }),
  fetchAccessKey: async (world) => ({ path: { id: await accessKeyId(world) } }),
  deleteAccessKey: async (world) => ({ path: { id: await accessKeyId(world) } }),
  deleteDashboardWebhook: async (world) => {
    const { body } = await world.session.call("createDashboardWebhook", "make one", webhook, "success");
    return { path: { id: String(body.webhook?.id) } };
  },
  createDashboardWebhook: () => webhook,
};

const webhook: Draft = {
  form: [
    // Nothing is called there: `.invalid` is nobody's (RFC 6761).
    ["url", "https://countersign.invalid/webhook"],
    ["name", "contract check"],
    ["events[]", "phone_verification_started"],
  ],
};

async function makeService({ session, services }: World): Promise<string> {
  const { body } = await session.call("createService", "make one", { form: [["FriendlyName", "Another"]] }, "success");
  services.add(String(body.sid));
  return String(body.sid);
}

const bucket: Pair[] = [
  ["Max", "4"],
  ["Interval", "60"],
];

/** No two of a service have one name. */
function rateLimitDraft(serviceSid: string, { national }: FictionalNumber): Draft {
  return { path: { ServiceSid: serviceSid }, form: [["UniqueName", `limit-${national}`]] };
}

async function makeRateLimit({ session, serviceSid, newNumber }: World): Promise<string> {
  const { body } = await session.call(
    "createRateLimit",
    "make one",
    rateLimitDraft(serviceSid, newNumber()),
    "success",
  );
  return String(body.sid);
}

function ofRateLimit({ serviceSid }: World, rateLimitSid: string): Record<string, string> {
  return { ServiceSid: serviceSid, RateLimitSid: rateLimitSid };
}

async function makeBucket(world: World): Promise<Record<string, string>> {
  const path = ofRateLimit(world, await makeRateLimit(world));
  const { body } = await world.session.call("createBucket", "make one", { path, form: bucket }, "success");
  return { ...path, Sid: String(body.sid) };
}

function pathOf({ serviceSid }: World, sid: unknown): Draft {
  return { path: { ServiceSid: serviceSid, Sid: String(sid) } };
}

function startDraft({ serviceSid, newNumber }: World, channel = "sms", to = newNumber().e164): Draft {
  return {
    path: { ServiceSid: serviceSid },
    form: [
      ["To", to],
      ["Channel", channel],
    ],
  };
}

async function start(world: World, channel?: string, to = world.newNumber().e164): Promise<Read & { to: string }> {
  const draft = startDraft(world, channel, to);
  return { ...(await world.session.call("createVerification", "start one", draft, "success")), to };
}

function v1StartDraft({ national }: FictionalNumber): Draft {
  return {
    form: [
      ["via", "sms"],
      ["country_code", "1"],
      ["phone_number", national],
    ],
  };
}

/** @param more of the request, and in whose name it is */
async function v1Start(
  world: World,
  { form = [], application }: { form?: Pair[]; application?: ApplicationKeys } = {},
): Promise<Read & FictionalNumber> {
  const number = world.newNumber();
  const draft = v1StartDraft(number);
  const whole = { form: [...(draft.form ?? []), ...form], ...(application && { application }) };
  return { ...(await world.session.call("startPhoneVerification", "start one", whole, "success")), ...number };
}

async function messagesTo({ session }: World, to: string): Promise<{ sid: string; code: string }[]> {
  const { body } = await session.call("listMessages", "read the message", { query: [["To", to]] }, "success");
  return body.messages ?? [];
}

async function accessKeyId({ session }: World): Promise<string> {
  const form: Pair[] = [
    ["name", "contract check"],
    ["permission", "read"],
  ];
  const { body } = await session.call("createAccessKey", "make one", { form }, "success");
  return String(body.access_key?.id);
}
