import { checkContract, grouped } from "@countersign/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isWhole } from "../../../scripts/budget.ts";
import { sandboxKeys } from "../src/sandbox/account.ts";
import { sandboxAccount, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { takeDepartures } from "../test-support/checked-answers.ts";
import { type Fault, spoiltBody, startFaultyProxy } from "../test-support/faulty-proxy.ts";

/** Each with the operation that it is in, and what the check says of it. */
const faults: (Fault & { operationId: string; message: string })[] = [
  {
    ...at("GET", /^\/v2\/Attempts\/VL\w+$/, 200, "fetchAttempt"),
    message: "does not document 202",
    spoil: () => ({ status: 202 }),
  },
  {
    ...at("POST", /\/Verifications$/, 201, "createVerification"),
    message: "must have required property 'lookup'",
    spoil: (answer) => spoiltBody(answer, ({ lookup, ...rest }) => rest),
  },
  {
    ...at("GET", /^\/v2\/Attempts$/, 200, "listAttempts"),
    message: "/debug is not declared",
    spoil: (answer) => spoiltBody(answer, (body) => ({ ...body, debug: true })),
  },
  {
    ...at("GET", /^\/v2\/Attempts\/Summary$/, 200, "fetchAttemptsSummary"),
    message: "/total_attempts must be integer",
    spoil: (answer) => spoiltBody(answer, (body) => ({ ...body, total_attempts: String(body.total_attempts) })),
  },
  {
    ...at("POST", /^\/v2\/Services\/VA\w+$/, 503, "updateService"),
    message: "Retry-After must be integer",
    spoil: ({ headers }) => ({ headers: { ...headers, "retry-after": "soon" } }),
  },
  {
    ...at("DELETE", /^\/v2\/Services\/VA\w+$/, 401, "deleteService"),
    message: "the code 20008 is not documented",
    spoil: (answer) => spoiltBody(answer, (body) => ({ ...body, code: 20_008 })),
  },
  {
    ...at("GET", /^\/sandbox\/clock$/, 200, "fetchClock"),
    message: 'the type "text/html" is not documented',
    spoil: ({ headers }) => ({ headers: { ...headers, "content-type": "text/html" } }),
  },
  {
    ...at("GET", /\/Verifications\/[^/]+$/, 503, "fetchVerification"),
    message: "Retry-After is missing",
    spoil: ({ headers: { "retry-after": _, ...headers } }) => ({ headers }),
  },
  {
    ...at("POST", /\/VerificationCheck$/, 413, "createVerificationCheck"),
    message: "/status must be equal to constant: 413",
    spoil: (answer) => spoiltBody(answer, (body) => ({ ...body, status: 400 })),
  },
  {
    ...at("GET", /^\/v2\/Services$/, 200, "listServices"),
    message: '/meta/url must match format "uri"',
    spoil: (answer) =>
      spoiltBody(answer, (body) => ({ ...body, meta: { ...(body.meta as object), url: "/v2/Services" } })),
  },
  {
    ...at("GET", /^\/protected\/xml\/phones\/info$/, 200, "fetchPhoneInfo"),
    message: "the root is info, not hash",
    spoil: ({ text }) => ({ text: text.replace("<hash>", "<info>").replace("</hash>", "</info>") }),
  },
  {
    ...at("GET", /^\/protected\/json\/app\/details$/, 200, "fetchApplicationDetails"),
    message: "the body is no JSON",
    spoil: ({ text }) => ({ text: `${text}}` }),
  },
  {
    ...at("POST", /^\/v2\/Services$/, 400, "createService"),
    message: "took what it should refuse",
    spoil: ({ text }) => (text.includes("CodeLength") ? { status: 201, text: createdService } : {}),
  },
];

/** In the others nothing is wrong, as the check of all finds. */
const faulty = [...new Set(faults.map(({ operationId }) => operationId))];

let sandbox: Running;
let createdService: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  const response = await fetch(`${sandbox.url}/v2/Services`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${sandboxAccount.accountSid}:${sandboxAccount.authToken}`)}` },
    body: new URLSearchParams({ FriendlyName: "Acme" }),
  });
  createdService = await response.text();
});
afterAll(() => sandbox.close());

test("each of the faults that a server has is reported, and nothing else", async () => {
  const proxy = await startFaultyProxy(sandbox.url, faults);
  const { integrationKey } = sandboxKeys;
  const options = { ...sandboxAccount, server: proxy.url, integrationKey };
  const { results } = await checkContract({ ...options, ...(!isWhole && { only: faulty }) }).finally(proxy.close);
  // What came from the proxy was looked at as if it came from the sandbox.
  takeDepartures();
  const found = grouped(results.flatMap(({ departures }) => departures));
  const shown = found.map(({ operationId, message }) => `${operationId}: ${message}`);
  expect(shown.toSorted()).toEqual(faults.map(({ operationId, message }) => `${operationId}: ${message}`).toSorted());
});

function at(method: string, path: RegExp, status: number, operationId: string) {
  return { method, path, status, operationId };
}
