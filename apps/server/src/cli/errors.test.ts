import catalogue from "@countersign/spec/errors.json" with { type: "json" };
import { expect, test } from "vitest";
import { runCommand } from "../../test-support/cli.ts";

test("lists every error of the catalogue in a line", async () => {
  const { code, out } = await runCommand(["errors"]);
  expect(code).toBe(0);
  const lines = out.trimEnd().split("\n");
  expect(lines).toHaveLength(catalogue.length);
  expect(lines).toContain("v2  60203  429  Max send attempts reached  (may be tried again)");
  expect((await runCommand(["errors", "--api", "v1"])).out).not.toContain("v2 ");
});

test("tells cause and remedy of one, in each API that has it", async () => {
  const { code, out } = await runCommand(["errors", "60003"]);
  expect(code).toBe(0);
  const entries = catalogue.filter((entry) => entry.code === 60003);
  expect(entries).not.toEqual([]);
  for (const { api, cause, remedy } of entries)
    for (const text of [`${api} 60003`, cause, remedy]) expect(out).toContain(text);
});

test("prints JSON, and says that there is no such error", async () => {
  const { out } = await runCommand(["errors", "60203", "--json"]);
  expect(JSON.parse(out)).toEqual(catalogue.filter(({ code }) => code === 60203));
  expect(JSON.parse((await runCommand(["errors", "--json"])).out)).toEqual(catalogue);
  expect(await runCommand(["errors", "99999"])).toEqual({ code: 1, out: "", err: "There is no error 99999.\n" });
});
