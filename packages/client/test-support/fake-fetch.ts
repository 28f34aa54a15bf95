/** A request as the client handed it to `fetch`. */
type SentRequest = {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
};

/** A `fetch` that answers from a list, the last answer for ever, and keeps what was sent. */
export function fakeFetch(...answers: (() => Response)[]) {
  const sent: SentRequest[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const headers = Object.fromEntries(new Headers(init.headers));
    sent.push({ url, method: String(init.method), headers, body: init.body as string | undefined });
    const answer = answers[Math.min(sent.length, answers.length) - 1];
    if (!answer) throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:4010") });
    return answer();
  };
  return { fetch, sent };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  () =>
    Response.json(body, { status, headers });

export const credentials = { accountSid: "AC00000000000000000000000000000001", authToken: "sandbox" };
export const ServiceSid = "VA00000000000000000000000000000001";

/** The body of a v2 refusal. */
export const refusal = (code: number, status: number, more = {}) => ({
  code,
  message: `Refusal ${code}`,
  more_info: `https://countersign.github.io/countersign/errors/${code}`,
  status,
  ...more,
});
