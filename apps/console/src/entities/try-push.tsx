import { unwrap } from "@countersign/client";
import type { Factor } from "@countersign/types";
import { useAct } from "../act.ts";
import { client } from "../api.ts";
import { Choice } from "../components/choice.tsx";
import { Problem } from "../components/problem.tsx";
import { Add } from "../services/form.tsx";

interface Props {
  path: { ServiceSid: string; Identity: string };
  factors: Factor[];
  reload: () => void;
}

/** Asks a phone; where there is none, the sandbox plays one. */
export function TryPush({ path, factors, reload }: Props) {
  const { act, error } = useAct();
  const phones = factors.filter(({ factor_type, status }) => factor_type === "push" && status === "verified");
  const enrol = async (body: object) => {
    await unwrap(client.POST("/sandbox/devices", { body: { ...body, ...path } }));
    reload();
  };
  const ask = (event: SubmitEvent) => {
    event.preventDefault();
    const { FactorSid, ...asked } = Object.fromEntries(new FormData(event.currentTarget as HTMLFormElement));
    const body = { FactorSid: String(FactorSid), ...asked };
    const challenges = "/v2/Services/{ServiceSid}/Entities/{Identity}/Challenges";
    return act(() => unwrap(client.POST(challenges, { params: { path }, body })), "The phone is asked").finally(reload);
  };
  return (
    <>
      <Add
        summary="Enrol a phone that the sandbox plays"
        operationId="createDevice"
        action="Enrol the phone"
        submit={enrol}
      />
      {phones.length > 0 && (
        <form class="filters ask" aria-label="Ask a phone" onSubmit={ask}>
          <Choice
            label="Ask the phone"
            name="FactorSid"
            options={phones.map(({ sid, friendly_name }) => [sid ?? "", friendly_name ?? ""])}
          />
          <label>
            Message
            <input name="Details.Message" required maxLength={256} value="Log in to Acme?" autocomplete="off" />
          </label>
          <button type="submit" class="main">
            Ask
          </button>
        </form>
      )}
      <Problem error={error} />
    </>
  );
}
