/** Who calls the server, as an account of it. */
export interface Caller {
  start(to: string, channel: string): Promise<void>;
  /** @returns the status that the verification has then */
  check(to: string, code: string): Promise<string>;
}

/** Makes a service, and calls it. Every call throws on an answer that is none of success. */
export async function createCaller(url: string, account: { sid: string; auth_token: string }): Promise<Caller> {
  const authorization = `Basic ${btoa(`${account.sid}:${account.auth_token}`)}`;
  const post = async (path: string, fields: Record<string, string>) => {
    const body = new URLSearchParams(fields);
    const response = await fetch(`${url}/v2/Services${path}`, { method: "POST", headers: { authorization }, body });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as { sid: string; status: string };
  };
  const { sid } = await post("", { FriendlyName: "Acme" });
  return {
    async start(To, Channel) {
      await post(`/${sid}/Verifications`, { To, Channel });
    },
    check: async (To, Code) => (await post(`/${sid}/VerificationCheck`, { To, Code })).status,
  };
}
