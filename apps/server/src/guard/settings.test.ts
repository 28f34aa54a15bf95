import { expect, test } from "vitest";
import { isGuarding } from "./send-guard.ts";
import { readGuard } from "./settings.ts";

test("without any setting the guard is on", () => {
  expect(readGuard({})).toEqual({
    guard: {
      limits: {
        recipient: [{ requestsMax: 20, seconds: 86_400 }],
        account: [{ requestsMax: 60_000, seconds: 60 }],
        client: [{ requestsMax: 100, seconds: 3600 }],
      },
      blocksPumping: true,
      isObserving: false,
      safePrefixes: [],
      safeNumbers: "guard",
      countries: { codes: [], areRefused: true },
      highCost: [],
    },
    problems: [],
  });
});

test("all of it can be set", () => {
  const { guard, problems } = readGuard({
    COUNTERSIGN_LIMIT_RECIPIENT: "5/10m  20/1d",
    COUNTERSIGN_LIMIT_ACCOUNT: "off",
    COUNTERSIGN_LIMIT_CLIENT: "3/30s",
    COUNTERSIGN_PUMPING_GUARD: "off",
    COUNTERSIGN_GUARD: "observe",
    COUNTERSIGN_SAFE_LIST: "+12025550100 +4915",
    COUNTERSIGN_SAFE_NUMBERS: "all",
    COUNTERSIGN_COUNTRIES: "DE AT",
    COUNTERSIGN_HIGH_COST: "premium satellite",
  });
  expect(problems).toEqual([]);
  expect(guard).toEqual({
    limits: {
      recipient: [
        { requestsMax: 5, seconds: 600 },
        { requestsMax: 20, seconds: 86_400 },
      ],
      account: [],
      client: [{ requestsMax: 3, seconds: 30 }],
    },
    blocksPumping: false,
    isObserving: true,
    safePrefixes: ["+12025550100", "+4915"],
    safeNumbers: "all",
    countries: { codes: ["DE", "AT"], areRefused: false },
    highCost: ["premium", "satellite"],
  });
  expect(readGuard({ COUNTERSIGN_COUNTRIES: "!AZ !UZ" }).guard.countries).toEqual({
    codes: ["AZ", "UZ"],
    areRefused: true,
  });
});

test("all of it can be off, and then there is no guard", () => {
  const limits = ["RECIPIENT", "ACCOUNT", "CLIENT"].map((name) => [`COUNTERSIGN_LIMIT_${name}`, "off"]);
  const off = { ...Object.fromEntries(limits), COUNTERSIGN_PUMPING_GUARD: "off" };
  expect(isGuarding(readGuard(off).guard)).toBe(true);
  const COUNTERSIGN_HIGH_COST = "premium shared-cost universal pager satellite international";
  expect(isGuarding(readGuard({ ...off, COUNTERSIGN_HIGH_COST }).guard)).toBe(false);
});

test.each([
  [
    "COUNTERSIGN_LIMIT_RECIPIENT",
    ["", "0/1d", "5", "5/2d", "5/1w", "5/0m", "-5/1d", "5/1d off", "5/1h 9/60m", "hunter2"],
  ],
  ["COUNTERSIGN_GUARD", ["", "off", "Observe", "hunter2"]],
  ["COUNTERSIGN_PUMPING_GUARD", ["", "yes", "ON", "hunter2"]],
  ["COUNTERSIGN_SAFE_NUMBERS", ["", "on", "guard all"]],
  ["COUNTERSIGN_SAFE_LIST", ["4915", "+", "+0151", "+49,+43", "+4915hunter2"]],
  ["COUNTERSIGN_HIGH_COST", ["all", "premium,pager", "Premium", "hunter2"]],
  ["COUNTERSIGN_COUNTRIES", ["de", "DE !AT", "Germany", "XX", "!", "hunter2"]],
])("a wrong %s is a problem that has its name and not its value", (name, values) => {
  for (const value of values) {
    const { problems } = readGuard({ [name]: value });
    expect(problems, value).toEqual([expect.stringMatching(new RegExp(`^${name} must be `))]);
    expect(problems.join()).not.toContain("hunter2");
  }
});
