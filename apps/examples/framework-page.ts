import { pageHeaders } from "./static-files.ts";

/** What is kept of a browser: whom a code went to, or who is in. What proves the first is not taken for the second. */
export interface LogIn {
  to?: string;
  user?: string;
}

/** Those of every answer: a page loads its colours alone, and its forms go back to it. */
export const headers = {
  ...pageHeaders,
  "content-security-policy":
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
};

export const css = new URL("page.css", import.meta.url);

/** What is said of a form that another site's page sent, or that does not say whose it is. */
export const isForeign = "This form is no page's of this site.";

export function pageOf({ to, user }: LogIn, problem = ""): string {
  return `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width, initial-scale=1" />
  <title>Log in</title>
  <link rel="icon" href="data:," />
  <link rel="stylesheet" href="/page.css" />
  <main>
    <h1>Log in</h1>
    <p id="problem" role="alert">${problem}</p>
    ${user ? inside(user) : to ? typing(to) : asking}
  </main>
</html>
`;
}

const asking = `<form method="post" action="/start">
      <label for="to">Your phone number, with its country code</label>
      <input id="to" name="to" type="tel" autocomplete="tel" maxlength="254" aria-describedby="problem" required autofocus />
      <button>Text me a code</button>
      <button name="channel" value="call" class="quiet">Call me with a code</button>
    </form>`;

const typing = (to: string) => `<form method="post" action="/check">
      <label for="code">The code that we sent to ${escaped(to)}</label>
      <input id="code" name="code" class="code" inputmode="numeric" autocomplete="one-time-code" aria-describedby="problem" required autofocus />
      <button>Log in</button>
    </form>
    <form method="post" action="/start">
      <button class="quiet">Send it again</button>
      <button name="channel" value="call" class="quiet">Call me with it</button>
    </form>
    <form method="post" action="/leave"><button class="quiet">Change the number</button></form>`;

const inside = (user: string) => `<p>You are logged in as ${escaped(user)}.</p>
    <form method="post" action="/leave"><button>Log out</button></form>`;

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
