import { randomUUID } from "node:crypto";
import { type Client, unwrap, VerifyError } from "@countersign/client";
import { updateService } from "@countersign/client/operations";
import { type Fields, serve } from "../serve.ts";
import type { Kept } from "../sessions.ts";
import { passkeysOf } from "./passkeys.ts";

interface LogInParts {
  client: Client;
  serviceSid: string;
}

/** Serves the log-in of people who have passkeys, or make one. */
export async function startApp({ client, serviceSid, port }: LogInParts & { port?: number }) {
  const app = await serve({ page: new URL("page/", import.meta.url), act: createLogIn({ client, serviceSid }), port });
  // Once for each service. A passkey alone logs in here, so the device asks who is there, and keeps the name.
  const settings = {
    Sid: serviceSid,
    "Passkeys.RelyingParty.Id": "localhost",
    "Passkeys.RelyingParty.Name": "Owl Books",
    "Passkeys.RelyingParty.Origins": app.url,
    "Passkeys.AuthenticatorAttachment": "any",
    "Passkeys.DiscoverableCredentials": "required",
    "Passkeys.UserVerification": "required",
  } as const;
  await unwrap(updateService(client, settings));
  return app;
}

/** What the program keeps of a person: no key, which is the service's. */
interface Person {
  email: string;
  /** What the service knows the person by: random, so that it tells nothing. */
  identity: string;
}

interface Session extends Kept {
  person?: Person | undefined;
  /** Who is making a first passkey, and is nobody until it is kept. */
  newcomer?: Person | undefined;
  /** The challenge that this browser was given last. */
  challenge?: string | undefined;
}

type Told = { problem?: string; [more: string]: unknown };

const late = "That took too long, or was for another account. Try again.";

/** The steps of a log-in. @returns undefined for a step that there is not */
function createLogIn({ client, serviceSid }: LogInParts) {
  const passkeys = passkeysOf(client, serviceSid);
  const people: Person[] = [];
  const personOf = (email: string) => people.find((person) => person.email === email);

  async function ask(session: Session, identity?: string) {
    // Of an address without an account nobody learns that there is none.
    const asked = await passkeys.ask(identity).catch((error) => {
      if (isError(error, 60390, 60392)) return passkeys.ask();
      throw error;
    });
    session.challenge = asked.challenge;
    return { request: asked.publicKey };
  }

  /** What happens, by the name that the page calls it. */
  const actions: Record<string, (session: Session, fields: Fields) => Promise<Told>> = {
    async begin(session, { email = "" }) {
      const { person } = session;
      if (!person && !email) return { problem: "Type your e-mail address." };
      // Whoever may add a passkey to an account has the account.
      if (!person && personOf(email))
        return { problem: "This address has an account. Log in, and add a passkey there." };
      session.newcomer = person ?? { email, identity: randomUUID() };
      return { creation: await passkeys.begin(session.newcomer.identity, session.newcomer.email.slice(0, 64)) };
    },
    async keep(session, { credential = "{}" }) {
      const { newcomer } = session;
      if (!newcomer || (await passkeys.keep(JSON.parse(credential))) !== newcomer.identity) return { problem: late };
      if (!people.includes(newcomer)) people.push(newcomer);
      return enter(session, newcomer);
    },
    ask: (session, { email }) => ask(session, email && personOf(email)?.identity),
    async answer(session, { credential = "{}" }) {
      const { identity, challenge } = await passkeys.logIn(JSON.parse(credential));
      const person = people.find((each) => each.identity === identity);
      // One that another browser was given logs nobody in here.
      if (!person || challenge !== session.challenge) return { problem: late };
      return enter(session, person);
    },
    async remove(session, { sid = "" }) {
      const { person } = session;
      if (!person) return {};
      const had = await passkeys.list(person.identity);
      if (had.length < 2) return { problem: "This is your only passkey. Add another one first, or you cannot log in." };
      await passkeys.forget(person.identity, sid);
      return { accepted: await acceptedOf(person) };
    },
    async leave(session) {
      return enter(session, undefined);
    },
    async session() {
      return {};
    },
  };

  /** What the browser is told of the passkeys that are left, so that it offers no other. */
  async function acceptedOf({ identity }: Person) {
    const { entity, publicKey } = await passkeys.ask(identity);
    const allAcceptedCredentialIds = publicKey.allowCredentials.map(({ id }) => id);
    return { rpId: publicKey.rpId, userId: Buffer.from(entity).toString("base64url"), allAcceptedCredentialIds };
  }

  return async (session: Session, name: string, fields: Fields) => {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action) return undefined;
    const told = await action(session, fields).catch(wordsFor);
    const { person } = session;
    const kept = person ? await passkeys.list(person.identity) : [];
    const list = kept.map(({ sid, date_created }) => ({ sid, made: date_created }));
    return { view: person ? "in" : "start", email: person?.email, passkeys: list, ...told };
  };
}

/** Who begins anew has taken no step, whoever he was before. */
function enter(session: Session, person: Person | undefined): Told {
  Object.assign(session, { person, isIn: person !== undefined, newcomer: undefined, challenge: undefined });
  return {};
}

function isError(error: unknown, ...codes: number[]): error is VerifyError {
  return error instanceof VerifyError && codes.includes(error.code ?? 0);
}

/** What to tell somebody who can do something about it. What nobody can is thrown on. */
function wordsFor(error: unknown): Told {
  if (isError(error, 60383, 60391)) return { problem: late };
  // The page has the browser forget it, too.
  if (isError(error, 60390))
    return { problem: "That passkey is of no account any more. Log in with another.", isGone: true };
  if (isError(error, 60379))
    return { problem: "Your device did not look whether it is you. Set its screen lock, and try again." };
  if (isError(error, 60317)) return { problem: "That passkey is of an account already. Log in with it." };
  if (isError(error, 60381)) return { problem: "That passkey was not taken. Try again, or log in with another." };
  if (isError(error, 60315)) return { problem: "You have as many passkeys as an account can have. Remove one first." };
  if (isError(error, 20429, 60326, 60328)) {
    return { problem: `There were too many tries. Try again in ${Math.ceil((error.retryAfterMs ?? 0) / 60_000)} min.` };
  }
  throw error;
}
