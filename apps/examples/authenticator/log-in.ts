import { randomUUID } from "node:crypto";
import { type Client, unwrap, VerifyError } from "@countersign/client";
import { createVerification, createVerificationCheck } from "@countersign/client/operations";
import { type Fields, serve } from "../serve.ts";
import type { Kept } from "../sessions.ts";
import { authenticatorOf } from "./authenticator.ts";

interface LogInParts {
  client: Client;
  serviceSid: string;
}

/** Serves the log-in of a person who has an authenticator app, or wants one. */
export function startApp({ port, ...parts }: LogInParts & { port?: number }) {
  return serve({ page: new URL("page/", import.meta.url), act: createLogIn(parts), port });
}

/** What the program keeps of a person: never the secret, which is the service's. */
interface Person {
  email: string;
  /** What the service knows the person by: random, so that it tells nothing. */
  identity: string;
  /** Once its code was confirmed. */
  factorSid?: string | undefined;
}

interface Session extends Kept {
  person?: Person | undefined;
  /** The app's factor while its code is not confirmed. */
  enrolling?: string | undefined;
  /** Whether the person has lost the phone, and was sent a code. */
  isRecovering?: boolean;
}

/** What the page shows next. */
interface Shown {
  view: "start" | "enrol" | "code" | "lost" | "in";
  email?: string | undefined;
  /** What went wrong, in words for the person. */
  problem?: string | undefined;
  /** What the app reads, told once. */
  uri?: string;
  secret?: string;
}

type Action = (session: Session, person: Person, fields: Fields) => Promise<string | undefined>;

const wrong = "That code is not right. Type the one that the app shows now; each works once.";
const late = "This app is not set up any more, or had too many wrong codes. Scan the new picture.";

/** The steps of a log-in. @returns undefined for a step that there is not */
function createLogIn({ client, serviceSid }: LogInParts) {
  const authenticator = authenticatorOf(client, serviceSid);
  const people = new Map<string, Person>();

  /** What happens, by the name that the page calls it. Each gives a problem in words, or nothing. */
  const actions: Record<string, Action> = {
    async confirm(session, person, { code = "" }) {
      if (!session.enrolling) return late;
      if (!(await authenticator.confirm(person.identity, session.enrolling, code))) return wrong;
      person.factorSid = session.enrolling;
      session.enrolling = undefined;
      session.isIn = true;
      return undefined;
    },
    async code(session, person, { code = "" }) {
      if (!(await authenticator.isRight(person.identity, person.factorSid ?? "", code))) return wrong;
      session.isIn = true;
      return undefined;
    },
    async lost(session, person) {
      await unwrap(createVerification(client, { ServiceSid: serviceSid, To: person.email, Channel: "email" }));
      session.isRecovering = true;
      return undefined;
    },
    async recover(session, person, { code = "" }) {
      const check = { ServiceSid: serviceSid, To: person.email, Code: code };
      const { data, error } = await createVerificationCheck(client, check);
      if (data?.status === "pending") return "That is not the code in the e-mail.";
      if (error?.code === 60200) return "Type the digits in the e-mail.";
      session.isRecovering = false;
      if (data?.status !== "approved") return "That code is not taken any more. Ask for another one in ten minutes.";
      if (person.factorSid) await authenticator.forget(person.identity, person.factorSid);
      person.factorSid = undefined;
      return undefined;
    },
    async back(session) {
      session.isRecovering = false;
      return undefined;
    },
    async leave(session) {
      begin(session, undefined);
      return undefined;
    },
    async session() {
      return undefined;
    },
  };

  async function enrol(session: Session, person: Person) {
    // One that nobody confirmed would be kept for a day.
    if (session.enrolling) await authenticator.forget(person.identity, session.enrolling).catch(() => undefined);
    const { factorSid, uri, secret } = await authenticator.enrol(person.identity, person.email.slice(0, 64));
    session.enrolling = factorSid;
    return { uri, secret };
  }

  return async (session: Session, name: string, fields: Fields): Promise<Shown | undefined> => {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    // Here the password is asked for, which this example leaves out.
    if (name === "start" && fields.email) begin(session, personOf(people, fields.email));
    else if (!action) return name === "start" ? { view: "start", problem: "Type your e-mail address." } : undefined;
    const { person } = session;
    if (!person) return { view: "start" };
    if (!mayDo(session, name)) return { view: viewOf(session), email: person.email };
    const problem = await action?.(session, person, digitsOnly(fields)).catch((error) => wordsFor(error, person));
    const view = viewOf(session);
    const isNew = view === "enrol" && (problem === undefined || problem === late);
    return { view, email: session.person?.email, problem, ...(isNew && (await enrol(session, person))) };
  };
}

/** Who begins anew has taken no step, whoever he was before. */
function begin(session: Session, person: Person | undefined): void {
  Object.assign(session, { person, isIn: false, isRecovering: false, enrolling: undefined });
}

/** Nobody skips a step by calling the next one. */
function mayDo(session: Session, name: string): boolean {
  const needed: Record<string, Shown["view"]> = { confirm: "enrol", code: "code", lost: "code", recover: "lost" };
  return (needed[name] ?? viewOf(session)) === viewOf(session);
}

function viewOf({ person, isIn, isRecovering }: Session): Shown["view"] {
  if (!person) return "start";
  if (isIn) return "in";
  if (!person.factorSid) return "enrol";
  return isRecovering ? "lost" : "code";
}

function personOf(people: Map<string, Person>, email: string): Person {
  const person = people.get(email) ?? { email, identity: randomUUID() };
  people.set(email, person);
  return person;
}

/** Apps show codes in groups, and people type them so. */
function digitsOnly({ code = "", ...fields }: Fields): Fields {
  return { ...fields, code: code.replace(/\s/g, "") };
}

/** What to tell somebody who can do something about it. What nobody can is thrown on. */
function wordsFor(error: unknown, person: Person): string {
  if (!(error instanceof VerifyError)) throw error;
  const { code, retryAfterMs = 0 } = error;
  switch (code) {
    case 60306:
      return "Type the digits that the app shows.";
    case 60310:
    case 60318:
    case 20404:
      // Nobody has that app any more: it is set up anew.
      person.factorSid = undefined;
      return late;
    case 60202:
    case 60203:
    case 60308:
    case 60312:
      return `There were too many codes. Try again in ${Math.ceil(retryAfterMs / 60_000)} min.`;
    default:
      throw error;
  }
}
