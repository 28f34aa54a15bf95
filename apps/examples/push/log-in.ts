import { randomInt, randomUUID } from "node:crypto";
import { type Client, VerifyError } from "@countersign/client";
import { createDevice, type Device } from "@countersign/testing";
import { type Fields, serve } from "../serve.ts";
import type { Kept } from "../sessions.ts";
import { phonesOf } from "./phones.ts";

interface LogInParts {
  client: Client;
  serviceSid: string;
  /** Where the API is, for the simulated phone. */
  url: string;
}

/** Serves the log-in of people whose phones approve it. */
export function startApp({ port, ...parts }: LogInParts & { port?: number }) {
  return serve({ page: new URL("page/", import.meta.url), act: createLogIn(parts), port });
}

/** What the program keeps of a person: no key, and nothing of the phone. */
interface Person {
  email: string;
  /** What the service knows the person by: random, so that it tells nothing. */
  identity: string;
  /** In place of a real one; yours have none. */
  simulated?: Device | undefined;
}

interface Session extends Kept {
  person?: Person | undefined;
  /** What the phone was asked, and the number that the person is to choose there. The phone is not told it. */
  asked?: { challenge: string; number: string } | undefined;
}

interface Told {
  problem?: string;
  /** What the app's camera reads: told once, to somebody who has logged in so far by all else. */
  link?: string;
}

/** The steps of a log-in. @returns undefined for a step that there is not */
function createLogIn({ client, serviceSid, url }: LogInParts) {
  const phones = phonesOf(client, serviceSid);
  const people = new Map<string, Person>();

  async function invite({ identity, email }: Person): Promise<Told> {
    const token = await phones.invite(identity, email.slice(0, 64));
    return { link: `owlbooks://enrol?${new URLSearchParams({ service: serviceSid, identity, token })}` };
  }

  /** Asks the phone of the person, or for a phone where there is none. */
  async function begin(session: Session, person: Person): Promise<Told> {
    Object.assign(session, { person, isIn: false, asked: undefined });
    const [phone] = await phones.list(person.identity);
    if (!phone) return invite(person);
    const fields = [{ label: "Account", value: person.email.slice(0, 128) }];
    const challenge = await phones.ask(person.identity, phone.sid ?? "", "Log in to Owl Books?", fields);
    session.asked = { challenge, number: String(randomInt(10, 100)) };
    return {};
  }

  /** Looks whether the phone is enrolled, or has answered. */
  async function look(session: Session, { identity }: Person): Promise<Told> {
    const { asked } = session;
    if (session.isIn) return {};
    if (!asked) {
      session.isIn = (await phones.list(identity)).length > 0;
      return {};
    }
    const { status, metadata } = await phones.answer(identity, asked.challenge);
    if (status === "pending") return {};
    session.asked = undefined;
    session.isIn = status === "approved" && metadata.number === asked.number;
    if (session.isIn) return {};
    session.person = undefined;
    return { problem: status === "approved" ? otherNumber : status === "denied" ? denied : late };
  }

  /** What happens, by the name that the page calls it. */
  const actions: Record<string, (session: Session, person: Person, fields: Fields) => Promise<Told>> = {
    look,
    session: async (session, person) => ({ ...(viewOf(session) === "enrol" && (await invite(person))) }),
    async remind({ asked }, { identity }) {
      if (asked) await phones.remind(identity, asked.challenge);
      return {};
    },
    async forget(session, person) {
      if (!session.isIn) return {};
      for (const { sid } of await phones.list(person.identity)) await phones.forget(person.identity, sid ?? "");
      return begin(session, person);
    },
    async leave(session) {
      Object.assign(session, { person: undefined, isIn: false, asked: undefined });
      return {};
    },
    // What the phone does, for whoever has none. It reads the same picture as a camera.
    async simulate(session, person) {
      if (viewOf(session) !== "enrol") return {};
      const { identity } = person;
      const accessToken = await phones.invite(identity, person.email);
      person.simulated = createDevice({ baseUrl: url, accessToken, serviceSid, identity });
      await person.simulated.enrol();
      return look(session, person);
    },
    async approve(session, person, { number = "" }) {
      if (session.asked) await person.simulated?.approve(session.asked.challenge, { metadata: { number } });
      return look(session, person);
    },
    async deny(session, person) {
      if (session.asked) await person.simulated?.deny(session.asked.challenge);
      return look(session, person);
    },
  };

  return async (session: Session, name: string, fields: Fields) => {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    const { email } = fields;
    if (name !== "start" && !action) return undefined;
    if (name === "start" && !email) return { view: "start", problem: "Type your e-mail address." };
    const known = name === "start" && email ? personOf(people, email) : session.person;
    if (!known) return { view: "start" };
    // Here the password is asked for, which this example leaves out.
    const told = await (action ?? begin)(session, known, fields).catch(wordsFor);
    const { person, asked } = session;
    const challenge = asked && (await person?.simulated?.pending())?.find(({ sid }) => sid === asked.challenge);
    return { view: viewOf(session), email: person?.email, number: asked?.number, shown: challenge?.details, ...told };
  };
}

const denied =
  "You said no on the phone. If it was not you who wanted to log in, somebody knows your password: change it.";
const late = "Nobody answered on the phone. Try again.";
const otherNumber = "That was another number than the one on this page. Nobody was let in.";

function viewOf({ person, isIn, asked }: Session) {
  if (!person) return "start";
  if (isIn) return "in";
  return asked ? "wait" : "enrol";
}

function personOf(people: Map<string, Person>, email: string): Person {
  const person = people.get(email) ?? { email, identity: randomUUID() };
  people.set(email, person);
  return person;
}

/** What to tell somebody who can do something about it. What nobody can is thrown on. */
function wordsFor(error: unknown): Told {
  if (!(error instanceof VerifyError)) throw error;
  const { code, retryAfterMs = 0 } = error;
  switch (code) {
    case 60309:
      return { problem: "Your phone was asked three times more. Open its app: the question is there." };
    case 60322:
    case 60323:
      return {};
    case 20429:
    case 60312:
    case 60326:
      return { problem: `There were too many tries. Try again in ${Math.ceil(retryAfterMs / 60_000)} min.` };
    default:
      throw error;
  }
}
