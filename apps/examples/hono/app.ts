import type { Client } from "@countersign/client";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { csrf } from "hono/csrf";
import { html } from "hono/html";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import { codesOf, recipientOf } from "../login-form/codes.ts";

interface AppParts {
  client: Client;
  serviceSid: string;
  sessions?: Sessions;
}

/** Where what is kept of browsers is: in memory, or where many processes serve, as on Workers, what all of them look into. */
interface Sessions {
  get(id: string): Session | undefined | Promise<Session | undefined>;
  set(id: string, session: Session): unknown;
  delete(id: string): unknown;
}

/** A log-in by a code. It listens nowhere: `app.fetch` runs on Node, Bun, Deno and Workers. */
export function createApp({ client, serviceSid, sessions = new Map() }: AppParts) {
  const codes = codesOf(client, serviceSid);
  const app = new Hono();
  app.use(csrf(), bodyLimit({ maxSize: 16_384 }), secureHeaders(pageHeaders), async (c, next) => {
    await next();
    c.header("Cache-Control", "no-store");
  });

  app.get("/", async (c) => c.html(page(await sessionOf(c, sessions))));

  app.post("/start", async (c) => {
    const session = await sessionOf(c, sessions);
    // Without a number it is another code for the one of before.
    const to = recipientOf(await textOf(c, "to")) || session.to;
    if (to === undefined) return c.html(page(session, "Type your number."), 422);
    const told = await codes.send(to, (await textOf(c, "channel")) === "call" ? "call" : "sms");
    if (!told.isSent) return c.html(page(session, told.problem), 422);
    await keep(c, sessions, { to }, 600);
    return told.problem ? c.html(page({ to }, told.problem), 422) : c.redirect("/", 303);
  });

  app.post("/check", async (c) => {
    const { to } = await sessionOf(c, sessions);
    if (to === undefined) return c.redirect("/", 303);
    const { isIn, problem } = await codes.check(to, await textOf(c, "code"));
    if (!isIn) return c.html(page({ to }, problem), 422);
    await keep(c, sessions, { user: to }, 86_400);
    return c.redirect("/", 303);
  });

  app.post("/leave", async (c) => {
    // Not the cookie alone: whoever has a copy of it is out as well.
    await sessions.delete(deleteCookie(c, "session") ?? "");
    return c.redirect("/", 303);
  });

  app.onError((error, c) => {
    if ("getResponse" in error) return error.getResponse();
    console.error(error.message);
    return c.html(page({}, "Something went wrong here. Try again in a minute."), 500);
  });
  return app;
}

const pageHeaders = {
  /** The page's own style and script are let in, once it has them, and nobody else's. */
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
  /** With "no-referrer" a browser would hide from us, too, that a form is our own. */
  referrerPolicy: "same-origin",
};

/** Whom a code went to, or who is in. One of them: what proves the first is not taken for the second. */
interface Session {
  to?: string;
  user?: string;
  /** In milliseconds. */
  until?: number;
}

async function sessionOf(c: Context, sessions: Sessions): Promise<Session> {
  const session = await sessions.get(getCookie(c, "session") ?? "");
  return session?.until && session.until > Date.now() ? session : {};
}

/** Under a new name: whoever knows the cookie of before is not in. */
async function keep(c: Context, sessions: Sessions, session: Session, maxAge: number): Promise<void> {
  await sessions.delete(getCookie(c, "session") ?? "");
  const id = crypto.randomUUID();
  await sessions.set(id, { ...session, until: Date.now() + maxAge * 1000 });
  const secure = new URL(c.req.url).protocol === "https:";
  setCookie(c, "session", id, { httpOnly: true, sameSite: "Strict", secure, maxAge });
}

async function textOf(c: Context, name: string): Promise<string> {
  const fields = await c.req
    .parseBody()
    .catch(() => Promise.reject(new HTTPException(400, { message: "This is no form." })));
  const value = fields[name];
  return typeof value === "string" ? value : "";
}

function page({ to, user }: Session, problem = "") {
  return html`<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width, initial-scale=1" />
  <title>Log in</title>
  <h1>Log in</h1>
  <p id="problem" role="alert">${problem}</p>
  ${user ? inside(user) : to ? typing(to) : asking}
</html>`;
}

const asking = html`<form method="post" action="/start">
    <label for="to">Your phone number, with its country code</label>
    <input id="to" name="to" type="tel" autocomplete="tel" aria-describedby="problem" required autofocus />
    <button>Text me a code</button> <button name="channel" value="call">Call me with a code</button>
  </form>`;

const typing = (to: string) => html`<form method="post" action="/check">
    <label for="code">The code that we sent to ${to}</label>
    <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" aria-describedby="problem" required autofocus />
    <button>Log in</button>
  </form>
  <form method="post" action="/start">
    <button>Send it again</button> <button name="channel" value="call">Call me with it</button>
  </form>
  <form method="post" action="/leave"><button>Change the number</button></form>`;

const inside = (user: string) => html`<p>You are logged in as ${user}.</p>
  <form method="post" action="/leave"><button>Log out</button></form>`;
