import { expect, test } from "vitest";
import { createAuthenticator } from "../accounts/authenticate.ts";
import { publicHttps } from "../events/sender.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import { createTemplates } from "../templates/catalogue.ts";
import { createVault } from "../verifications/vault.ts";
import { newSecrets } from "./accounts.ts";
import { parseSeed } from "./file.ts";
import { applySeed } from "./seed.ts";

const accountSid = `AC${"a".repeat(32)}`;
const secret = "Zr8kq2Lw9sYt4Xn1Pv6Bm3Hd7Jc5Gf0u";
const vault = createVault(secret);

function applied(store: Store, file: object) {
  const seed = parseSeed(JSON.stringify(file, null, 1), 0, String);
  if ("problems" in seed) throw new Error(seed.problems.join());
  return applySeed(seed, {
    ...{ store, accountSid, templates: createTemplates(), webhooks: publicHttps, pushes: { has: () => false } },
    outlets: { smsRoutes: () => [] },
    secrets: { ...newSecrets, vault, env: { PROGRAM: secret, WEAK: "changeme" } },
  });
}

test("an API key of a file has what it may do, and a secret that the environment has or that is shown once; one that is there is not changed", async () => {
  const store = await openStore("sqlite::memory:", undefined, { wrapping: vault });
  await applied(store, { accounts: [{ Sid: accountSid, FriendlyName: "Acme" }] });
  const keys = [
    { FriendlyName: "Program", Scopes: ["start", "check"], Secret: { env: "PROGRAM" } },
    { FriendlyName: "Reader", Sid: `SK${"2".repeat(32)}`, Scopes: ["read"], DateExpires: "2999-01-31T00:00:00Z" },
    { FriendlyName: "Usual" },
  ];
  const apply = (file: object) => applied(store, file);
  const seeded = await apply({ keys });
  const sids = "done" in seeded ? seeded.done.map(({ sid }) => sid) : [];
  expect(seeded).toEqual({
    done: keys.map(({ FriendlyName: name }, index) => ({ result: "created", what: "key", sid: sids[index], name })),
    shown: sids.slice(1).map((sid) => ({ key: sid, secret: expect.stringMatching(/^\w{32}$/) })),
  });
  expect(sids[1]).toBe(keys[1]?.Sid);
  const authenticate = createAuthenticator(store.accounts, store.clock);
  expect(await authenticate(String(sids[0]), secret)).toMatchObject({
    accountSid,
    scopes: new Set(["start", "check"]),
  });
  expect(await authenticate(String(sids[2]), secret)).toBeUndefined();
  expect(await apply({ keys })).toEqual({ done: [], shown: [] });
  const problems = await apply({
    keys: [
      { ...keys[0], Scopes: ["read"] },
      { ...keys[1], DateExpires: "2999-02-28T00:00:00Z" },
      { FriendlyName: " " },
      { FriendlyName: "Late", DateExpires: "2001-01-31T00:00:00Z" },
      { FriendlyName: "Weak", Secret: { env: "WEAK" }, Scopes: ["everything"] },
      { FriendlyName: "Weak", Secret: { env: "WEAK" } },
    ],
  });
  expect("problems" in problems && problems.problems.map((each) => each.replace(/^line \d+, /, ""))).toEqual([
    "keys[0].Scopes cannot be changed: it is start,check.",
    "keys[1].DateExpires cannot be changed: it is 2999-01-31T00:00:00Z.",
    "keys[2].FriendlyName is refused: Invalid parameter: FriendlyName (60200).",
    "keys[3].DateExpires is refused: Invalid parameter: DateExpires (60200).",
    "keys[4].Scopes[0] is not as it must be: A scope, or several with a space between.",
    "keys[5].Secret names WEAK, which must have 32 characters or more that nobody guesses.",
  ]);
  await store.close();
});
