import type { Session } from "./log-in.ts";

/** The page of whoever has this session. It works without its script, which adds what only a browser can do. */
export function pageOf(session: Session, now: number): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Log in</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/page.css" />
    <script type="module" src="/page.js"></script>
  </head>
  <body>
    <main>
      <h1>Log in</h1>
      <p id="problem" role="alert">${session.problem ?? ""}</p>
      <section id="step">${stepOf(session, now)}</section>
    </main>
  </body>
</html>
`;
}

function stepOf(session: Session, now: number): string {
  if (session.isIn) return inside(session);
  return session.to === undefined ? asking(session) : typing(session, now);
}

function asking({ isByEmail = false, typed = "", problem }: Session): string {
  const [label, type, hint] = isByEmail
    ? ["Your e-mail address", "email", "We send a code there."]
    : ["Your phone number", "tel", "With its country code, as +1 202 555 0123."];
  return `
        <form method="post" action="/start">
          <label for="to">${label}</label>
          <input id="to" name="to" type="${type}" autocomplete="${type}" maxlength="254" value="${escaped(typed)}" aria-describedby="hint problem" aria-invalid="${problem !== undefined}" required autofocus />
          <p id="hint" class="about">${hint}</p>
          ${isByEmail ? button("email", "Send me a code") : button("sms", "Text me a code") + button("call", "Call me with a code", "quiet")}
        </form>
        <form method="post" action="/change">
          <button name="by" value="${isByEmail ? "phone" : "email"}" class="quiet">${isByEmail ? "Use a phone number" : "Use an e-mail address"}</button>
        </form>`;
}

function typing({ to = "", channel, askAgainAt = 0, isByEmail, problem }: Session, now: number): string {
  const other =
    channel === "call" ? button("sms", "Text me instead", "quiet") : button("call", "Call me instead", "quiet");
  return `
        <h2>Type the code</h2>
        <p id="sent">It goes to <strong>${escaped(to)}</strong>${channel === "call" ? " by a call" : ""}. Each message has the same code, good for ten minutes after the first.</p>
        <form method="post" action="/check">
          <label for="code">The code that we sent you</label>
          <input id="code" name="code" class="code" inputmode="numeric" autocomplete="one-time-code" aria-describedby="sent problem" aria-invalid="${problem !== undefined}" required autofocus />
          <button>Log in</button>
        </form>
        <form method="post" action="/again" data-wait="${Math.max(0, Math.ceil((askAgainAt - now) / 1000))}">
          ${button(channel ?? "sms", channel === "call" ? "Call me again" : "Send it again", "quiet")}${isByEmail ? "" : other}
          <p role="timer" class="about"></p>
        </form>
        <form method="post" action="/change"><button class="quiet">${isByEmail ? "Change the address" : "Change the number"}</button></form>`;
}

function inside({ to = "" }: Session): string {
  return `
        <h2 tabindex="-1">You are logged in</h2>
        <p>As <strong>${escaped(to)}</strong>.</p>
        <form method="post" action="/leave"><button>Log out</button></form>`;
}

function button(channel: string, words: string, kind = "loud"): string {
  return `<button name="channel" value="${channel}" class="${kind}">${words}</button>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
