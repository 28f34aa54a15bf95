import { type Answer, type Cycle, expectAnswer, post } from "./load.ts";

/** Who calls a Countersign server, and in which service. */
export interface Caller {
  accountSid: string;
  authToken: string;
  serviceSid: string;
}

export const sandboxCaller: Caller = {
  accountSid: "AC00000000000000000000000000000001",
  authToken: "sandbox",
  serviceSid: "VA00000000000000000000000000000001",
};

export const sandboxService = `/v2/Services/${sandboxCaller.serviceSid}`;
export const sandboxAuthorization = authorizationOf(sandboxCaller);

export function authorizationOf({ accountSid, authToken }: Pick<Caller, "accountSid" | "authToken">): string {
  return `Basic ${btoa(`${accountSid}:${authToken}`)}`;
}

export type Recipients = () => string;

const areas = [201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228];

/** The same 2,000 fictional numbers for everybody, one after the other. The sandbox sends all of them the code 123456. */
export function fictionalNumbers(): Recipients {
  let count = 0;
  return () => {
    count += 1;
    return `+1${areas[Math.floor(count / 100) % areas.length]}55501${String(count % 100).padStart(2, "0")}`;
  };
}

/** Numbers of one area, none of which comes twice before eight million others did. */
export function newNumbers(): Recipients {
  let count = 0;
  return () => {
    count += 1;
    return `+1415${2_000_000 + ((count * 1_299_709) % 7_999_993)}`;
  };
}

/** Start and right check on a Countersign server. @param codeOf where a code is to be had, when it is not the sandbox's */
export function countersignCycle(
  caller: Caller,
  recipients: Recipients,
  codeOf: (recipient: string, started: Answer) => string | Promise<string> = () => "123456",
): Cycle {
  const authorization = authorizationOf(caller);
  const send = (resource: string, body: string) =>
    post(`/v2/Services/${caller.serviceSid}/${resource}`, "x-www-form-urlencoded", body, authorization);
  return function* cycle() {
    const recipient = recipients();
    const to = recipient.replace("+", "%2B");
    const started = yield send("Verifications", `To=${to}&Channel=sms`);
    expectAnswer(started, 201, '"status":"pending"');
    let code = codeOf(recipient, started);
    if (typeof code !== "string") {
      yield code.then((sent) => {
        code = sent;
      });
    }
    expectAnswer(yield send("VerificationCheck", `To=${to}&Code=${code}`), 200, '"status":"approved"');
  };
}

/** The code that a peer would have sent, which its benchmark server tells in a header. */
export function codeInHeader(_recipient: string, { head }: Answer): string {
  return /\r\nx-code: (\d+)/i.exec(head)?.[1] ?? "";
}

/** The same on a peer with addresses of its own. */
export function peerCycle(paths: { start: string; check: string }, recipients: Recipients): Cycle {
  return function* cycle() {
    const phoneNumber = recipients();
    const started = yield post(paths.start, "json", JSON.stringify({ phoneNumber }));
    expectAnswer(started, 200);
    const code = codeInHeader(phoneNumber, started);
    expectAnswer(yield post(paths.check, "json", JSON.stringify({ phoneNumber, code })), 200, "true");
  };
}

export const betterAuthPaths = { start: "/api/auth/phone-number/send-otp", check: "/api/auth/phone-number/verify" };
export const tutorialPaths = { start: "/start", check: "/check" };
