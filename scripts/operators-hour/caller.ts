/** Who calls the server, as an account of it. */
export interface Caller {
  start(to: string, channel: string): Promise<void>;
  /** @throws Error where that recipient is not refused */
  refused(to: string): Promise<void>;
  /** @returns the status that the verification has then */
  check(to: string, code: string): Promise<string>;
}

/** Makes a service, and calls it. Every call throws on an answer that is not as it should be. */
export async function createCaller(url: string, account: { sid: string; auth_token: string }): Promise<Caller> {
  const authorization = `Basic ${btoa(`${account.sid}:${account.auth_token}`)}`;
  const post = async (path: string, fields: Record<string, string>, expected = 2) => {
    const body = new URLSearchParams(fields);
    const response = await fetch(`${url}/v2/Services${path}`, { method: "POST", headers: { authorization }, body });
    if (Math.floor(response.status / 100) !== expected) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as { sid: string; status: string };
  };
  const { sid } = await post("", { FriendlyName: "Acme" });
  return {
    async start(To, Channel) {
      await post(`/${sid}/Verifications`, { To, Channel });
    },
    async refused(To) {
      await post(`/${sid}/Verifications`, { To, Channel: "sms" }, 4);
    },
    check: async (To, Code) => (await post(`/${sid}/VerificationCheck`, { To, Code })).status,
  };
}
