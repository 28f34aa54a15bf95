import { expect, test } from "@countersign/testing/vitest";
import { createApp } from "./app.ts";

const to = "+14155552671";

test("the code in the message lets a person in, whether typed or pasted", async ({ sandbox }) => {
  const ask = visitor(createApp(sandbox));
  expect(await ask("/start", { to })).toContain("The code that we sent to +14155552671");
  const code = await sandbox.inbox.code(to);
  expect(await ask("/check", { code: `${code.slice(0, 3)} ${code.slice(3)}` })).toContain("You are logged in");
});

test("a wrong code is said to be wrong", async ({ sandbox }) => {
  const ask = visitor(createApp(sandbox));
  await ask("/start", { to });
  const wrong = (await sandbox.inbox.code(to)).replace(/^./, (digit) => (digit === "1" ? "2" : "1"));
  expect(await ask("/check", { code: wrong })).toContain("That code is not right.");
});

test("a code is too old after ten minutes", async ({ sandbox }) => {
  const ask = visitor(createApp(sandbox));
  await ask("/start", { to });
  const code = await sandbox.inbox.code(to);
  await sandbox.clock.advance({ minutes: 11 });
  expect(await ask("/check", { code })).toContain("That code is not good any more.");
});

test("a number that nothing is sent to is told so, and takes another", async ({ sandbox }) => {
  const ask = visitor(createApp(sandbox));
  expect(await ask("/start", { to: sandbox.outcome(60605) })).toContain("Take another number");
});

/** What a browser does: it keeps the cookie, and goes where it is led. */
function visitor(app: ReturnType<typeof createApp>) {
  let cookie = "";
  return async (path: string, fields: Record<string, string>) => {
    const headers = { "sec-fetch-site": "same-origin" };
    const body = new URLSearchParams(fields);
    const posted = await app.request(path, { method: "POST", headers: { ...headers, cookie }, body });
    cookie = posted.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    const shown = posted.status === 303 ? await app.request("/", { headers: { cookie } }) : posted;
    return shown.text();
  };
}
