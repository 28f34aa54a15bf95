import { requestArbitrary } from "@countersign/contract/generate";
import { checkResponse } from "@countersign/contract/response";
import type { PlacedOperation } from "@countersign/document";
import fc from "fast-check";
import type { InjectOptions } from "light-my-request";
import { afterAll, expect, test } from "vitest";
import { isWhole } from "../../../../scripts/budget.ts";
import { documented } from "../../test-support/documented.ts";
import {
  bundle,
  credentials,
  errorsOfOperation,
  exampleOf,
  fakeApp,
  type Given,
  servedOperations,
  signature,
} from "../../test-support/fake-app.ts";

/** What a handler never answers by itself. */
const notByHandlers = [20003, 20004, 20413, 20500, 20503];

const app = fakeApp(
  Object.fromEntries(servedOperations.map((placed) => [placed.operation.operationId, answersInTurn(placed)])),
);
afterAll(() => app.close());

const numRuns = Number(process.env.FUZZ_RUNS ?? (isWhole ? 10_000 : 30));

test.each(servedOperations.map(({ operation }) => operation.operationId))(
  "security.md 16 and 20: %s answers every generated request as documented, and never with a 5xx",
  { timeout: 60_000 + numRuns * 20 },
  async (operationId) => {
    const statuses = new Set<number>();
    const property = fc.asyncProperty(
      requestArbitrary(bundle, operationId, { basicAuth: [credentials], gatewaySignature: [signature] }),
      async (request) => {
        const answer = await app.inject(request as InjectOptions);
        statuses.add(answer.statusCode);
        const body = request.method === "HEAD" ? undefined : answer.body;
        expect(checkResponse(documented, operationId, answer.statusCode, answer.headers, body)).toEqual([]);
        expect(answer.statusCode).toBeLessThan(500);
        expect(answer.headers["twilio-request-id"]).toMatch(/^RQ[0-9a-f]{32}$/);
        expect({}).not.toHaveProperty("polluted");
      },
    );
    const hasSucceeded = () => [...statuses].some((status) => status < 300);
    // A tenth of the whole may be too few for a request that is right in all its parts.
    for (let round = 0; round < 10 && (round === 0 || !hasSucceeded()); round += 1)
      await fc.assert(property, { numRuns });
    expect(hasSucceeded()).toBe(true);
  },
);

/** Succeeds, and refuses with each error that it may, in turn; looks at what it is given. */
function answersInTurn({ operation }: PlacedOperation) {
  const codes = [...errorsOfOperation(operation).keys()].filter((code) => !notByHandlers.includes(code));
  const value = exampleOf(operation.operationId);
  let turn = 0;
  return async ({ path, query, body }: Given) => {
    for (const text of textsIn([path, query, body])) expect(text).not.toMatch(/[\0\p{Cs}]/u);
    turn += 1;
    const code = codes[turn % (codes.length * 2)];
    return code === undefined
      ? ({ ok: true, value } as const)
      : ({ ok: false, refusal: { code, parameter: "To" } } as const);
  };
}

/** Every text at any depth, names too. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => [name, ...textsIn(part)]);
}
