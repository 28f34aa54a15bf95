import Libsql from "libsql";
import type { ObserveRoute } from "../src/http/app.ts";

/** What changes something that the audit trail does not tell of, and why. All else that is no `GET` leaves one entry. */
export const untold: Record<string, string> = {
  createVerification: "what happens to a verification stands in its own log",
  createVerificationCheck: "as above",
  startPhoneVerification: "as above",
  createChallenge: "what becomes of a challenge stands in the challenge",
  updateChallenge: "as above",
  createNotification: "as above",
  updateDeviceChallenge: "as above",
  createChallengePasskeys: "as above",
  updateChallengePasskeys: "as above",
  createFeedback: "as above",
  processReceipt: "as above",
  createApprovalRequest: "nothing is changed by it",
  processAccounts: "nothing is changed by it",
  deleteConsoleSession: "without a session nothing is changed by it",
  advanceClock: "the sandbox alone has it",
  resetClock: "the sandbox alone has it",
  setFaults: "the sandbox alone has it",
  clearFaults: "the sandbox alone has it",
  setSandboxWebhook: "the sandbox alone has it",
  deleteSandboxWebhook: "the sandbox alone has it",
  sendTestEvent: "nothing is changed by it",
  resetSandbox: "the trail is emptied with all else",
};

/** What an application is besides is a service, which comes and goes with it; a phone's factor is made, and verified. */
const entriesEach: Record<string, number> = { createApplication: 2, deleteApplication: 2, createDevice: 2 };

/** Counts what the trail in a file of SQLite has more after each request; of those there is one at a time. */
export function observeTrail(databaseUrl: string) {
  const changing = new Set<string>();
  const wrong = new Set<string>();
  let db: Libsql.Database | undefined;
  let entries = 0;
  let told = "";
  let count: Libsql.Statement | undefined;
  const added = () => {
    db ??= new Libsql(databaseUrl.slice("sqlite:".length));
    count ??= db.prepare("SELECT count(*) AS n FROM audit_entries");
    const before = entries;
    entries = (count.get() as { n: number }).n;
    return entries - before;
  };
  const shown = () => {
    const rows = db?.prepare("SELECT coalesce(before, '') || coalesce(after, '') AS told FROM audit_entries").all();
    return (rows as { told: string }[]).map((row) => row.told).join("\n");
  };
  const observeRoute: ObserveRoute = (route, respond) => async (request, response, parameters) => {
    added();
    const { operationId = "", method = "" } = (route ?? {}) as { operationId?: string; method?: string };
    if (operationId === "resetSandbox") told += shown();
    const answer = await respond(request, response, parameters);
    const isDone = answer !== undefined && answer.status < 300 && method !== "GET";
    if (isDone) changing.add(operationId);
    const wanted = isDone && !untold[operationId] ? (entriesEach[operationId] ?? 1) : 0;
    const left = added();
    if (operationId !== "resetSandbox" && left !== wanted)
      wrong.add(`${operationId} ${answer?.status}: ${left} entries`);
    return answer;
  };
  return {
    tracing: { observeRoute, observeWebhooks: <Send>(send: Send) => send },
    /** The operations that changed something. */
    changing,
    /** All that changes were told with, until the sandbox was reset. */
    told: () => told,
    /** What left more entries than it should, or less. */
    wrong: () => [...wrong],
  };
}
