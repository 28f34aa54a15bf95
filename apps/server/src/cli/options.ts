import { InvalidArgumentError, Option } from "commander";
import { integer, type Kind, port } from "../kernel/setting.ts";

export function jsonOption(description = "print JSON"): Option {
  return new Option("--json", description);
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
