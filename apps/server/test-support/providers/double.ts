import type { ServerResponse } from "node:http";
import { expect } from "vitest";
import type { GatewayChannel } from "../../src/delivery/providers/gateway/recipe.ts";
import type { Posted } from "../gateway-server.ts";

/** An answer of a provider. */
export interface Said {
  status: number;
  /** JSON, or a text as it is. */
  body: object | string;
  headers?: Record<string, string>;
}

/** A receipt in the provider's own form. */
export interface Receipt {
  method?: "GET";
  /** Beside the address, for a receipt that is a query. */
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
}

/** One provider's API on this machine: what it checks, and what it says. */
export interface Double {
  preset: string;
  channel: GatewayChannel;
  /** The host that the guide names. */
  host: string;
  /** What stands before the host, with `@`; and the query. */
  user?: string;
  query: string;
  /** The same with credentials that it refuses. */
  wrong: { user?: string; query?: string };
  /** The requests that it takes, and under which header. */
  path: string;
  probe: string;
  authorization: string;
  type: "form" | "json";
  /** What of a body must be there, to the letter; the others are told by `unread`. */
  fields: object;
  /** Where a message goes, in the provider's way of writing, and what it says. */
  read: (fields: never) => { to: string; text: string; receiptUrl: string };
  numbers: RegExp;
  taken: Said;
  /** Its answer for a recipient that it takes no message for, for who asks too often, and for wrong credentials. */
  refused: Said;
  limited: Said;
  denied: Said;
  receipt: (outcome: "delivered" | "failed" | "under way", url: string) => Receipt;
  /** What the Attempts log says then. */
  errors: { refused: string; limited: string; denied: string; failed: string };
  failedAs: "undelivered" | "failed";
}

/** A recipient that no provider reaches. */
export const unreachable = "+14155550000";

/** Answers as the provider does. Whatever is wrong with a request beside its credentials fails the test. */
export function answerAs(double: Double, isBusy: () => boolean) {
  return (posted: Posted, response: ServerResponse): void => {
    const say = ({ status, body, headers = {} }: Said) => {
      const isText = typeof body === "string";
      response.writeHead(status, { "content-type": isText ? "text/plain" : "application/json", ...headers });
      response.end(isText ? body : JSON.stringify(body));
    };
    try {
      say(answerOf(double, posted, isBusy()));
    } catch (error) {
      faults.push(error);
      say({ status: 500, body: "" });
    }
  };
}

function answerOf(double: Double, { method, path, headers, text }: Posted, isBusy: boolean): Said {
  expect(headers["user-agent"]).toBe("Countersign");
  if (headers.authorization !== double.authorization) return double.denied;
  expect([method, path]).toEqual(method === "GET" ? ["GET", double.probe] : ["POST", double.path]);
  if (method === "GET") return { status: 200, body: {} };
  if (isBusy) return double.limited;
  const fields = fieldsOf(double, headers["content-type"], text);
  expect(fields).toEqual(double.fields);
  const { to } = double.read(fields as never);
  expect(to).toMatch(double.numbers);
  return `+${to.replace("+", "")}` === unreachable ? double.refused : double.taken;
}

/** What was wrong with requests. */
export const faults: unknown[] = [];

export function fieldsOf({ type }: Double, contentType: string | undefined, text: string): unknown {
  expect(contentType).toBe(type === "json" ? "application/json" : "application/x-www-form-urlencoded");
  return type === "json" ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
}

export const basicOf = (user: string) => `Basic ${Buffer.from(user).toString("base64")}`;
export const formReceipt = (fields: Record<string, string>): Receipt => ({
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams(fields).toString(),
});
export const jsonReceipt = (value: object): Receipt => ({
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});
export const anyText = expect.any(String) as string;
