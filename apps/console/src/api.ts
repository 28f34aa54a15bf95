import { createClient, type ResponseOf, unwrap } from "@countersign/client";
import { signal } from "@preact/signals";

/** The account of the sandbox, which everybody knows. */
export const sandboxAccount = { accountSid: "AC00000000000000000000000000000001", authToken: "sandbox" };
export const sandboxServiceSid = "VA00000000000000000000000000000001";

export type Session = ResponseOf<"fetchConsoleSession">;

/** Who looks, and at what: undefined until it is known, null when nobody is logged in. */
export const session = signal<Session | null | undefined>(undefined);

export const origin = globalThis.location?.origin ?? "http://127.0.0.1:4010";

/** The typed client, at the server that the page came from. */
export const client = createClient({ ...sandboxAccount, baseUrl: origin, fetch: send });

/** Asks who is logged in. A sandbox needs no login. */
export async function loadSession(): Promise<void> {
  session.value = (await client.GET("/console/session")).data ?? null;
}

/** @throws VerifyError when the server refuses. */
export async function logIn(body: { Sid: string; Secret: string }): Promise<void> {
  session.value = await unwrap(client.POST("/console/session", { body }));
}

export async function logOut(): Promise<void> {
  await unwrap(client.DELETE("/console/session"));
  session.value = null;
}

/** Whether who looks may do what needs the scope. */
export const may = (scope: Session["scopes"][number]): boolean => session.value?.scopes.includes(scope) ?? false;

/** Whether who looks may change things here. */
export const mayWrite = (): boolean => may("console:write");

export const isSandbox = (): boolean => session.value?.mode === "sandbox";

async function send(url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  const { mode, csrf_token } = session.value ?? {};
  // The cookie says who it is; a sandbox asks its own page for nothing.
  headers.delete("Authorization");
  if (csrf_token) headers.set("X-CSRF-Token", csrf_token);
  const response = await fetch(url, { ...init, headers });
  if (response.status === 401 && mode === "production") session.value = null;
  return response;
}
