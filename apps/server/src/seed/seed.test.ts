import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { isWhole } from "../../../../scripts/budget.ts";
import { databaseKinds, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { publicHttps } from "../events/sender.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import { createTemplates } from "../templates/catalogue.ts";
import { createVault } from "../verifications/vault.ts";
import { newSecrets } from "./accounts.ts";
import { parseSeed, type Seed } from "./file.ts";
import { applySeed } from "./seed.ts";

const accountSid = `AC${"a".repeat(32)}`;
const route = `MG${"b".repeat(32)}`;
const secret = "Zr8kq2Lw9sYt4Xn1Pv6Bm3Hd7Jc5Gf0u";
const vault = createVault(secret);

function parsed(file: object): Seed {
  const seed = parseSeed(
    JSON.stringify({ accounts: [{ Sid: accountSid, FriendlyName: "Acme" }], ...file }, null, 1),
    0,
    String,
  );
  if ("problems" in seed) throw new Error(seed.problems.join());
  return seed;
}

const groundOf = (store: Store, env = {}) => ({
  ...{ store, accountSid, templates: createTemplates(), webhooks: publicHttps, pushes: { has: () => false } },
  outlets: { smsRoutes: () => [{ sid: route }] },
  secrets: { ...newSecrets, vault, env },
});

const problemsIn = async (store: Store, file: object, env = {}) => {
  const seeded = await applySeed(parsed(file), groundOf(store, env));
  return "problems" in seeded ? seeded.problems : [];
};

async function doneIn(store: Store, file: object) {
  const seeded = await applySeed(parsed(file), groundOf(store));
  if ("problems" in seeded) throw new Error(seeded.problems.join("\n"));
  return seeded.done.map(({ result, what, name }) => `${result} ${what} ${name}`);
}

const bucket = { Max: 4, Interval: 60 };
const limit = { UniqueName: "address", buckets: [bucket, { Max: 6, Interval: 600 }] };
const webhook = { FriendlyName: "Hook", EventTypes: ["*"], WebhookUrl: "https://acme.example.com/hook" };
const acme = {
  FriendlyName: "Acme",
  CodeLength: 8,
  rate_limits: [limit],
  messaging_configurations: [{ Country: "de", MessagingServiceSid: route }],
  webhooks: [webhook],
  application: {},
};
const whole = { services: [acme], safe_list: [{ PhoneNumber: "+4915112345678" }] };
const all = [
  "created account Acme",
  "created service Acme",
  "created rate_limit address",
  "created bucket 60",
  "created bucket 600",
  "created messaging_configuration de",
  "created webhook Hook",
  "created application Acme",
  "created safe_number +4915112345678",
];

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("a seed file on %s", (kind) => {
  let url: string;
  let store: Store;
  const open = () => openStore(url, undefined, { wrapping: vault });
  beforeAll(async () => {
    url = await databases.create(kind);
    store = await open();
  });
  afterAll(() => store.close());
  const trail = async () => (await store.audit.list(accountSid, {}, { size: 100 })).items;

  it("is there once, however many processes apply it at once, and again is as it is", async () => {
    const others = await Promise.all([open(), open()]);
    const done = await Promise.all([store, ...others].map((each) => doneIn(each, whole)));
    await Promise.all(others.map((other) => other.close()));
    expect(done.filter((each) => each.length > 0)).toEqual([all]);
    expect(await doneIn(store, whole)).toEqual([]);
    expect((await trail()).map(({ actor, address, action }) => `${actor} ${address} ${action}`)).toEqual(
      Array(all.length).fill("operator null created"),
    );
  });

  it("changes what is otherwise than it says, and leaves alone what it leaves out", async () => {
    const changed = {
      services: [
        {
          ...{ FriendlyName: "Acme", "Totp.Issuer": "Acme Bank" },
          rate_limits: [{ ...limit, Description: "By address", buckets: [{ ...bucket, Max: 5 }] }],
          messaging_configurations: [{ Country: "DE", MessagingServiceSid: route }],
          webhooks: [{ ...webhook, EventTypes: ["*", "factor.created"], Status: "disabled" }],
          application: { suspended: true },
        },
      ],
    };
    const wanted = ["service Acme", "rate_limit address", "bucket 60", "webhook Hook", "application Acme"];
    expect(await doneIn(store, changed)).toEqual(wanted.map((each) => `changed ${each}`));
    expect(await doneIn(store, changed)).toEqual([]);
    const [service] = (await store.services.list(accountSid, { size: 9 })).items;
    expect(service?.settings).toMatchObject({ codeLength: 8, totp: { issuer: "Acme Bank" } });
    expect(await doneIn(store, { services: [{ FriendlyName: "Acme", "Totp.Issuer": "" }] })).toEqual([
      "changed service Acme",
    ]);
    expect(await doneIn(store, whole)).toEqual(["changed bucket 60", "changed webhook Hook"]);
  });

  it("comes about whole or not at all: what the API refuses of it is told in its words, and nothing is changed", async () => {
    const before = await trail();
    const other = { accountSid: `AC${"c".repeat(32)}`, sid: `VA${"c".repeat(32)}` };
    const Sid = (prefix: string, digit: string) => ({ Sid: prefix + digit.repeat(32) });
    const problems = await problemsIn(
      store,
      {
        accounts: [
          { Sid: accountSid, FriendlyName: "Other" },
          { Sid: other.accountSid, FriendlyName: "Theirs", services: [{ FriendlyName: "Theirs", Sid: other.sid }] },
        ],
        services: [
          {
            ...acme,
            rate_limits: [{ ...limit, ...Sid("RK", "1") }],
            webhooks: [{ ...webhook, WebhookUrl: "https://10.0.0.1/" }],
          },
          { FriendlyName: "Theirs", Sid: other.sid },
          { FriendlyName: "Bank", SkipSmsToLandlines: true },
          { FriendlyName: "Acme" },
          { FriendlyName: "New", DefaultTemplateSid: `HJ${"1".repeat(32)}` },
          {
            FriendlyName: "Newer",
            rate_limits: [
              {
                UniqueName: "a",
                buckets: [
                  { ...bucket, ...Sid("BL", "1") },
                  { ...bucket, ...Sid("BL", "2") },
                ],
              },
            ],
            messaging_configurations: [
              { Country: "XX", MessagingServiceSid: route },
              { Country: "all", ...{ MessagingServiceSid: `MG${"1".repeat(32)}` } },
            ],
            application: { api_key: { env: "NOWHERE" }, access_key: { env: "WEAK" } },
          },
          {
            FriendlyName: "Many",
            rate_limits: Array.from({ length: 51 }, (_, index) => ({ UniqueName: `limit-${index}` })),
          },
          { FriendlyName: "One", application: { api_key: { env: "KEY" } } },
          { FriendlyName: "Two", application: { api_key: { env: "KEY" } } },
        ],
        safe_list: [{ PhoneNumber: "+0000000001" }, { PhoneNumber: "+999999999" }],
      },
      { WEAK: "changeme", KEY: secret },
    );
    expect(problems.map((problem) => problem.replace(/^line \d+, /, ""))).toEqual([
      "accounts[0].FriendlyName cannot be changed: it is Acme.",
      "services[0].rate_limits[0] is refused: Rate limit with that UniqueName already exists (60208).",
      "services[0].webhooks[0].WebhookUrl is refused: Invalid parameter: WebhookUrl (60200).",
      "services[1].Sid is that of accounts[1].services[0], too.",
      "services[2].SkipSmsToLandlines is refused: Invalid parameter: SkipSmsToLandlines (60200).",
      "services[3] is there twice, first as services[0].",
      "services[4].DefaultTemplateSid is refused: Invalid parameter: DefaultTemplateSid (60200).",
      "services[5].rate_limits[0].buckets[1] is refused: Bucket with the given Interval already exists (60211).",
      "services[5].messaging_configurations[0].Country is refused: Invalid parameter: Country (60200).",
      "services[5].messaging_configurations[1].MessagingServiceSid is refused: Invalid parameter: MessagingServiceSid (60200).",
      "services[5].application.api_key names NOWHERE, which the environment does not have.",
      "services[5].application.access_key names WEAK, which must have 32 characters or more that nobody guesses.",
      "services[6].rate_limits[50] is refused: Max rate limits per service reached (60207).",
      "services[8].application has a key that is another's.",
      'safe_list[0].PhoneNumber must match pattern "^\\+[1-9][0-9]{5,14}$".',
      "safe_list[1].PhoneNumber is refused: Invalid parameter: PhoneNumber (60200).",
    ]);
    for (const problem of problems) expect(problem).toMatch(/^line \d+, /);
    expect(await trail()).toEqual(before);
    expect(await store.accounts.list()).toHaveLength(1);
  });

  it("is told of with all that is refused of it, and of what is in what is refused", async () => {
    const hook = { ...webhook, WebhookUrl: "https://10.0.0.1/" };
    const twice = { UniqueName: "twice", buckets: [bucket, bucket] };
    const parts = { rate_limits: [twice], webhooks: [hook] };
    const problems = await problemsIn(store, {
      accounts: [
        { Sid: accountSid, FriendlyName: "Acme" },
        { Sid: accountSid, FriendlyName: "Acme", services: [{ FriendlyName: "A", ...parts }] },
        {
          Sid: `AC${"d".repeat(32)}`,
          FriendlyName: "None",
          AuthToken: { env: "NOWHERE" },
          services: [{ FriendlyName: "B", webhooks: [hook] }],
        },
        { Sid: "AC1", FriendlyName: "Faulty", services: [{ FriendlyName: "C", webhooks: [hook] }] },
      ],
      services: [
        { FriendlyName: "D", SkipSmsToLandlines: true, DefaultTemplateSid: `HJ${"1".repeat(32)}`, ...parts },
        { FriendlyName: "E", CodeLength: 99, ...parts, application: { api_key: { env: "NOWHERE" } } },
        { FriendlyName: "D", webhooks: [hook] },
        { FriendlyName: "F", rate_limits: [{ UniqueName: "a b", buckets: [bucket, bucket] }] },
        {
          FriendlyName: "Acme",
          CodeLength: 99,
          messaging_configurations: [{ Country: "all", MessagingServiceSid: `MG${"1".repeat(32)}` }],
        },
      ],
    });
    const url = "WebhookUrl is refused: Invalid parameter: WebhookUrl (60200).";
    const bucketTwice = (list: string) => `${list}.buckets[1] is there twice, first as ${list}.buckets[0].`;
    expect(problems.map((problem) => problem.replace(/^line \d+, /, ""))).toEqual([
      "accounts[1] is there twice, first as accounts[0].",
      bucketTwice("accounts[1].services[0].rate_limits[0]"),
      `accounts[1].services[0].webhooks[0].${url}`,
      "accounts[2].AuthToken names NOWHERE, which the environment does not have.",
      `accounts[2].services[0].webhooks[0].${url}`,
      'accounts[3].Sid must match pattern "^AC[0-9a-fA-F]{32}$".',
      `accounts[3].services[0].webhooks[0].${url}`,
      "services[0].SkipSmsToLandlines is refused: Invalid parameter: SkipSmsToLandlines (60200).",
      "services[0].DefaultTemplateSid is refused: Invalid parameter: DefaultTemplateSid (60200).",
      bucketTwice("services[0].rate_limits[0]"),
      `services[0].webhooks[0].${url}`,
      "services[1].CodeLength must be <= 10.",
      bucketTwice("services[1].rate_limits[0]"),
      `services[1].webhooks[0].${url}`,
      "services[2] is there twice, first as services[0].",
      `services[2].webhooks[0].${url}`,
      expect.stringContaining("services[3].rate_limits[0].UniqueName must match pattern"),
      bucketTwice("services[3].rate_limits[0]"),
      "services[4].CodeLength must be <= 10.",
      "services[4].messaging_configurations[0].MessagingServiceSid is refused: Invalid parameter: MessagingServiceSid (60200).",
    ]);
    expect(await store.accounts.list()).toHaveLength(1);
  });

  it("has no SID twice, whatever it is of; SIDs that differ in case alone are two, as on the wire", async () => {
    const Sid = (prefix: string) => ({ Sid: `${prefix}${"e".repeat(32)}` });
    const parts = {
      rate_limits: [{ UniqueName: "address", ...Sid("RK"), buckets: [{ ...bucket, ...Sid("BL") }] }],
      webhooks: [{ ...webhook, ...Sid("YW") }],
    };
    const key = { FriendlyName: "Key", ...Sid("SK") };
    const problems = await problemsIn(store, {
      accounts: [
        { Sid: accountSid, FriendlyName: "Acme" },
        { Sid: `AC${"d".repeat(32)}`, FriendlyName: "Other", keys: [key] },
      ],
      services: [
        { FriendlyName: "G", ...parts },
        { FriendlyName: "H", ...parts },
      ],
      keys: [key],
    });
    expect(problems.map((problem) => problem.replace(/^line \d+, /, ""))).toEqual([
      "services[1].rate_limits[0].Sid is that of services[0].rate_limits[0], too.",
      "services[1].rate_limits[0].buckets[0].Sid is that of services[0].rate_limits[0].buckets[0], too.",
      "services[1].webhooks[0].Sid is that of services[0].webhooks[0], too.",
      "keys[0].Sid is that of accounts[1].keys[0], too.",
    ]);
    const [lower, upper] = [`VA${"f".repeat(32)}`, `VA${"F".repeat(32)}`];
    const both = {
      services: [
        { FriendlyName: "Lower", Sid: lower },
        { FriendlyName: "Upper", Sid: upper },
      ],
    };
    expect(await doneIn(store, both)).toEqual(["created service Lower", "created service Upper"]);
    expect(await doneIn(store, both)).toEqual([]);
    expect((await store.services.fetch(accountSid, upper))?.settings.friendlyName).toBe("Upper");
    const countries = [
      { Country: "fr", MessagingServiceSid: route },
      { Country: "FR", MessagingServiceSid: route },
    ];
    expect(await problemsIn(store, { services: [{ FriendlyName: "G", messaging_configurations: countries }] })).toEqual(
      [
        expect.stringContaining(
          "messaging_configurations[1] is there twice, first as services[0].messaging_configurations[0].",
        ),
      ],
    );
  });

  it("is only looked at where it is a trial", async () => {
    const before = await trail();
    const seed = parsed({ services: [{ FriendlyName: "Trial" }] });
    expect(await applySeed(seed, groundOf(store), true)).toMatchObject({
      done: [{ result: "created", name: "Trial" }],
    });
    expect(await trail()).toEqual(before);
  });
});

test("whatever a file has, is told to be wrong or is there whole", async () => {
  const store = await openStore("sqlite::memory:", undefined, { wrapping: vault });
  await doneIn(store, {});
  const words = [
    "Sid",
    "FriendlyName",
    "CodeLength",
    "Acme",
    "rate_limits",
    "UniqueName",
    "address",
    "buckets",
    "Max",
    "DE",
    "*",
  ];
  const word = fc.oneof(
    fc.constantFrom(...words, "services", "webhooks", "application", "accounts", accountSid, "__proto__"),
    fc.string({ unit: "binary", maxLength: 5 }),
  );
  const { any } = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      word,
      fc.integer(),
      fc.constantFrom(null, true, {}),
      fc.array(tie("any"), { maxLength: 3 }),
      fc.dictionary(word, tie("any"), { maxKeys: 3 }),
    ),
  }));
  // What is right but for one part of it, and text in which some characters are others.
  const source = JSON.stringify({ ...whole, accounts: [{ Sid: accountSid, FriendlyName: "Acme", services: [acme] }] });
  const edited = fc
    .tuple(fc.nat(source.length), fc.nat(6), fc.oneof(word, fc.constantFrom("[", "}", "&a ", "*a", ": ", "\n")))
    .map(([at, length, text]) => source.slice(0, at) + text + source.slice(at + length));
  const members = Object.keys(acme);
  const changed = fc
    .tuple(fc.constantFrom(...members), any)
    .map(([name, value]) => JSON.stringify({ services: [{ ...acme, [name]: value }] }));
  const sources = fc.oneof(
    edited,
    changed,
    fc.dictionary(word, any, { maxKeys: 3 }).map((made) => JSON.stringify(made)),
  );
  const state = async () =>
    JSON.stringify([await store.accounts.list(), (await store.audit.list(accountSid, {}, { size: 1 })).items]);
  const property = async (text: string) => {
    const seed = parseSeed(text, 0, String);
    const before = await state();
    const seeded = "problems" in seed ? seed : await applySeed(seed, groundOf(store));
    if ("problems" in seeded) {
      expect(seeded.problems.length).toBeGreaterThan(0);
      for (const problem of seeded.problems) expect(problem).toMatch(/^[^\n\p{Cc}]+\.$/u);
      expect(await state()).toBe(before);
    } else expect(await applySeed(seed as Seed, groundOf(store))).toEqual({ done: [], shown: [] });
  };
  await fc.assert(fc.asyncProperty(sources, property), { numRuns: isWhole ? 2_000 : 8 });
  await store.close();
}, 60_000);
