import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** What every example keeps of a browser. What else one keeps may be missing at first. */
export interface Kept {
  isIn?: boolean;
  id?: string | undefined;
}

/** In memory: yours are in a database. */
export function createSessions<Session extends Kept>() {
  const sessions = new Map<string, { session: Session; wasIn: boolean }>();
  return {
    of(request: IncomingMessage): Session {
      const id = /(?:^|; )session=([\w-]{36})/.exec(request.headers.cookie ?? "")?.[1];
      const kept = id === undefined ? undefined : sessions.get(id);
      return kept?.session ?? ({} as Session);
    },
    /** @returns a new cookie where the session is new, or has just become more than it was. */
    keep(session: Session): string | undefined {
      const { id, isIn: wasIn = false } = session;
      if (id !== undefined && sessions.get(id)?.wasIn === wasIn) return undefined;
      if (id !== undefined) sessions.delete(id);
      session.id = randomUUID();
      sessions.set(session.id, { session, wasIn });
      // With `; Secure` where it is served over https.
      return `session=${session.id}; Path=/; HttpOnly; SameSite=Strict`;
    },
  };
}
