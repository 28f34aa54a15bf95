import { createClient, type Result, unwrap } from "@countersign/client";
import { signal } from "@preact/signals";
import type { Answers, ConsoleSession } from "./contract.ts";

/** The account of the sandbox, which everybody knows. */
export const sandboxAccount = { accountSid: "AC00000000000000000000000000000001", authToken: "sandbox" };
export const sandboxServiceSid = "VA00000000000000000000000000000001";

/** Who looks, and at what: undefined until it is known, null when nobody is logged in. */
export const session = signal<ConsoleSession | null | undefined>(undefined);

export const origin = globalThis.location?.origin ?? "http://127.0.0.1:4010";

/** The typed client, at the server that the page came from. In production the cookie stands for the credentials. */
export const client = createClient({ ...sandboxAccount, baseUrl: origin, fetch: send });

type Path<Method extends string> = keyof Answers extends infer Key
  ? Key extends `${Method} ${infer P}`
    ? P
    : never
  : never;
type Init = { params?: { path?: object; query?: object }; body?: object; signal?: AbortSignal };
type Call<Method extends string> = <P extends Path<Method>>(
  path: P,
  init?: Init,
) => Promise<Result<Answers[`${Method} ${P}` & keyof Answers], { code: number; message: string }>>;

/** The same client for the operations of the contract that the document does not have yet. */
export const unlisted = client as unknown as { GET: Call<"GET">; POST: Call<"POST">; DELETE: Call<"DELETE"> };

/** Asks who is logged in. A sandbox needs no login. */
export async function loadSession(): Promise<void> {
  const { data, response } = await unlisted.GET("/console/session");
  session.value = data ?? null;
  if (response.status === 404) session.value = sandboxSession;
}

/** @throws VerifyError when the server refuses. */
export async function logIn(body: { Sid: string; Secret: string }): Promise<void> {
  session.value = await unwrap(unlisted.POST("/console/session", { body }));
}

export async function logOut(): Promise<void> {
  await unwrap(unlisted.DELETE("/console/session"));
  session.value = null;
}

/** Whether who looks may change things here. */
export function mayWrite(): boolean {
  return session.value?.scopes.includes("console:write") ?? false;
}

export const isSandbox = (): boolean => session.value?.mode === "sandbox";

async function send(url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  const { mode, csrf_token } = session.value ?? {};
  if (mode !== "sandbox") headers.delete("Authorization");
  if (csrf_token) headers.set("X-CSRF-Token", csrf_token);
  const response = await fetch(url, { ...init, headers });
  if (response.status === 401 && mode === "production") session.value = null;
  return response;
}

/** Stands for the answer of a sandbox whose server has no sessions yet. */
export const sandboxSession: ConsoleSession = {
  mode: "sandbox",
  account_sid: sandboxAccount.accountSid,
  actor: sandboxAccount.accountSid,
  scopes: ["start", "check", "read", "manage", "console:read", "console:write"],
  csrf_token: null,
  version: "",
  docs_url: "/docs/",
  date_expires: null,
};
