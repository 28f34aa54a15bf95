import type { OpenApiDocument } from "@countersign/document";
import bundle from "@countersign/spec/openapi.json" with { type: "json" };
import type { ContractOperation } from "./operation.ts";
import type { ContractReport, ContractResult } from "./report.ts";
import { createSession, type Session } from "./session.ts";
import { movesClock, type Story, stories, tellStory } from "./stories.ts";
import { endings, succeed, walkOperation } from "./walk.ts";
import { type ContractOptions, cleanUp, prepareWorld, type World } from "./world.ts";

/** Whoever calls is nobody to the server. */
export class CredentialsError extends Error {}

/**
 * Tells the document's stories to a server and walks every operation, with right requests and wrong ones, and takes down
 * how the answers depart from the document. It works in a service of its own, which it deletes again.
 * @throws ServerGoneError when nobody answers.
 * @throws CredentialsError when the server refuses the credentials.
 */
export async function checkContract(options: ContractOptions): Promise<ContractReport> {
  const { accountSid, authToken, integrationKey } = options;
  const startedAt = performance.now();
  const base = options.server.replace(/\/+$/, "");
  const keys = { accountSid, authToken, ...(integrationKey !== undefined && { integrationKey }) };
  const session = createSession(base, bundle as unknown as OpenApiDocument, keys);
  try {
    const greeting = await session.call("listServices", "say who calls", { query: [["PageSize", "1"]] }, "any");
    if (greeting.status === 401) throw new CredentialsError(`${base} refuses the account and its token.`);
    const walked = new Map(session.operations.map((operation) => [operation.operationId, walkResult(operation)]));
    const recordWalk = () => session.record((operationId) => walked.get(operationId) as ContractResult);
    recordWalk();
    const world = await prepareWorld(session, options);
    const told = await runAll(world, options, walked, recordWalk);
    const results = [...told, ...walked.values()];
    const ms = Math.round(performance.now() - startedAt);
    return { server: base, kind: world.kind, requests: session.requests(), ms, results };
  } finally {
    session.close();
  }
}

function walkResult({ operationId, summary }: ContractOperation): ContractResult {
  return { suite: "operations", name: operationId, summary, requests: 0, ms: 0, departures: [], skipped: [] };
}

async function runAll(
  world: World,
  { onProgress = () => {}, signal }: ContractOptions,
  walked: Map<string, ContractResult>,
  recordWalk: () => void,
): Promise<ContractResult[]> {
  const { session } = world;
  const total = stories.length + session.operations.length;
  const told: ContractResult[] = [];
  try {
    for (const story of stories) {
      signal?.throwIfAborted();
      onProgress(told.length, total, story.workflowId);
      told.push(await timed(storyResult(story), (result) => runStory(world, story, result)));
    }
    recordWalk();
    for (const [index, operation] of session.operations.entries()) {
      signal?.throwIfAborted();
      onProgress(told.length + index, total, operation.operationId);
      const result = walked.get(operation.operationId) as ContractResult;
      await timed(result, () => walkOperation(world, operation, result));
    }
  } finally {
    recordWalk();
    await cleanUp(world);
  }
  await runEndings(world);
  return told;
}

/** They leave nothing of the rest. */
async function runEndings(world: World): Promise<void> {
  if (world.kind !== "mock" && !world.mayReset) return;
  for (const operation of world.session.operations) {
    if (endings.includes(operation.operationId)) await succeed(world, operation);
  }
}

function storyResult({ workflowId, summary }: Story): ContractResult {
  return { suite: "stories", name: workflowId, summary, requests: 0, ms: 0, departures: [], skipped: [] };
}

async function runStory(world: World, story: Story, result: ContractResult): Promise<void> {
  const reason = reasonToSkip(world, story);
  if (reason) {
    result.skipped.push(reason);
    return;
  }
  world.session.record(() => result);
  const messages = await tellStory(world.session, story, { ServiceSid: world.serviceSid });
  const last = story.steps.at(-1)?.operationId ?? "";
  result.departures.push(
    ...messages.map((message) => ({
      operationId: last,
      step: message.split(":")[0] ?? "",
      request: story.workflowId,
      message,
    })),
  );
}

function reasonToSkip({ kind, mayReset, session }: World, story: Story): string | undefined {
  if (kind !== "sandbox") return kind === "mock" ? "the server keeps nothing" : "the server is no sandbox";
  if (!mayReset && movesClock(story)) return "it moves the clock: --keep-sandbox";
  const isV1 = story.steps.some(({ operationId }) => isOfApplication(session, operationId));
  return isV1 && !session.keys.application ? "there is no integration key" : undefined;
}

function isOfApplication({ operations }: Session, operationId: string): boolean {
  return operations.some((operation) => operation.operationId === operationId && operation.credentials === "apiKey");
}

async function timed(result: ContractResult, work: (result: ContractResult) => Promise<void>): Promise<ContractResult> {
  const startedAt = performance.now();
  await work(result);
  result.ms = Math.round(performance.now() - startedAt);
  return result;
}
