import { expect, test } from "vitest";
import { everyScope, usualScopes } from "../kernel/scope.ts";
import { createAuthenticator, hashAfter, hashSecret, newCredential } from "./authenticate.ts";
import type { Credential } from "./store.ts";

const credential = newCredential({ accountSid: "AC1", sid: "SK1", secret: "token", createdAt: 0 });
const minute = 60_000;

/** One that knows a credential, and how often it was asked and told; time passes for both of its clocks. */
function authenticatorOf(known: () => Credential | undefined = () => credential) {
  const seen = { now: 1_000_000, asked: 0, used: [] as number[] };
  const accounts = {
    credential: async (sid: string) => {
      seen.asked += 1;
      return sid === known()?.sid ? known() : undefined;
    },
    used: async (_: object, at: number) => void seen.used.push(at),
  };
  const now = () => seen.now;
  return { seen, authenticate: createAuthenticator(accounts, now, now) };
}

test("security 18: the right secret gives the account; a wrong sid and a wrong secret answer alike", async () => {
  const { authenticate } = authenticatorOf();
  expect(await authenticate("SK1", "token")).toMatchObject({ kind: "account", accountSid: "AC1", actor: "SK1" });
  expect(await authenticate("SK1", "wrong")).toBeUndefined();
  expect(await authenticate("SK2", "token")).toBeUndefined();
  expect(await authenticate("SK2", "nobody")).toBeUndefined();
});

test("security 18: secrets are stored hashed, equal ones under different hashes", () => {
  expect(credential.secretHash).not.toContain("token");
  expect(hashSecret("token")).not.toBe(hashSecret("token"));
});

test("the store is asked once a second for a sid, and a changed secret counts from then on", async () => {
  let secretHash = credential.secretHash;
  const { authenticate, seen } = authenticatorOf(() => ({ ...credential, secretHash }));
  await Promise.all([authenticate("SK1", "token"), authenticate("SK1", "token")]);
  expect(seen.asked).toBe(1);
  secretHash = hashSecret("rotated");
  seen.now += 1_000;
  expect(await authenticate("SK1", "token")).toBeUndefined();
  expect(await authenticate("SK1", "rotated")).toBeDefined();
});

test("a store that fails once does not keep an account out", async () => {
  let isGone = true;
  const { authenticate } = authenticatorOf(() => {
    if (isGone) throw new Error("gone");
    return credential;
  });
  await expect(authenticate("SK1", "token")).rejects.toThrow("gone");
  isGone = false;
  expect(await authenticate("SK1", "token")).toBeDefined();
});

test("a key may do what its scopes say and what these include, and the token of an account everything", async () => {
  const scopesOf = async (sid: string, scopes = credential.scopes) => {
    const { authenticate } = authenticatorOf(() => ({ ...credential, sid, scopes }));
    return [...((await authenticate(sid, "token"))?.scopes ?? [])].sort();
  };
  expect(await scopesOf("SK1")).toEqual([...usualScopes].sort());
  expect(await scopesOf("SK1", ["start"])).toEqual(["start"]);
  expect(await scopesOf("SK1", ["console:read"])).toEqual(["console:read", "read"]);
  expect(await scopesOf("SK1", ["console:write"])).toEqual(["console:read", "console:write", "manage", "read"]);
  expect(await scopesOf("AC1", [])).toEqual([...everyScope].sort());
});

test("a key works until it expires, by the clock of the store, though it is remembered", async () => {
  const { authenticate, seen } = authenticatorOf(() => ({ ...credential, expiresAt: 1_000_500 }));
  seen.now = 1_000_499;
  expect(await authenticate("SK1", "token")).toBeDefined();
  seen.now = 1_000_500;
  expect(await authenticate("SK1", "token")).toBeUndefined();
});

test("after a rotation both secrets work until the overlap ends, and then the new one alone", async () => {
  const rotated = {
    ...credential,
    secretHash: hashAfter("new")(credential.secretHash),
    previousHash: credential.secretHash,
    overlapEndsAt: 1_000_500,
  };
  const { authenticate, seen } = authenticatorOf(() => rotated);
  const works = async () => [await authenticate("SK1", "token"), await authenticate("SK1", "new")].map(Boolean);
  expect(await works()).toEqual([true, true]);
  expect(await authenticate("SK1", "other")).toBeUndefined();
  seen.now = 1_000_500;
  expect(await works()).toEqual([false, true]);
});

test("that a key is used is written at most once a minute, and by nobody who has a wrong secret", async () => {
  let lastUsedAt: number | null = null;
  const { authenticate, seen } = authenticatorOf(() => ({ ...credential, lastUsedAt }));
  await authenticate("SK1", "wrong");
  expect(seen.used).toEqual([]);
  await authenticate("SK1", "token");
  await authenticate("SK1", "token");
  expect(seen.used).toEqual([1_000_000]);
  lastUsedAt = 1_000_000;
  for (seen.now += 1_000; seen.now < 1_000_000 + minute; seen.now += 1_000) await authenticate("SK1", "token");
  expect(seen.used).toEqual([1_000_000]);
  await authenticate("SK1", "token");
  expect(seen.used).toEqual([1_000_000, 1_000_000 + minute]);
});

test("a request goes on though its use cannot be written, which is tried again", async () => {
  let now = 0;
  let tries = 0;
  const used = () => Promise.reject(new Error(`gone ${++tries}`));
  const authenticate = createAuthenticator(
    { credential: async () => credential, used },
    () => 0,
    () => now,
  );
  expect(await authenticate("SK1", "token")).toBeDefined();
  now += 1_000;
  expect(await authenticate("SK1", "token")).toBeDefined();
  expect(tries).toBe(2);
});
