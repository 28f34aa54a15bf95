import { readFile } from "node:fs/promises";
import type { Client } from "@countersign/client";
import cookies from "@fastify/cookie";
import forms from "@fastify/formbody";
import sessions from "@fastify/session";
import fastify, { type FastifyError } from "fastify";
import { css, headers, isForeign, type LogIn, pageOf } from "../framework-page.ts";
import { codesOf, recipientOf } from "../login-form/codes.ts";
import { isOfThisSite } from "../same-site.ts";

declare module "fastify" {
  interface Session extends LogIn {}
}

interface AppParts {
  client: Client;
  serviceSid: string;
  /** What the cookie is signed with, 32 letters or more. */
  secret: string;
}

/** What the forms send. More or other than that is answered 400. */
interface Fields {
  to?: string;
  channel?: "sms" | "call";
  code?: string;
}

const body = {
  type: "object",
  properties: {
    to: { type: "string", maxLength: 254 },
    channel: { enum: ["sms", "call"] },
    code: { type: "string", maxLength: 1_600 },
  },
};

/** A log-in by a code. */
export async function createApp({ client, serviceSid, secret }: AppParts) {
  const codes = codesOf(client, serviceSid);
  const app = fastify();
  const cookie = { sameSite: "strict", secure: "auto", httpOnly: true, maxAge: 86_400_000 } as const;
  await app.register(forms);
  await app.register(cookies);
  // In memory: yours are in a store of @fastify/session's. Where it is not served over https, "auto" makes the cookie lax.
  await app.register(sessions, { secret, cookieName: "session", saveUninitialized: false, cookie });

  app.addHook("onRequest", async (request, reply) => {
    reply.headers(headers).type("text/html; charset=utf-8");
    if (request.method === "POST" && !isOfThisSite(request.headers)) return reply.code(403).send(isForeign);
  });

  app.setNotFoundHandler((_, reply) => reply.code(404).send("There is no such page."));

  app.get("/page.css", async (_, reply) => reply.type("text/css").send(await readFile(css)));

  app.get("/", async ({ session }) => pageOf(session));

  app.post<{ Body: Fields }>("/start", { schema: { body } }, async ({ session, body }, reply) => {
    // Without a number it is another code for the one of before.
    const to = recipientOf(body.to ?? "") || session.to;
    if (to === undefined) return reply.code(422).send(pageOf(session, "Type your number."));
    const told = await codes.send(to, body.channel ?? "sms");
    if (told.isSent) session.to = to;
    return told.problem ? reply.code(422).send(pageOf(session, told.problem)) : reply.redirect("/", 303);
  });

  app.post<{ Body: Fields }>("/check", { schema: { body } }, async (request, reply) => {
    // Never of the form: whoever could name the number would be let in as another by a code of their own.
    const { to } = request.session;
    if (to === undefined) return reply.redirect("/", 303);
    const { isIn, problem } = await codes.check(to, request.body.code ?? "");
    if (!isIn) return reply.code(422).send(pageOf(request.session, problem));
    // Whoever knows the cookie of before is not in.
    await request.session.regenerate();
    request.session.user = to;
    return reply.redirect("/", 303);
  });

  app.post("/leave", async ({ session }, reply) => {
    await session.destroy();
    return reply.redirect("/", 303);
  });

  // What codes.ts has no words for nobody at the page can mend: a service out of reach, credentials that are wrong.
  app.setErrorHandler<FastifyError>((error, { session = {} }, reply) => {
    console.error(error.message);
    const isOfForm = String(error.code).startsWith("FST_");
    reply
      .code(isOfForm ? (error.statusCode ?? 500) : 500)
      .send(pageOf(session, "Something went wrong here. Try again in a minute."));
  });
  return app;
}
