import { resolve } from "@countersign/document";
import type { Scope } from "@countersign/types";
import { describe, expect, it } from "vitest";
import { allowedBy, everyScope } from "../src/kernel/scope.ts";
import { accountSid, bundle, fakeApp, servedOperations } from "../test-support/fake-app.ts";

/** Operations that ask an account for a scope, with that scope. */
const scoped = servedOperations.flatMap((placed) => {
  const [scope] = (placed.operation.security ?? []).flatMap(({ basicAuth }) => basicAuth ?? []) as Scope[];
  return scope ? [{ ...placed, scope }] : [];
});

/** One app for everybody, since to make one reads the whole document: whoever comes may do this much. */
let allowed: ReadonlySet<Scope>;
const app = fakeApp(
  {},
  { authenticators: { basicAuth: () => ({ kind: "account", accountSid, actor: "SK1", scopes: allowed }) } },
);

/** Answers to whoever may do this much and asks with an example's address, and nothing else. */
async function ask({ path, method, parameters }: (typeof scoped)[number], scopes: ReadonlySet<Scope>) {
  allowed = scopes;
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name) => String(parameters.find((p) => p.name === name)?.example));
  const { statusCode, payload } = await app.inject({ method: method as "GET", url });
  return { status: statusCode, body: payload === "" ? {} : JSON.parse(payload) };
}

describe("security 39: what a key may do", () => {
  it("is asked for by every operation of an account outside the sandbox", () => {
    const all = servedOperations.filter(({ operation: { tags = [], responses } }) => {
      return "401" in responses && !tags.includes("Sandbox") && !tags.includes("Receipts");
    });
    const free = all.filter((placed) => !scoped.some(({ operation }) => operation === placed.operation));
    // Who somebody is, and that they leave, anybody may say.
    const ofSessions = ["fetchConsoleSession", "createConsoleSession", "deleteConsoleSession"];
    expect(free.map(({ operation }) => operation.operationId)).toEqual(ofSessions);
    expect(scoped.length).toBeGreaterThan(20);
  });

  it.each(scoped.map((placed) => [placed.operation.operationId, placed] as const))(
    "%s is refused to a key that has every scope but its own, and to none that has it",
    async (_, placed) => {
      const without = [...everyScope].filter((scope) => !allowedBy([scope]).has(placed.scope));
      const refusal = await ask(placed, allowedBy(without));
      expect([refusal.status, refusal.body.code, refusal.body.details]).toEqual([
        ...[403, 20403, { missing_scope: placed.scope }],
      ]);
      for (const scope of everyScope) {
        const { status } = await ask(placed, allowedBy([scope]));
        expect([scope, status !== 403]).toEqual([scope, allowedBy([scope]).has(placed.scope)]);
      }
    },
  );

  it("is told by the document in the operation's own example of the refusal", () => {
    const shown = scoped.map(({ operation }) => {
      const response = resolve<{ content?: object }>(bundle, operation.responses["403"] as never);
      return /"missing_scope":"([a-z:]+)"/.exec(JSON.stringify(response.content))?.[1];
    });
    expect(shown).toEqual(scoped.map(({ scope }) => scope));
  });
});
