import { expect, test } from "vitest";
import { isClientToken, openSnaToken, type SnaToken, sealSnaToken } from "./sna.ts";
import { createVault } from "./vault.ts";

const vault = createVault("a secret of no less than 32 characters");
const token: SnaToken = {
  accountSid: "AC00000000000000000000000000000001",
  serviceSid: "VA00000000000000000000000000000001",
  recipient: "+12025550123",
  attemptSid: "VL00000000000000000000000000000001",
  clientToken: "01234567890123456789",
};
const stateOf = (urlToken: string) => ({ urlToken, needsClientToken: true, isConfirmed: true, errors: [] });

test("a token is opened again, and one that was made up, altered or sealed under another secret is not", () => {
  const sealed = sealSnaToken(vault, token);
  expect(openSnaToken(vault, sealed)).toEqual(token);
  const other = createVault("another secret of no less than 32 characters");
  for (const text of ["", "x", "1.AAAA", `${sealed.slice(0, -2)}AA`, sealSnaToken(other, token)]) {
    expect(openSnaToken(vault, text)).toBeUndefined();
  }
});

test("only the client token itself matches", () => {
  const state = stateOf(sealSnaToken(vault, token));
  expect(isClientToken(vault, state, "01234567890123456789")).toBe(true);
  for (const given of [undefined, "", "0123456789", "01234567890123456780", "012345678901234567890", "null"]) {
    expect(isClientToken(vault, state, given)).toBe(false);
  }
  expect(isClientToken(vault, stateOf(sealSnaToken(vault, { ...token, clientToken: null })), "null")).toBe(false);
});
