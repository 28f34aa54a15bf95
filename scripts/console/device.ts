import type { Page } from "playwright-core";

/** The device of the page's browser: which passkeys are on it, whether somebody is there, and another one in its place. */
export async function deviceOf(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const add = async (more: { isUserVerified?: boolean } = {}) => {
    const built = {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
    } as const;
    const options = { ...built, isUserVerified: true, automaticPresenceSimulation: true, ...more };
    return (await session.send("WebAuthn.addVirtualAuthenticator", { options })).authenticatorId;
  };
  let authenticatorId = await add();
  return {
    passkeys: async () => (await session.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    come: () => session.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: true }),
    leave: () => session.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: false }),
    async replace(more?: { isUserVerified: boolean }) {
      await session.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
      authenticatorId = await add(more);
    },
  };
}
