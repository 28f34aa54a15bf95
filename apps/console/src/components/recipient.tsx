import { unwrap } from "@countersign/client";
import { useState } from "preact/hooks";
import { client } from "../api.ts";
import { toast } from "./toast.tsx";

/** The whole of it, which the audit trail keeps that somebody looked at. */
export async function wholeRecipient(Sid: string): Promise<string> {
  return (await unwrap(client.POST("/console/verifications/{Sid}/reveal", { params: { path: { Sid } } }))).to;
}

/** Whom it went to. In production most of it is hidden, and to see it is a click, which the audit trail keeps. */
export function Recipient({ sid, to, isMasked }: { sid: string; to: string | null; isMasked: boolean }) {
  const [revealed, setRevealed] = useState<string>();
  if (to === null) return <span class="faint">–</span>;
  const reveal = () => wholeRecipient(sid).then(setRevealed, (error: Error) => toast(error.message));
  return (
    <span class="recipient">
      {revealed ?? to}
      {isMasked && !revealed && (
        <button type="button" class="quiet" onClick={reveal} title="The audit trail keeps who looked">
          Reveal
        </button>
      )}
    </span>
  );
}
