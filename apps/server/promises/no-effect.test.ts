import { expect, test } from "vitest";
import { sandboxServiceSid as serviceSid } from "../src/sandbox/sandbox.ts";
import { useSandbox } from "../test-support/sandbox.ts";

const To = "+12025550113";
const Code = "123456";

const { api } = useSandbox();

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
    await api.call("POST", "/sandbox/reset");
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
