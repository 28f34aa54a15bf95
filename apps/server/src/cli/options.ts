import { InvalidArgumentError, Option } from "commander";
import { sandboxAccount, sandboxServiceSid } from "../sandbox/account.ts";

/** Where a command calls, and as whom. */
export interface CallerOptions {
  server: string;
  account: string;
  token: string;
  json?: boolean;
}

/** The sandbox on this machine, unless they say otherwise. */
export function callerOptions(): Option[] {
  return [
    new Option("--server <url>", "where it answers")
      .env("COUNTERSIGN_SERVER")
      .default("http://127.0.0.1:4010")
      .argParser(urlOf),
    new Option("--account <sid>", "as whom").env("COUNTERSIGN_ACCOUNT").default(sandboxAccount.accountSid),
    new Option("--token <token>", "the account's auth token; better in the environment, which others don't see")
      .env("COUNTERSIGN_TOKEN")
      .default(sandboxAccount.authToken),
    jsonOption(),
  ];
}

export function jsonOption(): Option {
  return new Option("--json", "print JSON");
}

export function serviceOption(): Option {
  return new Option("--service <sid>", "the Service").env("COUNTERSIGN_SERVICE").default(sandboxServiceSid);
}

export function portOption(): Option {
  return new Option("--port <number>", "where it listens; 0 for any that is free")
    .env("PORT")
    .default(4010)
    .argParser(portOf);
}

/** @throws InvalidArgumentError */
export function countOf(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text) || Number(text) > 1000)
    throw new InvalidArgumentError("It is a number from 1 to 1000.");
  return Number(text);
}

function portOf(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError("It is a number from 0 to 65535.");
  return Number(text);
}

/** Without a slash at the end. */
function urlOf(text: string): string {
  const isAddress = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && !/[?#]/.test(text);
  if (!isAddress) throw new InvalidArgumentError("It is an address as http://127.0.0.1:4010.");
  return text.replace(/\/+$/, "");
}
