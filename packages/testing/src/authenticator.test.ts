import { verifyAuthenticationResponse, verifyRegistrationResponse } from "@simplewebauthn/server";
import { expect, test } from "vitest";
import { createAuthenticator, type Wrong } from "./authenticator.ts";

const origin = "https://login.example.com";
const base64Url = (text: string) => Buffer.from(text).toString("base64url");
const creation = {
  rp: { id: "example.com", name: "Example" },
  user: { id: base64Url("YE1"), name: "Ana", displayName: "Ana" },
  challenge: base64Url("YF1"),
  pubKeyCredParams: [
    { type: "public-key", alg: -7 },
    { type: "public-key", alg: -257 },
  ],
  excludeCredentials: [] as { id: string }[],
  authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
};
const request = { challenge: base64Url("YC1"), rpId: "example.com", userVerification: "preferred" };

const registered = (response: ReturnType<ReturnType<typeof createAuthenticator>["create"]>) =>
  verifyRegistrationResponse({
    response: response as Parameters<typeof verifyRegistrationResponse>[0]["response"],
    expectedChallenge: creation.challenge,
    expectedOrigin: origin,
    expectedRPID: "example.com",
    supportedAlgorithmIDs: [-7],
  });

async function loggedIn(authenticator: ReturnType<typeof createAuthenticator>, wrong?: Wrong) {
  const { registrationInfo } = await registered(authenticator.create(creation, origin));
  const { credential } = registrationInfo as NonNullable<typeof registrationInfo>;
  return verifyAuthenticationResponse({
    response: authenticator.get(request, origin, wrong),
    expectedChallenge: request.challenge,
    expectedOrigin: origin,
    expectedRPID: "example.com",
    credential,
  });
}

test.each([
  ["says nothing of itself", { attestation: "none" }],
  ["signs a statement of itself", { attestation: "packed" }],
  ["is a separate one that does not count", { attachment: "cross-platform", counts: false }],
] as const)("another's library takes the passkey of an authenticator that %s, and its login", async (_, options) => {
  const { verified, authenticationInfo } = await loggedIn(createAuthenticator(options));
  expect(verified).toBe(true);
  expect(authenticationInfo).toMatchObject({ userVerified: true, newCounter: "counts" in options ? 0 : 1 });
});

test.each<[string, Wrong, string | boolean]>([
  ["origin", { origin: "https://evil.example" }, "origin"],
  ["relying party", { rpId: "evil.example" }, "RP ID"],
  ["challenge", { challenge: base64Url("YC2") }, "challenge"],
  ["flags", { flags: 0 }, "not present"],
  ["other key", { signature: "another key" }, false],
  ["no signature", { signature: "garbled" }, "length"],
])("a login that is wrong on purpose is refused for its %s", async (_, wrong, reason) => {
  const login = loggedIn(createAuthenticator(), wrong);
  if (typeof reason === "boolean") expect((await login).verified).toBe(reason);
  else await expect(login).rejects.toThrow(reason);
});

test("a count that is wrong on purpose is told as it is given", async () => {
  expect((await loggedIn(createAuthenticator(), { counter: 7 })).authenticationInfo.newCounter).toBe(7);
});

test("a statement that another key has signed is refused", async () => {
  const wrong = createAuthenticator({ attestation: "packed" }).create(creation, origin, { signature: "another key" });
  expect((await registered(wrong)).verified).toBe(false);
});

test("a second passkey of an account takes the first one's place, unless the first is excluded", () => {
  const authenticator = createAuthenticator();
  const { id } = authenticator.create(creation, origin);
  const again = () => authenticator.create({ ...creation, excludeCredentials: [{ id }] }, origin);
  expect(again).toThrow(expect.objectContaining({ name: "InvalidStateError" }));
  expect(authenticator.passkeys.map((passkey) => passkey.id)).toEqual([id]);
  const second = authenticator.create(creation, origin);
  expect(authenticator.passkeys.map((passkey) => passkey.id)).toEqual([second.id]);
});

test("a passkey that is not discoverable logs in by its name alone, and without a user handle", () => {
  const authenticator = createAuthenticator({ isDiscoverable: false });
  const { id } = authenticator.create(creation, origin);
  expect(() => authenticator.get(request, origin)).toThrow(expect.objectContaining({ name: "NotAllowedError" }));
  const { response } = authenticator.get({ ...request, allowCredentials: [{ id }] }, origin);
  expect(response).not.toHaveProperty("userHandle");
  expect(createAuthenticator().passkeys).toEqual([]);
});

test.each([
  ["another site's page", {}, {}, "https://example.com.evil.example", "SecurityError"],
  [
    "no algorithm that it has",
    { pubKeyCredParams: [{ type: "public-key", alg: -257 }] },
    {},
    origin,
    "NotSupportedError",
  ],
  [
    "the other kind",
    { authenticatorSelection: { authenticatorAttachment: "cross-platform" } },
    {},
    origin,
    "NotAllowedError",
  ],
  ["verification that it lacks", required("userVerification"), { verifiesUser: false }, origin, "NotAllowedError"],
  ["to keep it, which it can't", required("residentKey"), { isDiscoverable: false }, origin, "NotAllowedError"],
] as const)("an authenticator that is asked for %s refuses as a browser does", (_, asked, options, page, name) => {
  const create = () => createAuthenticator(options).create({ ...creation, ...asked }, page);
  expect(create).toThrow(expect.objectContaining({ name }));
});

function required(name: "userVerification" | "residentKey") {
  return { authenticatorSelection: { [name]: "required" } };
}
