import type { Client } from "@countersign/client";
import { type Fields, serve } from "../serve.ts";
import type { Kept } from "../sessions.ts";
import { type Channel, codesOf, recipientOf, type Told } from "./codes.ts";
import { pageOf } from "./page.ts";

interface LogInParts {
  client: Client;
  serviceSid: string;
  /** What time it is, in milliseconds. */
  now?: () => number;
}

/** Serves the log-in of a person by a code, which works without a script as well. */
export function startApp({ port, now = Date.now, ...parts }: LogInParts & { port?: number }) {
  const render = (session: Session) => pageOf(session, now());
  return serve({ page: new URL("page/", import.meta.url), render, act: createLogIn({ ...parts, now }), port });
}

/** What is kept of a browser: never a code. */
export interface Session extends Kept {
  /** Whether the person is asked for an e-mail address, and not for a phone number. */
  isByEmail?: boolean;
  /** What was typed there, as it was. */
  typed?: string;
  /** Whom the code went to. The page never names it at a check. */
  to?: string | undefined;
  channel?: Channel;
  /** When another code may be asked for, in milliseconds, which a page that is loaded anew has forgotten. */
  askAgainAt?: number;
  problem?: string | undefined;
}

/** The steps of a log-in. @returns undefined for a step that there is not */
export function createLogIn({ client, serviceSid, now = Date.now }: LogInParts) {
  const codes = codesOf(client, serviceSid, now);

  async function send(session: Session, to: string, channel: Channel): Promise<Told> {
    const told = await codes.send(to, channel);
    // Where a code is on its way already, nothing went by this channel.
    if (told.isSent) Object.assign(session, told.problem ? { to } : { to, channel });
    if (told.waitSeconds) session.askAgainAt = now() + told.waitSeconds * 1000;
    return told;
  }

  /** What happens, by the name that a form calls it. */
  const actions: Record<string, (session: Session, fields: Fields) => Promise<Told>> = {
    async start(session, { to = "", channel }) {
      Object.assign(session, { typed: to, to: undefined });
      const recipient = recipientOf(to);
      return recipient ? send(session, recipient, channelOf(channel)) : { problem: "Type a number or an address." };
    },
    async again(session, { channel = session.channel }) {
      return session.to === undefined ? {} : send(session, session.to, channelOf(channel));
    },
    async check(session, { code = "" }) {
      if (session.to === undefined) return {};
      const told = await codes.check(session.to, code);
      if (told.waitSeconds) session.askAgainAt = now() + told.waitSeconds * 1000;
      if (told.code === 20404) session.askAgainAt = 0;
      session.isIn ||= told.isIn === true;
      return told;
    },
    // The verification of before ends by itself: to cancel it would give whoever guesses five more checks.
    async change(session, { by = session.isByEmail ? "email" : "phone" }) {
      Object.assign(session, { to: undefined, askAgainAt: 0, isByEmail: by === "email" });
      return {};
    },
    async leave(session) {
      Object.assign(session, { to: undefined, typed: "", isIn: false });
      return {};
    },
  };

  return async (session: Session, name: string, fields: Fields): Promise<Told | undefined> => {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action) return undefined;
    const told = session.isIn && name !== "leave" ? {} : await action(session, fields).catch(unexpected);
    session.problem = session.isIn ? undefined : told.problem;
    return told;
  };
}

/** What nobody at the page can do anything about. */
function unexpected(error: Error): Told {
  console.error(error.message);
  return { problem: "Something went wrong here. Try again in a minute." };
}

function channelOf(name: string | undefined): Channel {
  return name === "call" || name === "email" ? name : "sms";
}
