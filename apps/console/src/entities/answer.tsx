import { unwrap } from "@countersign/client";
import type { ResponseOf } from "@countersign/types";
import { useAct } from "../act.ts";
import { client } from "../api.ts";
import { Problem } from "../components/problem.tsx";

export type Device = ResponseOf<"fetchDevice">;

/** A person's phones that the sandbox plays. */
export const phonesOf = async (Identity: string, signal: AbortSignal): Promise<Device[]> =>
  (await unwrap(client.GET("/sandbox/devices", { params: { query: { Identity } }, signal }))).devices;

interface Props {
  /** Of the phone, which is its factor's. */
  device: string;
  challenge: string;
  /** What it asks, for who hears the buttons one by one. */
  about: string;
  onAnswered: () => void;
}

/** What a person does on a phone: the sandbox plays it, and it signs as a real one does. */
export function Answer({ device: Sid, challenge: ChallengeSid, about, onAnswered }: Props) {
  const { act, error } = useAct();
  const path = { Sid, ChallengeSid };
  const answer = (Status: "approved" | "denied") => {
    const call = () =>
      unwrap(client.POST("/sandbox/devices/{Sid}/challenges/{ChallengeSid}", { params: { path }, body: { Status } }));
    return act(call, `${Status === "approved" ? "Approved" : "Denied"} on the phone`).finally(onAnswered);
  };
  return (
    <div class="actions">
      <Problem error={error} />
      <button type="button" class="main" onClick={() => answer("approved")} aria-label={`Approve ${about}`}>
        Approve
      </button>
      <button type="button" onClick={() => answer("denied")} aria-label={`Deny ${about}`}>
        Deny
      </button>
    </div>
  );
}
