import { readdirSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

/** Each folder imports from the lines above its own; `.` are the sources at the root. The README has the same map. */
const layers = [
  ["kernel"],
  ["sql", "http"],
  [
    "services",
    "accounts",
    "attempts",
    "verifications",
    "delivery",
    "guard",
    "events",
    "rate-limits",
    "messaging-configurations",
    "templates",
    "safe-list",
    "forms",
    "access-tokens",
    "entities",
    "factors",
    "challenges",
    "passkeys",
    "notifications",
    "webhooks",
    "v1",
    "auth-servers",
    "console",
  ],
  ["store"],
  ["seed"],
  ["sandbox", "operator", "cli"],
  ["."],
];

/** The arrows beside them, from a folder to others of its layer or below it, and why each is there. */
const exceptions: Record<string, Record<string, string>> = {
  attempts: {
    accounts: "a request that an attempt answers is remembered for its account",
    events: "what becomes of an attempt is a fact that webhooks hear of",
    services: "whether they hear of it, its service says",
    verifications: "an attempt is one of a verification, and is told in its words",
  },
  "auth-servers": {
    guard: "what they have sent is held to limits of its own",
    verifications: "a code that they have delivered is a verification's",
  },
  console: {
    accounts: "keys are an account's, who logs in has one, and test messages are counted as requests are",
    attempts: "what became of a verification's sends is in their log",
    delivery: "it shows providers, and pauses and tries them",
    events: "it shows what waits for webhooks, and sums of figures are written as figures are, by a reaction",
    guard:
      "it shows the guard and lifts what it holds, and logins are counted by the client that a limit on sends knows",
    services: "a verification is shown with the name of its service, and a message as its settings have it",
    store: "what it shows is the store's",
    templates: "it previews a message by any template",
    v1: "it lists applications and starts that were refused, and an answer of v1 that tells an error may be XML",
    verifications: "it shows verifications and their messages, ends one by their rules, and has starts judged",
  },
  delivery: {
    console: "who pauses a provider is written into the trail",
    attempts: "what a provider says is written to the attempt",
    store: "the worker takes from the outbox and gives back to it",
    verifications: "what is delivered is a verification's message, while its code lives",
  },
  events: {
    attempts: "facts tell of attempts",
    console: "one of the reactions counts for the figures, and who has a post tried again is written into the trail",
    guard: "one of the reactions counts for the guard",
    services: "whether events tell of a verification, its service says",
    store: "posts wait in the store for their worker",
    v1: "one of the facts is a call of v1, which its own webhooks hear of",
    verifications: "facts tell of verifications",
  },
  guard: {
    console: "who lifts a block is written into the trail",
    events: "the counts are one of the reactions",
    verifications: "what it judges and counts are starts",
  },
  "messaging-configurations": { services: "they are a service's" },
  "safe-list": {
    accounts: "requests of an account are counted",
    guard: "the guard's policy says what its numbers pass",
    verifications: "a number is read as that of a start is, and sealed as recipients are",
  },
  "rate-limits": { services: "the limits are a service's" },
  "access-tokens": { verifications: "an identity is sealed as recipients are" },
  entities: {
    accounts: "what an account makes is counted as its requests are",
    services: "they are a service's",
    verifications: "an identity is sealed as recipients are",
  },
  factors: {
    "access-tokens": "a device gets its factor by one",
    accounts: "how many are made for an entity is counted as requests are",
    entities: "they are an entity's, under whose lock they are decided on",
    services: "what a request does not say of one, its service says",
    verifications: "secrets are sealed as recipients are",
  },
  passkeys: {
    accounts: "who makes an entity with its first passkey is counted as for every entity",
    challenges: "a login is a challenge",
    entities: "a passkey is of an entity, which the first one makes",
    factors: "a passkey is a factor",
    services: "to whom passkeys belong, their service says",
  },
  challenges: {
    entities: "they are an entity's, under whose lock they are decided on",
    factors: "their answers are judged by the factor's rules, and kept with it",
    services: "whether a phone shows when it was asked, its service says",
    verifications: "what is kept with one is sealed as recipients are",
  },
  notifications: {
    challenges: "a push tells of a challenge, as long as that is pending",
    delivery: "it is tried as messages are, and counted with them",
    entities: "they are an entity's, under whose lock they are made",
    events: "the first of a challenge is made by a reaction",
    factors: "the phone is a factor",
    services: "which credential is taken, the service says",
    store: "the worker takes from the store and gives back to it",
  },
  sandbox: { ".": "it is the same server, put together in another way" },
  cli: {
    ".": "the commands start servers",
    operator: "workers share one server of figures",
    sandbox: "one of the commands starts a sandbox",
  },
  templates: { verifications: "what callers put in obeys the rule for every text of theirs" },
  v1: {
    attempts: "feedback is given on an attempt",
    events: "its reports are one of the reactions",
    guard: "its starts are guarded as those of v2",
    services: "an application is one of a service",
    store: "resealing passes through all applications",
    templates: "its messages read as the service's own template has them",
    verifications: "a phone verification is a verification",
  },
  verifications: {
    accounts: "a request that a fetch answers is remembered for its account",
    attempts: "a start makes an attempt",
    console: "who ends a verification by hand is written into the trail",
    events: "what is noticed of guesses is one of the facts",
    delivery: "a start puts a message into the outbox",
    guard: "a start is judged, and counted, in its own transaction",
    "rate-limits": "a start asks the limits that it names",
    services: "a service's settings say how it verifies",
    templates: "a message reads as a template has it",
    store: "a start is decided in the store",
    v1: "a decision carries the facts of a call of v1",
  },
  webhooks: {
    accounts: "test posts are counted as requests are",
    console: "who rotates a signing secret is written into the trail",
    challenges: "they hear of challenges",
    events: "what is told waits among the posts, and goes where those may",
    factors: "they hear of factors",
    services: "the webhooks are a service's",
    v1: "an id is written as v1 has them",
    verifications: "secrets are sealed as recipients are",
  },
};

const root = fileURLToPath(new URL("../src", import.meta.url));
const imports = importsOf(sourcesBelow(root));

it("imports along the arrows alone", () => {
  expect(wrongArrows(imports)).toEqual([]);
});

it("tells an import against the arrows", () => {
  const planted = new Map(imports).set("kernel/clock.ts", ["store/store.ts"]).set("new/thing.ts", ["kernel/clock.ts"]);
  expect(wrongArrows(planted)).toEqual(["kernel/clock.ts -> store/store.ts", "new/thing.ts -> kernel/clock.ts"]);
});

it("has no circle of files that import each other", () => {
  expect(circle(imports)).toEqual([]);
  const planted = new Map(imports).set("new/one.ts", ["new/other.ts"]).set("new/other.ts", ["new/one.ts"]);
  expect(circle(planted)).toEqual(["new/one.ts", "new/other.ts", "new/one.ts"]);
});

it("is drawn in the README", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const map = layers.map((folders) =>
    folders.join(" ").replace(/^\.$/, "main.ts index.ts config.ts serve.ts server.ts"),
  );
  expect(readme).toContain(`\`\`\`text\n${map.join("\n")}\n\`\`\`\n`);
});

function sourcesBelow(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".ts") && !/\.(test|contract|d)\.ts$/.test(name));
}

/** Of each source, what it imports of the others. */
function importsOf(names: string[]): Map<string, string[]> {
  return new Map(
    names.map((name) => {
      const file = resolve(root, name);
      const found = readFileSync(file, "utf8").matchAll(/(?:from |import\()\s*"(\.[^"]+)"/g);
      return [name, [...found].map(([, to = ""]) => relative(root, resolve(dirname(file), to)))];
    }),
  );
}

function folderOf(name: string): string {
  return name.includes("/") ? name.slice(0, name.indexOf("/")) : ".";
}

function wrongArrows(imported: Map<string, string[]>): string[] {
  const layerOf = (folder: string) => layers.findIndex((folders) => folders.includes(folder));
  const isRight = (from: string, to: string) =>
    layerOf(from) >= 0 && (from === to || layerOf(to) < layerOf(from) || exceptions[from]?.[to] !== undefined);
  return [...imported].flatMap(([name, all]) =>
    all.filter((to) => !isRight(folderOf(name), folderOf(to))).map((to) => `${name} -> ${to}`),
  );
}

/** The first circle that is found, from a file back to itself. */
function circle(imported: Map<string, string[]>): string[] {
  const done = new Set<string>();
  const walk = (name: string, way: string[]): string[] => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (done.has(name)) return [];
    for (const to of imported.get(name) ?? []) {
      const found = walk(to, [...way, name]);
      if (found.length > 0) return found;
    }
    done.add(name);
    return [];
  };
  for (const name of imported.keys()) {
    const found = walk(name, []);
    if (found.length > 0) return found;
  }
  return [];
}
