import { request } from "node:http";

/** An answer to a browser. */
export interface PageAnswer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever a test looks for in it.
  body: any;
}

type Headers = Record<string, string>;

/** What a browser says of a request that the console's own page makes. */
export const ofOwnPage: Headers = {
  "sec-fetch-site": "same-origin",
  "sec-fetch-mode": "cors",
  "sec-fetch-dest": "empty",
};

/** Sends a request with these headers, Host included, and no others. */
export function ask(
  port: number | undefined,
  path: string,
  { method = "GET", headers = {}, form }: { method?: string; headers?: Headers; form?: Record<string, string> } = {},
): Promise<PageAnswer> {
  const body = form && `${new URLSearchParams(form)}`;
  const type = body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
  return new Promise((resolve, reject) => {
    request({ port, path, method, headers: { ...type, ...headers } }, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString();
      const { statusCode: status = 0, headers } = response;
      const isJson = headers["content-type"]?.startsWith("application/json");
      resolve({ status, headers, text, body: isJson && text ? JSON.parse(text) : {} });
    })
      .on("error", reject)
      .end(body);
  });
}

/** Somebody's browser, which keeps the cookie and, once it has logged in, the token of the session. */
export function browserAt(port: number | undefined, usual: Headers = {}) {
  const jar = { cookie: "", token: "" };
  const send = async (method: string, path: string, form?: Record<string, string>, headers: Headers = {}) => {
    const own = {
      ...ofOwnPage,
      ...(jar.cookie && { cookie: jar.cookie }),
      ...(jar.token && { "x-csrf-token": jar.token }),
    };
    const answer = await ask(port, path, { method, headers: { ...own, ...usual, ...headers }, ...(form && { form }) });
    const [set] = [answer.headers["set-cookie"] ?? []].flat();
    if (set !== undefined) jar.cookie = set.startsWith("__Host-countersign=;") ? "" : (set.split(";")[0] ?? "");
    return answer;
  };
  return {
    jar,
    send,
    get: (path: string, headers?: Headers) => send("GET", path, undefined, headers),
    async logIn(sid: string, secret: string): Promise<PageAnswer> {
      const answer = await send("POST", "/console/session", { Sid: sid, Secret: secret });
      jar.token = answer.body.csrf_token ?? "";
      return answer;
    },
    logOut: () => send("DELETE", "/console/session"),
  };
}
