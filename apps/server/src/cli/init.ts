import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Command, Option } from "commander";
import { textFor } from "./init-text.ts";
import { jsonOption } from "./options.ts";
import { type Project, type Runner, readProject, runners } from "./project.ts";
import { CommandError, type Terminal } from "./terminal.ts";

interface InitFlags {
  runner?: Runner;
  dir?: string;
  json?: boolean;
}

/** `countersign init` */
export function initCommand(terminal: Terminal): Command {
  return new Command("init")
    .description("write a first test of a verification into the project of this folder")
    .addOption(
      new Option("--runner <name>", "for that test runner; by default for the one that package.json tells of").choices(
        runners,
      ),
    )
    .option("--dir <folder>", "the folder of the project that it goes into")
    .addOption(jsonOption())
    .addHelpText("after", "\nIt overwrites nothing, installs nothing, and says what to do next.")
    .action(({ runner, dir, json }: InitFlags) => {
      const root = process.cwd();
      const project = readProject(root, runner);
      const file = join(dir ?? project.folder, fileOf(project));
      write(root, file, textFor(project.runner));
      const { install, others } = project;
      const run = project.run(file);
      if (json) return terminal.print(JSON.stringify({ file, runner: project.runner, install, run }));
      terminal.print(`Wrote ${file}, a test for ${project.runner}.`);
      if (others.length > 0) terminal.note(`There is ${others.join(" and ")} as well, which --runner names.`);
      if (install !== undefined) terminal.print(`Install what it needs:  ${install}`);
      terminal.print(`Run it:  ${run}`);
    });
}

/** As runners look for them. What is no ES module by its package is one by its name, since our packages are. */
function fileOf({ runner, isModule, isTyped }: Project): string {
  const end = isTyped ? "ts" : "js";
  // Jest takes scripts alone for granted, and the text for it is one.
  if (runner === "jest") return "countersign.test.js";
  return `countersign.${runner === "playwright" ? "spec" : "test"}.${isModule ? end : `m${end}`}`;
}

function write(root: string, file: string, text: string): void {
  try {
    const path = resolve(root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST") throw new CommandError(`${file} cannot be written: ${code}`);
    throw new CommandError(`${file} is there already, and is left as it is. --dir names another folder.`);
  }
}
