import { h } from "preact";
import { expect, test } from "vitest";
import { App } from "./app.tsx";

test("the page has a heading", () => {
  expect(h(App, {}).type).toBe(App);
});
