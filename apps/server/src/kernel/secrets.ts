import type { Env } from "./setting.ts";
import { readText } from "./text-file.ts";

/**
 * Lets settings come from files, as platforms hand out secrets: `NAME_FILE` names the file that has the text of `NAME`.
 * @returns the environment with these texts, every problem without a path or a text, and the names that have a problem
 */
export function withFiles(env: Env, names: readonly string[]) {
  const texts: Record<string, string> = {};
  const problems = names.flatMap((name) => {
    const path = env[`${name}_FILE`];
    if (path === undefined) return [];
    if (env[name] !== undefined) return [{ name, problem: `${name} and ${name}_FILE are both set.` }];
    const file = readText(path);
    if ("why" in file) return [{ name, problem: `${name}_FILE names no file that can be read: ${file.why}.` }];
    // Whoever writes a file by hand ends its line.
    texts[name] = file.text.replace(/\r?\n$/, "");
    return [];
  });
  return { env: { ...env, ...texts }, problems };
}

/** Whether it is what somebody types who has no secret: a word over and over, a row of the alphabet, a placeholder. */
export function isWorthless(secret: string): boolean {
  return (
    new Set(secret).size < 8 ||
    Array.from({ length: 15 }, (_, index) => index + 1).some((period) => isRepeated(secret, period)) ||
    longestRow(secret) > 12 ||
    /passwor[dt]|change.?me|qwert|your.?secret/i.test(secret)
  );
}

function isRepeated(text: string, period: number): boolean {
  return text.slice(period) === text.slice(0, -period);
}

/** How many characters in a row go up or down by one. */
function longestRow(text: string): number {
  const codes = Array.from(text, (letter) => letter.charCodeAt(0));
  let [longest, row, step] = [1, 1, 0];
  for (const [index, code] of codes.entries()) {
    const next = code - (codes[index - 1] ?? code);
    row = Math.abs(next) === 1 && next === step ? row + 1 : Math.abs(next) === 1 ? 2 : 1;
    step = next;
    longest = Math.max(longest, row);
  }
  return longest;
}
