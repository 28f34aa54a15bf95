import {
  type AuthenticatorOptions,
  createAuthenticator,
  type Wrong,
} from "../../../packages/testing/src/authenticator.ts";
import { sandboxAccount, sandboxServiceSid } from "../src/sandbox/sandbox.ts";
import { authorizationOf, type Credentials, send } from "./api.ts";

export { createAuthenticator, type Wrong };
export type Browser = ReturnType<typeof createAuthenticator>;
export type Registered = ReturnType<Browser["create"]>;
export type LoggedIn = ReturnType<Browser["get"]>;

export const origin = "https://acme.example.com";
export const config = {
  relying_party: { id: "acme.example.com", name: "Acme", origins: [origin] },
  authenticator_attachment: "any",
  discoverable_credentials: "preferred",
  user_verification: "preferred",
};

type CreationOptions = Parameters<Browser["create"]>[0];
type RequestOptions = Parameters<Browser["get"]>[0];

/** The passkeys of a service, as a program and a page use them together. */
export function passkeysOf(
  url: () => string,
  serviceSid = sandboxServiceSid,
  credentials: Credentials = sandboxAccount,
) {
  const post = (path: string, body: unknown, type = "application/json") =>
    send(`${url()}/v2/Services/${serviceSid}/Passkeys/${path}`, {
      method: "POST",
      headers: { authorization: authorizationOf(credentials), "content-type": type },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const begin = async (identity: string, more: object = {}) => {
    const answer = await post("Factors", { friendly_name: "Laptop", identity, config, ...more });
    const { options } = answer.body as unknown as { options: { publicKey: CreationOptions } };
    return { ...answer, options: options?.publicKey };
  };
  const challenge = async (body: object) => {
    const answer = await post("Challenges", body);
    const { options } = answer.body as unknown as { options: { publicKey: RequestOptions } };
    return { ...answer, options: options?.publicKey };
  };
  return {
    post,
    /** Makes a factor. */
    begin,
    verify: (registered: object) => post("VerifyFactor", registered),
    challenge,
    approve: (loggedIn: object) => post("ApproveChallenge", loggedIn),
    /** A person with a passkey, and the browser that has it. */
    async person(identity: string, { more = {}, ...options }: AuthenticatorOptions & { more?: object } = {}) {
      const browser = createAuthenticator(options);
      const { options: asked, body } = await begin(identity, more);
      const registered = browser.create(asked, origin);
      const verified = await post("VerifyFactor", registered);
      if (verified.status !== 200) throw new Error(verified.text);
      const logIn = async (wrong: Wrong = {}, asking: object = { identity }) =>
        post("ApproveChallenge", browser.get((await challenge(asking)).options, origin, wrong));
      return { identity, browser, factorSid: body.sid ?? "", registered, verified, logIn };
    },
  };
}
