import { expect, test } from "vitest";
import type { DeliverableMessage } from "../verifications/composed-send.ts";
import type { OutboxMessage } from "./outbox.ts";
import type { Delivered, Provider, ProviderWatch } from "./routing.ts";
import { createRouter, type Route } from "./routing.ts";

const busy: Delivered = { status: "retry", errorCode: "busy" };
const sent: Delivered = { status: "sent" };

test("security 22: what the first provider cannot take goes to the next, in one try, which tells of both", async () => {
  const { names, deliver } = route([
    ["first", busy],
    ["second", sent],
    ["third", sent],
  ]);
  expect(await deliver("+12025550123")).toEqual({
    ...{ status: "sent", provider: "second" },
    passed: [{ provider: "first", errorCode: "busy" }],
  });
  expect(names).toEqual(["first", "second"]);
});

test("security 34: no further provider is asked for a message whose verification ended meanwhile", async () => {
  const { names, deliver, ended } = route([
    ["first", busy],
    ["second", sent],
  ]);
  ended.reason = "canceled";
  expect(await deliver("+12025550123")).toEqual({
    ...{ status: "ended", errorCode: "canceled" },
    passed: [{ provider: "first", errorCode: "busy" }],
  });
  expect(names).toEqual(["first"]);
});

test("a provider that failed is asked last for half a minute, and first again afterwards", async () => {
  const { names, deliver, clock } = route([
    ["first", busy],
    ["second", sent],
  ]);
  await deliver("+12025550123");
  await deliver("+12025550123");
  clock.now += 30_001;
  await deliver("+12025550123");
  expect(names).toEqual(["first", "second", "second", "first", "second"]);
});

test("a refusal for good goes to no other provider", async () => {
  const { names, deliver } = route([
    ["first", { status: "failed", errorCode: "550" }],
    ["second", sent],
  ]);
  expect(await deliver("+12025550123")).toEqual({ status: "failed", errorCode: "550", provider: "first" });
  expect(names).toEqual(["first"]);
});

test("the provider with the longest calling prefix that fits comes first, and the others in their order after it", async () => {
  const { names, deliver } = route([
    ["all", busy],
    ["german", busy, "+49", "+43"],
    ["other", busy, "+1"],
    ["mobile", busy, "+4915"],
  ]);
  await deliver("+4915112345678");
  expect(names.splice(0)).toEqual(["mobile", "german", "all"]);
  await deliver("+436641234567");
  expect(names.toSorted()).toEqual(["all", "german"]);
});

test("a provider that is paused for an account is passed over, and where all are nobody is asked", async () => {
  const paused = new Set<string>();
  const told: string[] = [];
  const watch: ProviderWatch = {
    pausedFor: async (accountSid) => (accountSid === "AC1" ? paused : new Set()),
    told: (name, { status }) => void told.push(`${name} ${status}`),
    refresh() {},
    async close() {},
  };
  const routes = ["first", "second"].map((name) => ({ provider: provider(name, sent), prefixes: [] }));
  const router = createRouter(new Map([["sms", routes]]), () => 0, { watch });
  const deliver = async (accountSid: string) =>
    (await router.deliver({ ...message, accountSid }, content("+12025550123"))).provider;
  paused.add("first");
  expect([await deliver("AC1"), await deliver("AC2")]).toEqual(["second", "first"]);
  paused.add("second");
  expect(await router.deliver({ ...message, accountSid: "AC1" }, content("+12025550123"))).toEqual({
    ...{ status: "retry", errorCode: "waiting", isUntried: true },
  });
  expect(told).toEqual(["second sent", "first sent"]);
});

test("a message of an SMS route is given to its providers alone, and fails at once where the route is gone", async () => {
  const [one, gone] = ["MG1", "MG2"];
  const asked: string[] = [];
  const made = (name: string, sid?: string): Route => {
    const deliver = async () => {
      asked.push(name);
      return busy;
    };
    return { provider: { ...provider(name, busy), deliver }, prefixes: [], sid };
  };
  const routes = [made("all"), made("first", one), made("second", one), made("other", "MG3")];
  const router = createRouter(new Map([["sms", routes]]), () => 0);
  const to = "+12025550123";
  const by = (route?: string) => router.deliver(message, { ...content(to), route });
  expect(await by(one)).toMatchObject({ status: "retry", errorCode: "busy", provider: "second" });
  expect(asked.splice(0)).toEqual(["first", "second"]);
  expect(await by(gone)).toEqual({ status: "failed", errorCode: "no_route" });
  expect(asked).toEqual([]);
  expect(await by()).toMatchObject({ provider: "all" });
});

test("a provider that failed and then hangs is waited for a hundred times at once, and the others go on", async () => {
  const ends: ((delivered: Delivered) => void)[] = [];
  let deliver = async (): Promise<Delivered> => busy;
  const hanging = { ...provider("hanging", sent), deliver: () => deliver() };
  const ways = new Map([
    ["sms" as const, [{ provider: hanging, prefixes: [] }]],
    ["email" as const, [{ provider: provider("mail", sent), prefixes: [] }]],
  ]);
  const router = createRouter(ways, () => 0);
  const text = () => router.deliver(message, content("+12025550123"));
  expect(await text()).toMatchObject({ status: "retry", errorCode: "busy" });
  deliver = () => new Promise((resolve) => ends.push(resolve));
  const held = Array.from({ length: 100 }, text);
  await expect.poll(() => ends.length).toBe(100);
  expect(await text()).toEqual({ status: "retry", errorCode: "waiting", isUntried: true });
  expect(await router.deliver({ ...message, channel: "email" }, content("ada@example.com"))).toMatchObject(sent);
  for (const end of ends) end(sent);
  expect((await Promise.all(held)).every(({ status }) => status === "sent")).toBe(true);
});

test("a recipient whom no provider serves cannot be reached", async () => {
  const { deliver } = route([["german", sent, "+49"]]);
  expect(await deliver("+12025550123")).toEqual({ status: "failed", errorCode: "no_provider" });
});

test("no provider is begun with when the try has taken long, and one that throws is one that failed", async () => {
  const { names, deliver, clock } = route([
    ["slow", busy],
    ["second", sent],
  ]);
  clock.perCall = 21_000;
  expect(await deliver("+12025550123")).toMatchObject({ status: "retry", provider: "slow" });
  expect(names).toEqual(["slow"]);
  const throwing = { ...provider("throwing", sent), deliver: () => Promise.reject(new Error("secret")) };
  const router = createRouter(new Map([["sms", [{ provider: throwing, prefixes: [] }]]]), () => 0);
  expect(await router.deliver(message, content("+1"))).toMatchObject({ status: "retry", errorCode: "unknown" });
});

function provider(name: string, delivered: Delivered): Provider {
  return { name, deliver: async () => delivered, probe: async () => {}, close: async () => {} };
}

function route(providers: [name: string, delivered: Delivered, ...prefixes: string[]][]) {
  const names: string[] = [];
  const clock = { now: 0, perCall: 0 };
  const ended: { reason?: string } = {};
  const routes = providers.map(([name, delivered, ...prefixes]): Route => {
    const deliver = async () => {
      names.push(name);
      clock.now += clock.perCall;
      return delivered;
    };
    return { provider: { ...provider(name, delivered), deliver }, prefixes };
  });
  const router = createRouter(new Map([["sms", routes]]), () => clock.now, { endOf: async () => ended.reason });
  return { names, clock, ended, deliver: (to: string) => router.deliver(message, content(to)) };
}

const message = { channel: "sms" } as OutboxMessage;
const content = (to: string) => ({ to, channel: "sms" }) as DeliverableMessage;
