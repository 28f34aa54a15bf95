import { createHash, timingSafeEqual } from "node:crypto";
import type { AuthServer } from "./auth-server.ts";
import { member, readCode, unreadable } from "./body.ts";

/** What proves itself by the header `Authorization`, and shows or logs the text of an error as it is. */
const authorised: Omit<AuthServer, "name" | "read"> = {
  proves(secrets, { headers: { authorization = "" } }) {
    const given = digestOf(authorization);
    return secrets.filter((secret) => timingSafeEqual(given, digestOf(secret))).length > 0;
  },
  done: { status: 204, headers: {}, body: "" },
  refuse({ status, message }) {
    const challenge = status === 401 && { "www-authenticate": 'Basic realm="auth-servers"' };
    return { status, headers: { "content-type": "text/plain; charset=utf-8", ...challenge }, body: message };
  },
};

/** Logto by its HTTP SMS connector. */
export const logto: AuthServer = {
  ...authorised,
  name: "logto",
  read(body) {
    const payload = member(body, "payload");
    if (member(payload, "code") === undefined && member(payload, "link") !== undefined) {
      return unreadable("No links are sent by SMS, only codes.");
    }
    return readCode(
      { to: member(body, "to"), code: member(payload, "code") },
      { locale: member(payload, "locale"), client: member(body, "ip") },
    );
  },
};

/** Ory Kratos by its courier, with the body that the Jsonnet of the examples makes. */
export const kratos: AuthServer = {
  ...authorised,
  name: "kratos",
  read: (body) =>
    readCode(
      { to: member(body, "to"), code: member(body, "code") },
      { locale: member(body, "locale"), client: undefined },
    ),
};

/** Of one length, whatever the text is. */
function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
