import { expect, test } from "vitest";
import { createAuthenticator, hashSecret } from "./authenticate.ts";

const credential = { accountSid: "AC1", sid: "SK1", secretHash: hashSecret("token"), createdAt: 0 };

test("security 18: the right secret gives the account; a wrong sid and a wrong secret answer alike", async () => {
  const authenticate = createAuthenticator({ credential: async (sid) => (sid === "SK1" ? credential : undefined) });
  expect(await authenticate("SK1", "token")).toBe("AC1");
  expect(await authenticate("SK1", "wrong")).toBeUndefined();
  expect(await authenticate("SK2", "token")).toBeUndefined();
  expect(await authenticate("SK2", "nobody")).toBeUndefined();
});

test("security 18: secrets are stored hashed, equal ones under different hashes", () => {
  expect(credential.secretHash).not.toContain("token");
  expect(hashSecret("token")).not.toBe(hashSecret("token"));
});

test("the store is asked once a second for a sid, and a changed secret counts from then on", async () => {
  let [now, asked, secretHash] = [0, 0, credential.secretHash];
  const accounts = {
    credential: async () => {
      asked += 1;
      return { ...credential, secretHash };
    },
  };
  const authenticate = createAuthenticator(accounts, () => now);
  await Promise.all([authenticate("SK1", "token"), authenticate("SK1", "token")]);
  expect(asked).toBe(1);
  secretHash = hashSecret("rotated");
  now += 1_000;
  expect(await authenticate("SK1", "token")).toBeUndefined();
  expect(await authenticate("SK1", "rotated")).toBe("AC1");
});

test("a store that fails once does not keep an account out", async () => {
  let isGone = true;
  const authenticate = createAuthenticator({
    credential: async () => {
      if (isGone) throw new Error("gone");
      return credential;
    },
  });
  await expect(authenticate("SK1", "token")).rejects.toThrow("gone");
  isGone = false;
  expect(await authenticate("SK1", "token")).toBe("AC1");
});
