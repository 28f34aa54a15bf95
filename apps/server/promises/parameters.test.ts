import { readFileSync } from "node:fs";
import { formOf, type OpenApiDocument, operationOf, operationsOf, resolve, type Schema } from "@countersign/document";
import document from "@countersign/spec/openapi.json" with { type: "json" };
import type { Message } from "@countersign/types";
import { beforeAll, describe, expect, test } from "vitest";
import { readGuard } from "../src/guard/settings.ts";
import { sandboxServiceSid as serviceSid } from "../src/sandbox/sandbox.ts";
import type { Body, Fields } from "../test-support/api.ts";
import { useSandbox } from "../test-support/sandbox.ts";

const channels = ["sms", "call", "email", "whatsapp", "sna", "auto"] as const;
type Channel = (typeof channels)[number];

const bundle = document as unknown as OpenApiDocument;
const { api } = useSandbox(() => ({
  guard: readGuard({ COUNTERSIGN_LIMIT_CLIENT: "1/1h", COUNTERSIGN_PUMPING_GUARD: "off" }).guard,
}));

/** A start with a parameter, and what came of it. */
interface Seen {
  To: string;
  Channel: Channel;
  fields: Fields;
  body: Body;
  message: Message | undefined;
}

interface Tried {
  value(channel: Channel, number: number): string;
  beside?: Fields;
  isPayment?: true;
  /** Of channels that a service with these settings does not have, and what they answer then. */
  ruledOut?: Partial<Record<Channel, number>>;
  shows(seen: Seen): unknown;
}

let plain: string;
let payments: string;
beforeAll(async () => {
  const whatsapp = { "Whatsapp.From": "whatsapp:+12025550190" };
  plain = await api.createService({ ...whatsapp, CustomCodeEnabled: "true", TtsName: "Polly.Joanna" });
  payments = await api.createService({ ...whatsapp, Psd2Enabled: "true" });
  const limits = `/v2/Services/${plain}/RateLimits`;
  const { body } = await api.call("POST", limits, { UniqueName: "shop" });
  await api.call("POST", `${limits}/${body.sid}/Buckets`, { Max: "1", Interval: "600" });
});

const again = (Channel: Channel, fields: Fields) => {
  const To = Channel === "email" ? "again@example.com" : "+12025550199";
  return api.start(plain, { To, Channel, ...fields });
};
const ofPayment = { isPayment: true, ruledOut: { call: 60214, sna: 60329 } } as const;

const tries: Record<string, Tried> = {
  CustomFriendlyName: {
    value: () => "Owl Books",
    shows: ({ message }) => expect(message?.text).toContain("Owl Books"),
  },
  SendDigits: { value: () => "ww1", shows: ({ message }) => expect(message?.send_digits).toBe("ww1") },
  Locale: { value: () => "pt_BR", shows: ({ message }) => expect(message?.locale).toBe("pt-BR") },
  CustomCode: {
    value: () => "k4Zt91",
    shows: async ({ To, fields }) =>
      expect((await api.check(plain, { To, Code: fields.CustomCode ?? "" })).body.status).toBe("approved"),
  },
  Amount: {
    ...ofPayment,
    beside: { Payee: "Ann" },
    value: () => "€39.99",
    shows: ({ body, message }) => expect([body, message?.text]).toMatchObject([{ amount: "€39.99" }, /€39\.99/]),
  },
  Payee: {
    ...ofPayment,
    beside: { Amount: "1 EUR" },
    value: () => "Owl & Sons",
    shows: ({ body, message }) => expect([body, message?.text]).toMatchObject([{ payee: "Owl & Sons" }, /Owl & Sons/]),
  },
  RateLimits: {
    value: (channel) => JSON.stringify({ shop: channel }),
    shows: async ({ Channel, fields }) => expect((await again(Channel, fields)).body.code).toBe(20429),
  },
  ChannelConfiguration: {
    value: () => JSON.stringify({ from: "codes@example.com", from_name: "Owl & Sons" }),
    shows: ({ message }) => expect(message).toMatchObject({ from: "codes@example.com", from_name: "Owl & Sons" }),
  },
  AppHash: {
    value: () => "FA+9qCX9VSu",
    shows: ({ message }) => expect(message?.text).toMatch(/^<#> .* FA\+9qCX9VSu$/),
  },
  DeviceIp: {
    value: (_, number) => `192.0.2.${number}`,
    shows: async ({ Channel, fields, body }) =>
      expect(Channel === "auto" ? body.channel : (await again(Channel, fields)).body.code).toBe(
        Channel === "auto" ? "sna" : 20429,
      ),
  },
  EnableSnaClientToken: {
    value: () => "true",
    beside: { DeviceIp: "192.0.2.200" },
    shows: async ({ To, Channel, body }) => {
      const { text } = await api.call("GET", new URL(body.sna?.url ?? "").pathname);
      expect([Channel, text]).toEqual([Channel, expect.stringContaining("SnaClientToken=")]);
      expect((await api.check(plain, { To })).body.status).toBe("pending");
    },
  },
  Tags: {
    value: (channel) => JSON.stringify({ channel }),
    shows: async ({ Channel, body }) => {
      const { text } = await api.call("GET", `/console/verifications?tag=channel:${Channel}`);
      expect(text).toContain(body.sid);
    },
  },
};

/** What is told of elsewhere, and where it is shown. */
const shownBy: Record<string, string> = {
  To: "recipients.test.ts",
  Channel: "sdk.test.ts",
  CustomMessage: "errors-on-demand.test.ts",
  RiskCheck: "pumping.test.ts",
  TemplateSid: "../src/templates",
  TemplateCustomSubstitutions: "../src/templates",
  Templates: "../src/templates",
};

describe("what has no effect", () => {
  const To = "+12025550113";
  const Code = "123456";

  const checked = async (fields: Record<string, string>) => {
    const { body } = await api.check(serviceSid, fields);
    return body.message ?? body.status;
  };
  const noToken = "Invalid parameter: SnaClientToken";

  /** @returns the client token that the device gets, if it gets one */
  async function startedSilently(to: string, fields: Record<string, string>) {
    const { body } = await api.start(serviceSid, { To: to, Channel: "sna", ...fields });
    const opened = await api.call("GET", new URL(body.sna?.url ?? "").pathname);
    return new URLSearchParams(opened.text).get("SnaClientToken") ?? "";
  }

  test("a client token is refused where the start asked for none, and no attempt is used", async () => {
    await api.start(serviceSid, { To });
    for (let tries = 0; tries < 6; tries++) expect(await checked({ To, Code, SnaClientToken: "x" })).toBe(noToken);
    expect(await checked({ To, SnaClientToken: "x" })).toBe(noToken);
    expect(await checked({ To, Code })).toBe("approved");
    const silent = "+12025550114";
    expect(await startedSilently(silent, {})).toBe("");
    expect(await checked({ To: silent, SnaClientToken: "x" })).toBe(noToken);
    expect(await checked({ To: silent })).toBe("approved");
  });

  test("beside a code a client token must be right, too", async () => {
    const to = "+12025550115";
    const token = await startedSilently(to, { EnableSnaClientToken: "true" });
    await api.start(serviceSid, { To: to });
    expect(await checked({ To: to, Code, SnaClientToken: "x" })).toBe("pending");
    expect(await checked({ To: to, Code, SnaClientToken: token })).toBe("approved");
  });

  test("landlines are not to be skipped where nothing tells which they are", async () => {
    const service = (fields: Record<string, string>, path = "") => api.call("POST", `/v2/Services${path}`, fields);
    const skip = { SkipSmsToLandlines: "true" };
    const refused = (parameter: string) => ({ code: 60200, message: `Invalid parameter: ${parameter}` });
    for (const more of [{}, { LookupEnabled: "false" }])
      expect((await service({ FriendlyName: "Acme", ...skip, ...more })).body).toMatchObject(
        refused("SkipSmsToLandlines"),
      );
    const path = `/${await api.createService()}`;
    expect((await service(skip, path)).body).toMatchObject(refused("SkipSmsToLandlines"));
    expect((await service({ ...skip, LookupEnabled: "true" }, path)).status).toBe(200);
    expect((await service({ LookupEnabled: "false" }, path)).body).toMatchObject(refused("LookupEnabled"));
    expect((await service({ LookupEnabled: "false", SkipSmsToLandlines: "false" }, path)).status).toBe(200);
  });

  test("what a channel has no use for is refused by name, and what asks for nothing is not", async () => {
    const started = async (fields: Record<string, string>) => {
      const { body } = await api.start(serviceSid, { To: "+12025550116", ...fields });
      return body.message ?? body.status;
    };
    for (const Channel of ["call", "sna", "whatsapp"]) {
      expect(await started({ Channel, RiskCheck: "disable" })).toBe("Invalid parameter: RiskCheck");
      expect(await started({ Channel, AppHash: "FA+9qCX9VSu" })).toMatch(/app ?hash/i);
    }
    for (const Channel of ["sms", "call", "whatsapp"])
      expect(await started({ Channel, EnableSnaClientToken: "true" })).toBe("Invalid parameter: EnableSnaClientToken");
    for (const Channel of ["sms", "sna", "whatsapp", "auto"])
      expect(await started({ Channel, SendDigits: "ww1" })).toBe("Invalid parameter: SendDigits");
    const shownOrSent = { CustomFriendlyName: "Owl Books", Locale: "de", DeviceIp: "192.0.2.7" };
    for (const [name, value] of Object.entries(shownOrSent)) {
      expect(await started({ Channel: "sna", [name]: value })).toBe(`Invalid parameter: ${name}`);
      expect(await started({ Channel: "sna", [name]: "" })).toBe("pending");
    }
    expect(await started({ Channel: "call", RiskCheck: "enable", EnableSnaClientToken: "false" })).toBe("pending");
    expect(await started({ Channel: "auto", ...shownOrSent, RiskCheck: "disable", EnableSnaClientToken: "true" })).toBe(
      "pending",
    );
  });

  test("an e-mail comes from whom its start names, where the operator sends from there, and what else is wrong is named", async () => {
    const To = "ada@example.com";
    const started = async (configuration: object, fields = {}) => {
      const ChannelConfiguration = JSON.stringify(configuration);
      const { body } = await api.start(serviceSid, { To, Channel: "email", ChannelConfiguration, ...fields });
      return body.details ? { code: body.code, ...body.details } : (body.code ?? body.status);
    };
    const named = (member: string) => ({ code: 60200, member });
    expect(await started({ from: "codes@example.com", from_name: "Owl & Sons" })).toBe("pending");
    expect(await started({})).toBe("pending");
    expect(await api.messages(To)).toMatchObject([
      { from: null, from_name: null },
      { from: "codes@example.com", from_name: "Owl & Sons" },
    ]);
    for (const from of ["codes@acme.example", "codes@mail.example.com", "codes@example.com.acme.example"])
      expect(await started({ from })).toBe(60222);
    for (const from of ["codes", "a@example.com, b@example.com", "a@example.com\r\nBcc: b@example.com", ""])
      expect(await started({ from })).toEqual(named("from"));
    for (const from_name of ["acme.com", "a\nb", "Call 12345", " ", "", "x".repeat(65), "<b>"])
      expect(await started({ from_name })).toEqual(named("from_name"));
    expect(await started({ reply_to: "x", from: 1 })).toEqual(named("reply_to"));
    expect(await started({ ["x".repeat(99)]: 1 })).toEqual(named("x".repeat(64)));
    expect(await started({ substitutions: { name: "Ada" } })).toEqual(named("substitutions"));
    expect(await started({ substitutions: { name: 1 }, template_id: "x" })).toEqual(named("substitutions.name"));
    for (const Channel of ["sms", "call", "whatsapp", "sna", "auto"]) {
      const fields = { Channel, To: "+12025550118", ChannelConfiguration: "{}" };
      expect((await api.start(serviceSid, fields)).body.message).toBe("Invalid parameter: ChannelConfiguration");
    }
  });

  test("digits for an extension reach the one who dials them, and the inbox shows them", async () => {
    const To = "+12025550117";
    await api.start(serviceSid, { To, Channel: "call", SendDigits: "ww1#" });
    await api.start(serviceSid, { To, Channel: "call" });
    expect(await api.messages(To)).toMatchObject([{ send_digits: null }, { send_digits: "ww1#" }]);
  });
});

describe("the parameters of a start", () => {
  const schema = bodyOf("createVerification");
  const table = rowsOf("verifications.md");

  test("are each in the guide's table, with the channels that the document has for it", () => {
    expect([...table.keys()].sort()).toEqual(Object.keys(schema.properties ?? {}).sort());
    expect([...Object.keys(tries), ...Object.keys(shownBy)].sort()).toEqual([...table.keys()].sort());
    for (const { parameter, needs, of } of schema["x-only-with"] ?? []) {
      expect([parameter, needs, table.get(parameter)?.toSorted()]).toEqual([parameter, "Channel", [...of].sort()]);
    }
  });

  let number = 0;
  test.each(Object.keys(tries))(
    "%s has its effect on each of its channels, and is refused on all others",
    async (name) => {
      const { value, beside, isPayment, ruledOut, shows } = tries[name] as Tried;
      const rule = schema["x-only-with"]?.find(({ parameter }) => parameter === name);
      for (const Channel of channels) {
        number += 1;
        const To =
          Channel === "email" ? `ada${number}@example.com` : `+1${number < 40 ? 202 : 212}55501${10 + (number % 40)}`;
        const isTaken = table.get(name)?.includes(Channel);
        const only = Channel === "sna" || Channel === "auto" || name !== "EnableSnaClientToken" ? beside : {};
        const fields = { [name]: value(Channel, number), ...(isTaken ? only : isPayment && beside) };
        if (isTaken && Channel === "sna") delete (fields as Fields).DeviceIp;
        const { status, body } = await api.start(isPayment ? payments : plain, { To, Channel, ...fields });
        if (isTaken) {
          expect([name, Channel, status, body.message]).toEqual([name, Channel, 201, undefined]);
          const [message] = (await api.messages(To)) as unknown as Message[];
          await shows({ To, Channel, fields, body, message });
        } else expect([name, Channel, body.code]).toEqual([name, Channel, ruledOut?.[Channel] ?? rule?.error]);
      }
    },
  );
});

test("the parameters of a check are each in the guide's table, and each has its effect", async () => {
  const names = Object.keys(bodyOf("createVerificationCheck").properties ?? {});
  expect([...rowsOf("verification-checks.md").keys()].sort()).toEqual(names.sort());
  const [To, Code] = ["+12025550195", "123456"];
  const checked = async (fields: Fields, service = plain) => {
    const { body } = await api.check(service, fields);
    return body.message ?? body.status;
  };
  const { sid: VerificationSid = "" } = (await api.start(plain, { To })).body;
  expect(await checked({ To, VerificationSid, Code: "000000" })).toBe("pending");
  expect(await checked({ To: "+12025550196", VerificationSid, Code })).toContain("was not found");
  expect(await checked({ To })).toBe("Invalid parameter: Code");
  expect(await checked({ To, Code, Amount: "1 EUR" })).toContain("does not support");
  expect(await checked({ To, Code, Payee: "Ann" })).toContain("does not support");
  expect(await checked({ To, Code, SnaClientToken: "x" })).toBe("Invalid parameter: SnaClientToken");
  expect(await checked({ VerificationSid, Code })).toBe("approved");
  await api.start(payments, { To, Amount: "1 EUR", Payee: "Ann" });
  expect(await checked({ To, Code, Amount: "2 EUR", Payee: "Ann" }, payments)).toBe("pending");
  expect(await checked({ To, Code, Amount: "1 EUR", Payee: "Bob" }, payments)).toBe("pending");
  expect(await checked({ To, Code, Amount: "1 EUR", Payee: "Ann" }, payments)).toBe("approved");
});

test("the voice and the WhatsApp sender of a service reach who sends", async () => {
  const To = "+12025550197";
  for (const Channel of ["call", "whatsapp", "sms"]) await api.start(plain, { To, Channel });
  expect(await api.messages(To)).toMatchObject([
    { tts_name: null, from: null },
    { tts_name: null, from: "whatsapp:+12025550190" },
    { tts_name: "Polly.Joanna", from: null },
  ]);
});

describe("the filters of a list", () => {
  const none = `${"0".repeat(31)}f`;
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  /** A value of each that what is there does not fit. */
  const others: Record<string, string | ((body: { requests?: { sid: string }[] }) => string)> = {
    ...{ DateCreatedAfter: "2999-01-01T00:00:00Z", DateCreatedBefore: "2000-01-01T00:00:00Z" },
    ...{ after: "2999-01-01T00:00:00Z", before: "2000-01-01T00:00:00Z", "listRequests after": newestOf },
    ...{ "ChannelData.To": "+12025550100", To: "+12025550100", to: "+12025550100", DestinationPrefix: "+49" },
    ...{
      Country: "DE",
      country: "DE",
      Channel: "whatsapp",
      channel: "whatsapp",
      Status: "converted",
      status: "canceled",
    },
    ...{ VerifyServiceSid: `VA${none}`, service_sid: `VA${none}`, VerificationSid: `VE${none}`, resource: `VA${none}` },
    ...{
      FriendlyName: "Nothing",
      method: "DELETE",
      "listRequests status": "418",
      actor: `SK${none}`,
      action: "revealed",
    },
    ...{ "listConsoleVerifications error_code": "30003", "listRefusedStarts error_code": "60410", tag: "order:none" },
    ...{ by: "day", group: "country", "fetchFigures after": hourAgo, "fetchFigures before": hourAgo },
  };
  // Theirs are shown by `posts.test.ts`, `challenges.test.ts` and `devices.test.ts`, and those of signed calls are who calls.
  const shownElsewhere = ["listPosts", "listChallenges", "listDevices"];
  const listed = operationsOf(bundle).flatMap(({ operation: { operationId, security = [] }, path, parameters }) => {
    const named = parameters.flatMap(({ name, in: place }) =>
      place === "query" && !/^Page(Size|Token)?$/.test(name) ? [name] : [],
    );
    const isList =
      /^(list|fetchAttemptsSummary|fetchFigures)/.test(operationId) && !shownElsewhere.includes(operationId);
    const isSigned = security.some((way) => "v1Signature" in way);
    return isList && named.length > 0 && !isSigned ? [[operationId, path, named] as const] : [];
  });

  test.each(listed)("%s each leave something out", async (operationId, path, named) => {
    const asked = async (query: string) => {
      const { status, body } = await api.call("GET", `${path}${query}`);
      expect([query, status]).toEqual([query, 200]);
      return { ...body, meta: undefined };
    };
    await api.start(plain, { To: "+12025550198" });
    await api.start(plain, { To: "+12025550198", Locale: "tlh" });
    const whole = await asked("");
    for (const name of named) {
      const other = others[`${operationId} ${name}`] ?? others[name] ?? "";
      const value = typeof other === "string" ? other : other(whole as object);
      expect([name, await asked(`?${new URLSearchParams({ [name]: value })}`)]).not.toEqual([name, whole]);
    }
  });

  function newestOf({ requests = [] }: { requests?: { sid: string }[] }): string {
    return requests[0]?.sid ?? "";
  }
});

function bodyOf(operationId: string): Schema {
  return resolve<Schema>(bundle, formOf(bundle, operationOf(bundle, operationId).operation)?.schema ?? {});
}

/** The parameters of a guide's table with the channels that it says. */
function rowsOf(guide: string): Map<string, string[]> {
  const text = readFileSync(new URL(`../../../spec/guides/${guide}`, import.meta.url), "utf8");
  const rows = text.matchAll(/^\| ((?:`[A-Z]\w+`(?:, )?)+) +\| ([^|]*) \|/gm);
  const words = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, word = ""]) => word);
  return new Map(
    [...rows].flatMap(([, names = "", of = ""]) =>
      words(names).map((name): [string, string[]] => [name, of.trim() === "all" ? [...channels] : words(of)]),
    ),
  );
}
