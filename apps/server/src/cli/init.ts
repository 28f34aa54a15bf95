import { lstatSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
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
    .option("--dir <folder>", "the folder of the project that it goes into; none outside it")
    .addOption(jsonOption())
    .addHelpText("after", "\nIt overwrites nothing, installs nothing, and says what to do next.")
    .action(({ runner, dir, json }: InitFlags) => {
      const root = process.cwd();
      const project = readProject(root, runner);
      const file = write(root, join(dir ?? project.folder, fileOf(project)), textFor(project.runner));
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

/**
 * Writes a new file.
 * @returns how it is called in the project
 * @throws CommandError for one that is there already, or would be elsewhere, where a link may lead to as well
 */
function write(root: string, given: string, text: string): string {
  const path = resolve(root, given);
  const file = relative(root, path);
  const folder = dirname(path);
  try {
    if (!isWithin(root, path) || !isWithin(realpathSync(root), realpathSync(existing(folder))))
      throw new CommandError(`${file} is not in the folder of this project. --dir names one that is.`);
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw error instanceof CommandError ? error : cannotBeWritten(file, error);
  }
  try {
    writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw cannotBeWritten(file, error);
    throw new CommandError(`${file} is there already, and is left as it is. --dir names another folder.`);
  }
  return file;
}

function cannotBeWritten(file: string, error: unknown): CommandError {
  return new CommandError(`${file} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way.split(sep)[0] !== "..";
}

/** The folder, or the nearest above it that is there; a link is, wherever it leads. */
function existing(folder: string): string {
  return lstatSync(folder, { throwIfNoEntry: false }) ? folder : existing(dirname(folder));
}
