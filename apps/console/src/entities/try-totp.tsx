import { unwrap } from "@countersign/client";
import type { Factor, NewFactor } from "@countersign/types";
import { useRef, useState } from "preact/hooks";
import { useAct } from "../act.ts";
import { client, isSandbox } from "../api.ts";
import { Status } from "../components/badge.tsx";
import { Choice } from "../components/choice.tsx";
import { Copy } from "../components/copy.tsx";
import { Facts } from "../components/facts.tsx";
import { Problem } from "../components/problem.tsx";
import { Add } from "../services/form.tsx";

const one = "/v2/Services/{ServiceSid}/Entities/{Identity}";

interface Props {
  path: { ServiceSid: string; Identity: string };
  factors: Factor[];
  reload: () => void;
}

const meanings: Record<string, string> = {
  verified: "The code is right, and the factor is in use.",
  approved: "The code is right. It is right once.",
  unverified: "The code is wrong.",
  pending: "The code is wrong, or was used before.",
};

/** What a code is worth: it verifies a new factor, and of one in use it answers a challenge that is made for it. */
export function TryTotp({ path, factors: all, reload }: Props) {
  const factors = all.filter(({ factor_type }) => factor_type === "totp");
  const [made, setMade] = useState<NewFactor>();
  const [chosen, setChosen] = useState("");
  const [status, setStatus] = useState<string | null>(null);
  const { act, error } = useAct();
  const code = useRef<HTMLInputElement>(null);
  const factor = factors.find(({ sid, status }) => (chosen ? sid === chosen : status === "verified")) ?? factors[0];
  const FactorSid = factor?.sid ?? "";
  const submit = (event: Event) => {
    event.preventDefault();
    setStatus(null);
    const AuthPayload = code.current?.value ?? "";
    return act(async () => {
      const params = { path: { ...path, Sid: FactorSid } };
      // Asked for anew: to one that was verified meanwhile, an update says so whatever the code is.
      const isInUse = (await unwrap(client.GET(`${one}/Factors/{Sid}`, { params }))).status === "verified";
      const { status } = isInUse
        ? await unwrap(client.POST(`${one}/Challenges`, { params: { path }, body: { FactorSid, AuthPayload } }))
        : await unwrap(client.POST(`${one}/Factors/{Sid}`, { params, body: { AuthPayload } }));
      setStatus(status);
    }).finally(reload);
  };
  const create = async (body: object) => {
    const whole = { ...(body as { FriendlyName: string }), FactorType: "totp" } as const;
    const factor = await unwrap(client.POST(`${one}/Factors`, { params: { path }, body: whole }));
    setMade(factor);
    setChosen(factor.sid ?? "");
    reload();
  };
  const { secret = "", uri: Uri = "" } = made?.binding ?? {};
  const read = () =>
    act(async () => {
      const shown = await unwrap(client.GET("/sandbox/totp", { params: { query: { Uri } } }));
      if (code.current) code.current.value = shown.code;
    });
  return (
    <>
      {isSandbox() && (
        <Add
          summary="Make a factor, an authenticator app"
          operationId="createNewFactor"
          action="Make the factor"
          submit={create}
        />
      )}
      {made && (
        <section class="card stack" aria-label="The new factor">
          <p>An app takes one of the two. They are shown this once.</p>
          <Facts
            facts={[
              ["Secret", <Kept text={secret} what="Secret" />],
              ["Address", <Kept text={Uri} what="Address" />],
            ]}
          />
        </section>
      )}
      {factor && (
        <form class="filters ask" aria-label="Try a TOTP" onSubmit={submit}>
          <Choice
            label="Try a TOTP of"
            options={factors.map(({ sid, friendly_name, status }) => [sid ?? "", `${friendly_name}, ${status}`])}
            value={FactorSid}
            change={setChosen}
          />
          <label>
            Code
            <input ref={code} required inputMode="numeric" autocomplete="off" />
          </label>
          {made?.sid === FactorSid && (
            <button type="button" onClick={read}>
              Read the app
            </button>
          )}
          <button type="submit" class="main">
            Try
          </button>
        </form>
      )}
      <div role="status">
        <Problem error={error} />
        {status && (
          <p class="actions">
            <Status status={status} /> {meanings[status]}
          </p>
        )}
      </div>
    </>
  );
}

function Kept({ text, what }: { text: string; what: string }) {
  return (
    <>
      <code>{text}</code> <Copy text={text} what={what} label="Copy" />
    </>
  );
}
