import { expect, test } from "vitest";
import { fakeApp } from "../../../test-support/fake-app.ts";
import { v1ErrorText } from "../../../test-support/v1-api.ts";
import type { Shared } from "../../http/routes.ts";
import { StoreUnavailableError } from "../../kernel/refusal.ts";
import type { V1Handlers } from "../handler.ts";
import type { V1Authenticate } from "./authenticate.ts";
import { createV1Dialect } from "./dialect.ts";

const details = { method: "GET", url: "/protected/json/app/details" } as const;
const anybody: V1Authenticate = async () => ({
  ok: true,
  value: { accountSid: "AC00000000000000000000000000000001", actor: "api_key" },
});

/** Serves one operation of v1, and keeps what is logged of failures. */
function appWith(handler: () => Promise<unknown>, apiKey = anybody) {
  const failures: unknown[] = [];
  const handlers = { fetchApplicationDetails: handler } as unknown as Partial<V1Handlers>;
  const authenticate = { apiKey, signature: anybody, integrationKey: anybody };
  const v1 = (shared: Shared) => createV1Dialect(shared, { handlers, authenticate });
  const logger = { info: () => {}, error: (line: unknown) => failures.push(line) };
  const app = fakeApp({}, { dialects: [v1], logger });
  return { app, failures };
}

test("while the database is gone v1 answers 60000 and when to come again, and refuses no key", async () => {
  const gone = async () => {
    throw new StoreUnavailableError();
  };
  for (const { app, failures } of [appWith(gone), appWith(gone, gone)]) {
    const answer = await app.inject(details);
    expect([answer.statusCode, answer.body]).toEqual([400, v1ErrorText("60000", "An error occurred", "json")]);
    expect(answer.headers["retry-after"]).toBe("1");
    expect(failures).toEqual([]);
  }
});

test("what fails inside is 60000 and stands in the log, and so does a refusal that the document lacks", async () => {
  const broken = async () => {
    throw new TypeError("broken");
  };
  const undocumented = async () => ({ ok: false, refusal: { code: "60022" } });
  for (const [handler, message] of [
    [broken, "broken"],
    [undocumented, "Error … is not documented"],
  ] as const) {
    const { app, failures } = appWith(handler);
    const answer = await app.inject(details);
    expect([answer.statusCode, answer.body]).toEqual([400, v1ErrorText("60000", "An error occurred", "json")]);
    expect(answer.headers).not.toHaveProperty("retry-after");
    expect(failures).toMatchObject([{ operationId: "fetchApplicationDetails", error: { message } }]);
  }
});
