import { unwrap } from "@countersign/client";
import { useAct } from "../act.ts";
import { client, origin, sandboxAccount, sandboxServiceSid } from "../api.ts";
import { Block } from "../components/block.tsx";
import { Copy } from "../components/copy.tsx";
import { Empty } from "../components/empty.tsx";
import { Problem } from "../components/problem.tsx";

const To = "+12025550123";
const { accountSid, authToken } = sandboxAccount;
const curl = `curl -u ${accountSid}:${authToken} \\
  ${origin}/v2/Services/${sandboxServiceSid}/Verifications \\
  -d To=${encodeURIComponent(To)} -d Channel=sms`;

/** What the inbox shows before there is a message: how one comes to be there, and a button that does it. */
export function FirstMessage() {
  const { act, error } = useAct();
  const send = () => {
    const params = { path: { ServiceSid: sandboxServiceSid } };
    const body = { To, Channel: "sms" } as const;
    return act(() => unwrap(client.POST("/v2/Services/{ServiceSid}/Verifications", { params, body })));
  };
  return (
    <Empty title="No message yet">
      <p>
        What a verification would send lands here, and nobody gets it. Start one from your program, from a shell, or by
        the button:
      </p>
      <Block label="curl" text={curl} />
      <div class="actions">
        <button type="button" class="main" onClick={send}>
          Send a code to {To}
        </button>
        <Copy text={curl} what="curl" />
      </div>
      <Problem error={error} />
      <p>
        Pushes land here, too. Under <a href="#/entities">Entities and factors</a> the sandbox plays a phone for whoever
        has none.
      </p>
    </Empty>
  );
}
