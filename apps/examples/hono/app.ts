import type { Client } from "@countersign/client";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { deleteCookie, getSignedCookie, setSignedCookie } from "hono/cookie";
import { csrf } from "hono/csrf";
import { html } from "hono/html";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import { codesOf } from "../login-form/codes.ts";

interface AppParts {
  client: Client;
  serviceSid: string;
  /** What the cookie is signed with, so that nobody writes one. */
  secret: string;
}

/** A log-in by a code. It listens nowhere: `app.fetch` runs on Node, Bun, Deno and Workers. */
export function createApp({ client, serviceSid, secret }: AppParts) {
  const codes = codesOf(client, serviceSid);
  const app = new Hono();
  app.use(csrf(), bodyLimit({ maxSize: 16_384 }), secureHeaders({ contentSecurityPolicy }), async (c, next) => {
    await next();
    c.header("Cache-Control", "no-store");
  });

  app.get("/", async (c) => c.html(page(await sessionOf(c, secret))));

  app.post("/start", async (c) => {
    const typed = (await textOf(c, "to")).replace(/[^\p{L}\d@.+_-]/gu, "");
    const session = await sessionOf(c, secret);
    // Without a number it is another code for the one of before.
    const to = typed || session.to;
    if (to === undefined) return c.html(page(session, "Type your number."), 422);
    const wait = typed ? 0 : Math.ceil(((session.askAgainAt ?? 0) - Date.now()) / 1000);
    if (wait > 0)
      return c.html(page(session, `Another code can be sent in ${wait} seconds. It is the same code.`), 422);
    const told = await codes.send(to, (await textOf(c, "channel")) === "call" ? "call" : "sms");
    if (!told.isSent) return c.html(page(session, told.problem), 422);
    await keep(c, secret, { to, askAgainAt: Date.now() + (told.waitSeconds ?? 0) * 1000 }, 600);
    return told.problem ? c.html(page({ to }, told.problem), 422) : c.redirect("/", 303);
  });

  app.post("/check", async (c) => {
    const { to } = await sessionOf(c, secret);
    if (to === undefined) return c.redirect("/", 303);
    const { isIn, problem } = await codes.check(to, await textOf(c, "code"));
    if (!isIn) return c.html(page({ to }, problem), 422);
    await keep(c, secret, { user: to }, 86_400);
    return c.redirect("/", 303);
  });

  app.post("/leave", (c) => {
    deleteCookie(c, "session");
    return c.redirect("/", 303);
  });

  app.onError((error, c) => {
    if ("getResponse" in error) return error.getResponse();
    console.error(error.message);
    return c.html(page({}, "Something went wrong here. Try again in a minute."), 500);
  });
  return app;
}

/** The page's own style and script are let in, once it has them, and nobody else's. */
const contentSecurityPolicy = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

/** Whom a code went to, or who is in. One of them: what proves the first is not taken for the second. */
interface Session {
  to?: string;
  askAgainAt?: number;
  user?: string;
}

async function sessionOf(c: Context, secret: string): Promise<Session> {
  const kept = await getSignedCookie(c, secret, "session");
  const { until, ...session } = JSON.parse(kept || '{"until":0}');
  return until > Date.now() ? session : {};
}

async function keep(c: Context, secret: string, session: Session, maxAge: number): Promise<void> {
  const value = JSON.stringify({ ...session, until: Date.now() + maxAge * 1000 });
  const secure = new URL(c.req.url).protocol === "https:";
  await setSignedCookie(c, "session", value, secret, { httpOnly: true, sameSite: "Strict", secure, maxAge });
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
