import { unwrap } from "@countersign/client";
import type { Factor, RequestOf } from "@countersign/types";
import { useState } from "preact/hooks";
import { useAct } from "../act.ts";
import { client } from "../api.ts";
import { Status } from "../components/badge.tsx";
import { Problem } from "../components/problem.tsx";

interface Props {
  path: { ServiceSid: string; Identity: string };
  factors: Factor[];
  reload: () => void;
}

const passkeys = "/v2/Services/{ServiceSid}/Passkeys";

/** Makes a passkey with the browser that shows this, and logs in by it: what a page of the person's would do. */
export function TryPasskey({ path: { ServiceSid, Identity: identity }, factors, reload }: Props) {
  const [status, setStatus] = useState<string | null>(null);
  const { act, error } = useAct();
  const params = { path: { ServiceSid } };
  const hasOne = factors.some((factor) => factor.factor_type === "passkeys" && factor.status === "verified");
  const named = location.href.replace(location.hostname, "localhost");
  if (named !== location.href)
    return (
      <p>
        A passkey needs a name, and this page was opened by an address: <a href={named}>open it as localhost</a>.
      </p>
    );

  const register = async () => {
    const body: RequestOf<"createNewFactorPasskey"> = {
      identity,
      friendly_name: `This browser, ${new Date().toLocaleString()}`,
      config: {
        relying_party: { id: "localhost", name: "Countersign", origins: [location.origin] },
        authenticator_attachment: "any",
        discoverable_credentials: "preferred",
        user_verification: "preferred",
      },
    };
    const { options } = await unwrap(client.POST(`${passkeys}/Factors`, { params, body }));
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey);
    const made = await navigator.credentials.create({ publicKey });
    await unwrap(client.POST(`${passkeys}/VerifyFactor`, { params, body: jsonOf(made) }));
  };
  const logIn = async () => {
    setStatus(null);
    const { options } = await unwrap(client.POST(`${passkeys}/Challenges`, { params, body: { identity } }));
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey);
    const given = await navigator.credentials.get({ publicKey });
    const { status } = await unwrap(client.POST(`${passkeys}/ApproveChallenge`, { params, body: jsonOf(given) }));
    setStatus(status);
  };
  return (
    <>
      <p class="actions">
        <button type="button" onClick={() => act(register, "The passkey is registered").finally(reload)}>
          Register a passkey with this browser
        </button>
        {hasOne && (
          <button type="button" onClick={() => act(logIn).finally(reload)}>
            Log in with a passkey
          </button>
        )}
        {status && <Status status={status} />}
      </p>
      <Problem error={error} />
    </>
  );
}

/** What the browser gave, as the API takes it. */
const jsonOf = (credential: Credential | null) => JSON.parse(JSON.stringify(credential));
