import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";

test("the program of the README is one, with the package as it is published", async () => {
  const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
  const [, program = ""] = /```js\n(.*?)```/s.exec(readme) ?? [];
  // Beside this file, so that its imports resolve as a user's would.
  const file = new URL(`.program-${process.pid}.mjs`, import.meta.url);
  writeFileSync(file, program);
  try {
    const { auth } = (await import(/* @vite-ignore */ file.href)) as { auth: { api: Record<string, unknown> } };
    expect(Object.keys(auth.api)).toContain("verifyPhoneNumber");
  } finally {
    rmSync(file);
  }
});
