import { arrangements } from "./arrangements.ts";
import {
  type Case,
  errorCases,
  minimalDraft,
  refusedCases,
  strangerCases,
  unknownCases,
  variedCases,
} from "./cases.ts";
import type { Draft } from "./draft.ts";
import type { ContractOperation } from "./operation.ts";
import type { World } from "./world.ts";

/** Messages go out, or have to have gone out. */
const sending = new Set(["createVerification", "startPhoneVerification"]);
const afterSending = new Set([
  "createVerificationCheck",
  "fetchVerification",
  "updateVerification",
  "fetchAttempt",
  "fetchConsoleVerification",
  "updateConsoleVerification",
  "listVerificationEvents",
  "revealRecipient",
  "openSnaUrl",
  "fetchNextMessage",
  "checkPhoneVerification",
  "fetchPhoneVerificationStatus",
  "createFeedback",
]);

/** A recipient of somebody else's would be gone. */
const erasing = new Set(["createErasure"]);

/** What is done to the ways out of a server. */
const providing = new Set(["updateProvider", "testProvider"]);

/** What names an SMS route. */
const routed = /^(create|fetch|update|delete)MessagingConfiguration$/;

/** What is there only after a history that no check can have. */
const historic = new Set(["liftPrefix"]);

/** What needs a number on the safe list. */
const listed = /^(create|fetch|delete)SafeNumber/;

/** What concerns everybody in the sandbox. */
const shared = new Set([
  "advanceClock",
  "resetClock",
  "setFaults",
  "clearFaults",
  "resetSandbox",
  "fetchSandboxWebhook",
  "setSandboxWebhook",
  "deleteSandboxWebhook",
  "sendTestEvent",
]);

/** What would spoil all that follows, and what undoes it. */
const undone: Record<string, { by: string; draft?: Draft }> = {
  setFaults: { by: "clearFaults" },
  updateProvider: { by: "updateProvider", draft: { form: { Status: "active" } } },
  fetchSandboxWebhook: { by: "deleteSandboxWebhook" },
  setSandboxWebhook: { by: "deleteSandboxWebhook" },
  sendTestEvent: { by: "deleteSandboxWebhook" },
};

/** What ends everything else succeeds at the very end. */
export const endings = ["resetClock", "resetSandbox"];

/** Makes all kinds of requests of an operation. */
export async function walkOperation(world: World, operation: ContractOperation): Promise<void> {
  const { operationId, isSandbox, credentials, result } = operation;
  if (world.kind === "service" && (isSandbox || credentials === "gateway")) {
    result.skipped.push(isSandbox ? "the server is no sandbox" : "only a gateway can sign");
    return;
  }
  const usual = usualDraft(world, operation);
  const isMock = world.kind === "mock";
  await run(world, operation, strangerCases(operation, usual, isMock));
  if (!hasKeys(world, operation)) {
    result.skipped.push("all but strangers: there is no integration key");
    return;
  }
  const refused = refusedCases(operation, usual);
  // Prism takes an empty value in an address for none.
  await run(world, operation, isMock ? refused.filter(({ draft }) => !hasEmptyQuery(draft)) : refused);
  if (!isMock) await run(world, operation, unknownCases(operation, usual));
  if (world.kind !== "service") await run(world, operation, errorCases(operation, usual));
  const reason = reasonToSpare(world, operationId);
  if (reason) result.skipped.push(reason);
  else if (!endings.includes(operationId) && operationId !== "createApplication") await succeed(world, operation);
}

/** Makes the requests that an operation takes. */
export async function succeed(world: World, operation: ContractOperation): Promise<void> {
  const { operationId, isV1, method, parameters } = operation;
  const formats = parameters.some(({ name }) => name === "format") ? ["json", "xml"] : [undefined];
  for (const format of formats) {
    const draft = await arrangedDraft(world, operation);
    const path = { ...draft.path, ...(format && { format }) };
    const step = format ? `a right request, for ${format}` : "a right request";
    const expected = historic.has(operationId) && world.kind !== "mock" ? "any" : "success";
    await run(world, operation, [{ step, draft: { ...draft, path }, expected }]);
  }
  const base = await arrangedDraft(world, operation);
  const isHarmful =
    operationId === "updateProvider" ? world.kind !== "mock" : sending.has(operationId) && world.kind === "service";
  // Messages would wait for a provider that an example pauses.
  if (!isHarmful) await run(world, operation, variedCases(operation, base));
  const undo = undone[operationId];
  if (undo && world.kind === "sandbox") {
    const { by, draft } = undo;
    await world.session.call(by, `undo ${operationId}`, { ...base, ...draft });
  }
  if (method === "GET" && !isV1) {
    await run(world, operation, [{ step: "HEAD", draft: { ...base, method: "HEAD" }, expected: "any" }]);
  }
}

function hasEmptyQuery({ query = {} }: Draft): boolean {
  return Object.values(query).includes("");
}

async function run(world: World, { operationId }: ContractOperation, cases: Case[]): Promise<void> {
  for (const { step, draft, expected } of cases) {
    const fresh =
      (sending.has(operationId) || erasing.has(operationId)) && world.kind !== "mock"
        ? toSomebodyElse(world, draft)
        : draft;
    const { status, body } = await world.session.call(operationId, step, fresh, expected);
    if (status !== 201 || world.kind === "mock") continue;
    if (operationId === "createService") world.services.add(body.sid);
    if (operationId === "createKey") world.keys.add(body.sid);
    if (operationId === "createSafeNumber") world.safeNumbers.add(body.phone_number);
  }
}

/** So that no limit on sends to one recipient is met. */
function toSomebodyElse({ newNumber }: World, draft: Draft): Draft {
  const { e164, national } = newNumber();
  const numbers: Record<string, string> = { To: e164, phone_number: national };
  const isNumber = (value: unknown) => /^\+1\d{10}$|^\d{3}-555-0\d{3}$/.test(String(value));
  const form = Object.entries(draft.form ?? {}).map(([name, value]) => [
    name,
    isNumber(value) ? (numbers[name] ?? value) : value,
  ]);
  return { ...draft, form: Object.fromEntries(form) };
}

/** Right but for what a case makes wrong; what it is about need not exist. */
function usualDraft({ kind, serviceSid }: World, operation: ContractOperation): Draft {
  const draft = minimalDraft(operation);
  if (kind === "mock") return draft;
  const isService = /^\/v2\/Services\/\{Sid\}$/.test(operation.path);
  return { ...draft, path: isService ? { Sid: serviceSid } : { ServiceSid: serviceSid } };
}

async function arrangedDraft(world: World, operation: ContractOperation): Promise<Draft> {
  const arrange = world.kind === "mock" ? undefined : arrangements[operation.operationId];
  const usual = usualDraft(world, operation);
  return arrange ? { ...usual, ...(await arrange(world)) } : usual;
}

function hasKeys({ session }: World, { credentials, path }: ContractOperation): boolean {
  if (credentials === "integrationKey") return session.keys.integrationKey !== undefined;
  const isOfApplication = credentials === "apiKey" || credentials === "signature" || path.includes("{ApiKey}");
  return !isOfApplication || session.application !== undefined;
}

/** Why an operation must not succeed here, if it must not. */
function reasonToSpare(
  { kind, maySend, mayReset, session, smsRoute, mayList }: World,
  operationId: string,
): string | undefined {
  if (!maySend && (sending.has(operationId) || afterSending.has(operationId))) {
    return "right requests: they need a message to be sent; --send allows it";
  }
  if (kind === "service" && providing.has(operationId)) return "right requests: they would reach real providers";
  if (routed.test(operationId) && smsRoute === undefined) return "right requests: the server has no SMS route";
  if (listed.test(operationId) && !mayList) return "right requests: the operator lets the safe list lift nothing";
  if (operationId === "retryPost" && !session.application) return "right requests: nobody waits for a post";
  if (kind === "service" && operationId === "openSnaUrl") return "right requests: only the sandbox plays the carrier";
  if (kind === "service" && operationId === "createConsoleSession")
    return "right requests: the console has its own port";
  if (kind === "sandbox" && !mayReset && shared.has(operationId)) return "right requests: --keep-sandbox";
  return undefined;
}
