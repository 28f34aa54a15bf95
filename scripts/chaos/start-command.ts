import type { StartCommand } from "../../apps/server/src/verifications/decide-start.ts";
import type { Action } from "./history.ts";

/** A start as the clients ask for it. Nothing is sealed: their codes are those that the gateway saw. */
export function startCommand(
  recipient: string,
  { channel }: Extract<Action, { kind: "start" }>,
  rest: Pick<StartCommand, "lifetimeSeconds" | "newSid" | "attemptSid">,
): StartCommand {
  return {
    ...rest,
    accountSid: "",
    serviceSid: "",
    recipient,
    country: null,
    channel,
    amount: null,
    payee: null,
    isCustomCode: false,
    lookup: null,
    sealCode: () => ({ mac: "", sealed: "", keyId: "", length: 6 }),
    isSameCode: () => false,
    sna: null,
  };
}
