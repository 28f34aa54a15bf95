import type { Call, Field } from "./calls.ts";
import { baseOf } from "./faults.ts";

/** A call as it is sent. */
export interface Asked {
  /** Where the paths of the document begin. */
  base: string;
  path: string;
  url: string;
  init: RequestInit & { method: string };
}

/** What a form says, and nothing else: what it shows is what is sent. */
export function requestOf(call: Call, typed: FormData): Asked {
  const text = (name: string) => String(typed.get(name) ?? "");
  const entries = (place: Field["in"]) =>
    call.fields
      .filter((field) => field.in === place)
      .flatMap(({ name, isList }) => {
        const value = text(`${place}.${name}`);
        const values = isList ? value.split(/\r?\n/) : [value];
        return values.filter((value) => value !== "").map((value): [string, string] => [name, value]);
      });
  const values = Object.fromEntries(entries("path"));
  const path = call.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? ""));
  const query = new URLSearchParams(entries("query")).toString();
  const headers = new Headers();
  const credentials = `${text("server.user")}:${text("server.password")}`;
  if (call.access === "basic") headers.set("Authorization", `Basic ${base64(credentials)}`);
  if (call.access === "key") headers.set("X-Authy-API-Key", text("server.key"));
  const init: Asked["init"] = {
    ...{ method: call.method, headers, credentials: "omit", cache: "no-store" },
    // Nothing that was typed goes on to an address that nobody typed.
    redirect: "manual",
  };
  if (call.json !== undefined) {
    headers.set("Content-Type", "application/json");
    init.body = text("json");
  } else if (call.method !== "GET") init.body = new URLSearchParams(entries("form"));
  const base = baseOf(text("server.address"));
  return { base, path, url: `${base}${path}${query && `?${query}`}`, init };
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
