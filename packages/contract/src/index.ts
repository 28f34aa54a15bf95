import type { OpenApiDocument } from "@countersign/document";
import bundle from "@countersign/spec/openapi.json" with { type: "json" };
import type { ContractOperation } from "./operation.ts";
import { type ContractReport, type ContractResult, emptyResult } from "./report.ts";
import { createSession, type Session } from "./session.ts";
import { type Story, stories, tellStory } from "./stories.ts";
import { endings, succeed, walkOperation } from "./walk.ts";
import { type ContractOptions, cleanUp, prepareWorld, type World } from "./world.ts";

export { signDashboardRequest } from "./draft.ts";
export { ServerGoneError } from "./exchange.ts";
export {
  type ContractReport,
  type ContractResult,
  type Departure,
  departuresIn,
  grouped,
  type ServerKind,
} from "./report.ts";
export type { ContractOptions } from "./world.ts";

/** Whoever calls is nobody to the server. */
export class CredentialsError extends Error {}

/** There is no story and no operation of that name. */
export class UnknownNameError extends Error {}

/**
 * Tells the document's stories to a server and walks every operation, with right requests and wrong ones, and takes down
 * how the answers depart from the document. It works in a service of its own, which it deletes again.
 * @throws TypeError when the server's address is none, or has a query, a fragment or a password.
 * @throws ServerGoneError when nobody answers.
 * @throws CredentialsError when the server refuses the credentials.
 * @throws UnknownNameError when `only` names what the document does not have.
 */
export async function checkContract(options: ContractOptions): Promise<ContractReport> {
  const startedAt = performance.now();
  const server = addressOf(options.server);
  const session = createSession(server, bundle as unknown as OpenApiDocument, options);
  const parts = partsOf(session, options.only);
  try {
    const greeting = await session.call("listServices", "say who calls", { query: { PageSize: "1" } }, "any");
    if (greeting.status === 401) throw new CredentialsError(`${server} refuses the account and its token.`);
    const world = await prepareWorld(session, options);
    const results = await runAll(world, parts, options);
    const requests = results.reduce((sum, result) => sum + result.requests, 0);
    return { server, kind: world.kind, requests, ms: msSince(startedAt), results };
  } finally {
    session.close();
  }
}

/** Without a slash at its end. What is none is not told: a password may be in it. */
function addressOf(server: string): string {
  const { href = "", username = "", password = "" } = URL.canParse(server) ? new URL(server) : {};
  if (!/^https?:[^?#]+$/.test(href) || username + password !== "") {
    throw new TypeError("The server must be as http(s)://host or http(s)://host/path.");
  }
  return href.replace(/\/+$/, "");
}

interface Parts {
  stories: Story[];
  operations: ContractOperation[];
}

function partsOf({ operations }: Session, only?: readonly string[]): Parts {
  const names = new Set(only);
  const isMeant = (name: string) => names.delete(name) || only === undefined;
  const parts = {
    stories: stories.filter(({ workflowId }) => isMeant(workflowId)),
    operations: operations.filter(({ operationId }) => isMeant(operationId)),
  };
  for (const name of names) throw new UnknownNameError(`There is no story and no operation ${name}.`);
  return parts;
}

async function runAll(world: World, parts: Parts, options: ContractOptions): Promise<ContractResult[]> {
  const { onProgress = () => {}, signal } = options;
  const { stories, operations } = parts;
  const total = stories.length + operations.length;
  const told: ContractResult[] = [];
  let done = 0;
  const run = async (result: ContractResult, work: () => Promise<void>) => {
    signal?.throwIfAborted();
    onProgress(done, total, result.name);
    done += 1;
    const startedAt = performance.now();
    await work();
    result.ms = msSince(startedAt);
  };
  try {
    for (const story of stories) {
      const result = emptyResult("stories", story.workflowId, story.summary);
      told.push(result);
      await run(result, () => runStory(world, story, result));
    }
    for (const operation of operations) await run(operation.result, () => walkOperation(world, operation));
  } finally {
    await cleanUp(world);
  }
  // They leave nothing of the rest.
  const mayEnd = world.kind === "mock" || world.mayReset;
  for (const operation of operations) {
    if (mayEnd && endings.includes(operation.operationId)) await succeed(world, operation);
  }
  return [...told, ...operations.map(({ result }) => result)];
}

function msSince(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}

async function runStory(world: World, story: Story, result: ContractResult): Promise<void> {
  const { session, serviceSid } = world;
  const reason = reasonToSkip(world, story);
  if (reason) {
    result.skipped.push(reason);
    return;
  }
  session.story = result;
  const messages = await tellStory(session, story, { ServiceSid: serviceSid });
  session.story = undefined;
  const operationId = story.steps.at(-1)?.operationId ?? "";
  for (const message of messages) {
    result.departures.push({ operationId, step: message.split(":")[0] ?? "", request: story.workflowId, message });
  }
}

function reasonToSkip({ kind, mayReset, session }: World, { steps }: Story): string | undefined {
  if (kind !== "sandbox") return kind === "mock" ? "the server keeps nothing" : "the server is no sandbox";
  const called = new Set(steps.map(({ operationId }) => operationId));
  if (!mayReset && called.has("advanceClock")) return "it moves the clock: --keep-sandbox";
  const isV1 = session.operations.some((o) => called.has(o.operationId) && o.credentials === "apiKey");
  return isV1 && !session.application ? "there is no integration key" : undefined;
}
