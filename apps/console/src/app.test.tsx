import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { sandboxSession } from "../test-support/session.ts";
import { session } from "./api.ts";
import { App } from "./app.tsx";

test("before it is known who looks, the page has its landmarks and shows nothing else", () => {
  session.value = undefined;
  const html = renderToString(<App />);
  expect(html).toContain('<main id="main"');
  expect(html).not.toContain("<nav");
});

test("every screen is reached from the navigation, and the one shown says so", () => {
  session.value = sandboxSession;
  const html = renderToString(<App />);
  expect(html).toMatch(/<a href="#\/inbox" aria-current="page">Inbox<\/a>/);
  expect(html.match(/<h1/g)).toHaveLength(1);
});

test("who is not logged in is asked to", () => {
  session.value = null;
  expect(renderToString(<App />)).toContain("Log in");
});
