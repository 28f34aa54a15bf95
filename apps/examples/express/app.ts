import { fileURLToPath } from "node:url";
import type { Client } from "@countersign/client";
import express, { type ErrorRequestHandler, type Request, type RequestHandler } from "express";
import sessions from "express-session";
import { css, headers, isForeign, type LogIn, pageOf } from "../framework-page.ts";
import { codesOf, recipientOf } from "../login-form/codes.ts";
import { isOfThisSite } from "../same-site.ts";

declare module "express-session" {
  interface SessionData extends LogIn {}
}

interface AppParts {
  client: Client;
  serviceSid: string;
  /** What the cookie is signed with. */
  secret: string;
}

/** A log-in by a code. */
export function createApp({ client, serviceSid, secret }: AppParts) {
  const codes = codesOf(client, serviceSid);
  const app = express().disable("x-powered-by");
  const cookie = { sameSite: "strict", secure: "auto", httpOnly: true, maxAge: 86_400_000 } as const;
  app.use(guard, express.urlencoded({ extended: false }));
  app.get("/page.css", (_, response) => response.sendFile(fileURLToPath(css)));
  // In memory: yours are in a store of express-session's.
  app.use(sessions({ secret, name: "session", resave: false, saveUninitialized: false, cookie }));

  app.get("/", ({ session }, response) => {
    response.send(pageOf(session));
  });

  app.post("/start", async (request, response) => {
    const { session } = request;
    // Without a number it is another code for the one of before.
    const to = recipientOf(textOf(request, "to")) || session.to;
    if (to === undefined) return response.status(422).send(pageOf(session, "Type your number."));
    const told = await codes.send(to, textOf(request, "channel") === "call" ? "call" : "sms");
    if (told.isSent) session.to = to;
    return told.problem ? response.status(422).send(pageOf(session, told.problem)) : response.redirect(303, "/");
  });

  app.post("/check", async (request, response) => {
    // Never of the form: whoever could name the number would be let in as another by a code of their own.
    const { to } = request.session;
    if (to === undefined) return response.redirect(303, "/");
    const { isIn, problem } = await codes.check(to, textOf(request, "code"));
    if (!isIn) return response.status(422).send(pageOf(request.session, problem));
    // Whoever knows the cookie of before is not in.
    await renewed(request);
    request.session.user = to;
    return response.redirect(303, "/");
  });

  app.post("/leave", async (request, response) => {
    await renewed(request);
    response.redirect(303, "/");
  });

  app.use(fail);
  return app;
}

const guard: RequestHandler = (request, response, next) => {
  response.set(headers);
  if (request.method === "POST" && !isOfThisSite(request.headers)) response.status(403).send(isForeign);
  else next();
};

/** What codes.ts has no words for nobody at the page can mend: a service out of reach, credentials that are wrong. */
const fail: ErrorRequestHandler = (error, { session = {} as LogIn }, response, _next) => {
  console.error(error.message);
  response
    // Of a form that cannot be read it says so itself.
    .status(error.expose ? error.status : 500)
    .send(pageOf(session, "Something went wrong here. Try again in a minute."));
};

function textOf({ body }: Request, name: string): string {
  return String(body?.[name] ?? "");
}

function renewed({ session }: Request): Promise<void> {
  return new Promise((resolve, reject) => session.regenerate((error) => (error ? reject(error) : resolve())));
}
