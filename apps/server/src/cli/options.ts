import { InvalidArgumentError, Option } from "commander";
import { integer, type Kind, port } from "../kernel/setting.ts";
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

export function jsonOption(description = "print JSON"): Option {
  return new Option("--json", description);
}

export function serviceOption(): Option {
  return new Option("--service <sid>", "the Service").env("COUNTERSIGN_SERVICE").default(sandboxServiceSid);
}

export function portOption(): Option {
  return new Option("--port <number>", "where it listens; 0 for any that is free")
    .env("PORT")
    .default(4010)
    .argParser(wordOf(port, "It is a number from 0 to 65535."));
}

export const countOf = wordOf(integer(1, 1000), "It is a number from 1 to 1000.");

/** Reads a word of a command as a setting is read. @param must told of a word that is wrong */
export function wordOf<T>({ read }: Kind<T>, must: string): (word: string) => T {
  return (word) => {
    const value = read(word);
    if (value === undefined) throw new InvalidArgumentError(must);
    return value;
  };
}

/** Without a slash at the end. */
function urlOf(text: string): string {
  const isAddress = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && !/[?#]/.test(text);
  if (!isAddress) throw new InvalidArgumentError("It is an address as http://127.0.0.1:4010.");
  return text.replace(/\/+$/, "");
}
