import { readFileSync } from "node:fs";
import { snippetsIn } from "../snippets.ts";

/** What a reader does who follows a section of a guide to the letter. */
export type Step =
  | { does: "run" | "serve"; command: string }
  | { does: "write"; file: string; text: string }
  | { does: "visit"; url: string; number: string; code: string };

/** The steps of "From nothing to a tested login form". */
export function readSteps(): Step[] {
  const guide = readFileSync(new URL("../../spec/guides/login-form.md", import.meta.url), "utf8");
  return stepsOf(guide, "From nothing to a tested login form");
}

/**
 * Reads a section as a reader does: each line of a shell block is a command, and one that a terminal is kept for goes on
 * running; every other block is the file that its first line names. @throws Error for a block that names none
 */
function stepsOf(guide: string, heading: string): Step[] {
  const section = sectionOf(guide, heading);
  const steps: Step[] = [];
  let after = 0;
  for (const { language, code } of snippetsIn(section, heading)) {
    const at = section.indexOf(code, after);
    steps.push(...saidIn(guide, section.slice(after, at)));
    if (language === "sh") {
      const does = /\bterminal\b/.test(section.slice(after, at)) ? "serve" : "run";
      steps.push(
        ...code
          .trim()
          .split("\n")
          .map((command) => ({ does, command }) as const),
      );
    } else {
      const file = /^(?:\/\/|#) (\S+)\n/.exec(code)?.[1];
      if (!file) throw new Error(`A block of ${language} in "${heading}" does not name its file.`);
      steps.push({ does: "write", file, text: code });
    }
    after = at + code.length;
  }
  return [...steps, ...saidIn(guide, section.slice(after))];
}

/** What sentences tell to do: to take a program from another section, and to look at a page. */
function saidIn(guide: string, prose: string): Step[] {
  const steps: Step[] = [];
  const saved = /Save the program of \[([^\]]+)\]\([^)]*\) as `([^`]+)`, up to `([^`]+)`/.exec(prose);
  if (saved) {
    const [, heading = "", file = "", end = ""] = saved;
    const program =
      snippetsIn(sectionOf(guide, heading), heading).find(({ language }) => language === "ts")?.code ?? "";
    steps.push({ does: "write", file, text: program.slice(0, program.indexOf(`\n${end}`) + 1) });
  }
  const visited = /Open `([^`]+)`, type `([^`]+)`, and then `([^`]+)`/.exec(prose);
  if (visited) {
    const [, url = "", number = "", code = ""] = visited;
    steps.push({ does: "visit", url, number, code });
  }
  return steps;
}

function sectionOf(guide: string, heading: string): string {
  const [, section] = guide.split(`\n## ${heading}\n`);
  if (section === undefined) throw new Error(`The guide has no section "${heading}".`);
  return section.split("\n## ")[0] ?? "";
}
