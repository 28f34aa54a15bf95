import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** What the program keeps of a person: never the secret, which is the service's. */
export interface Person {
  email: string;
  /** What the service knows the person by: random, so that it tells nothing. */
  identity: string;
  /** Once its code was confirmed. */
  factorSid?: string | undefined;
}

/** What it keeps of a browser. */
export interface Session {
  person?: Person | undefined;
  isIn: boolean;
  /** The app's factor while its code is not confirmed. */
  enrolling?: string | undefined;
  /** Whether the person has lost the phone, and was sent a code. */
  isRecovering: boolean;
  id?: string | undefined;
}

/** In memory: yours are in a database. */
export function createSessions() {
  const sessions = new Map<string, Session & { wasIn: boolean }>();
  return {
    of(request: IncomingMessage): Session {
      const id = /(?:^|; )session=([\w-]{36})/.exec(request.headers.cookie ?? "")?.[1];
      const kept = id === undefined ? undefined : sessions.get(id);
      return kept ?? { isIn: false, isRecovering: false };
    },
    /** @returns a new cookie where the session is new, or has just become more than it was. */
    keep(session: Session): string | undefined {
      const kept = session.id === undefined ? undefined : sessions.get(session.id);
      if (kept && kept.wasIn === session.isIn) return undefined;
      if (session.id) sessions.delete(session.id);
      session.id = randomUUID();
      sessions.set(session.id, Object.assign(session, { wasIn: session.isIn }));
      // With `; Secure` where it is served over https.
      return `session=${session.id}; Path=/; HttpOnly; SameSite=Strict`;
    },
  };
}
