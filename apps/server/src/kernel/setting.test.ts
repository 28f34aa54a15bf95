import { expect, test } from "vitest";
import { flag, integer, list, optional, readEnv, readQuery, setting, text } from "./setting.ts";

const declared = {
  pool: setting("pool", integer(1, 99), "5"),
  name: optional("name", text("must be one word", /^\w+$/)),
  isOn: setting("on", flag("yes", "no"), "yes"),
  sizes: setting(
    "sizes",
    list("must be digits", (word) => (/^\d$/.test(word) ? Number(word) : undefined)),
  ),
};

test("what is not given is as it is declared", () => {
  expect(readQuery(new URLSearchParams(), declared)).toEqual({ pool: 5, name: undefined, isOn: true, sizes: [] });
  expect(readQuery(new URLSearchParams("pool=9&name=a&on=no&sizes=1++2"), declared)).toEqual({
    pool: 9,
    name: "a",
    isOn: false,
    sizes: [1, 2],
  });
});

test("every fault is told by name, and none of what was given", () => {
  const env = { pool: "0x9", name: "hunter 2", on: "hunter2", sizes: "1 hunter2", hunter2: "1" };
  expect(readEnv(env, declared).problems).toEqual([
    "pool must be a whole number from 1 to 99.",
    "name must be one word.",
    "on must be yes or no.",
    "sizes must be digits.",
  ]);
});

test("a query has each name once, and no other names", () => {
  const fault = (query: string) => () => readQuery(new URLSearchParams(query), declared);
  expect(fault("hunter2=1")).toThrow(/^there is no such setting; there are pool, name, on, sizes$/);
  for (const query of ["name=a&name=b", "name="])
    expect(fault(query)).toThrow("name must be given once, and not empty");
});
