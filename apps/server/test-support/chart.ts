import { readdirSync, readFileSync } from "node:fs";
import { parse, parseAllDocuments, stringify } from "yaml";
import { createTemplates, type Functions, isTrue } from "./templates.ts";

type Values = Record<string, unknown>;

/** A resource of Kubernetes, as the chart makes it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels: Record<string, string>; annotations?: Record<string, string> };
  // biome-ignore lint/suspicious/noExplicitAny: what is in it is for the schema of its kind to say.
  spec?: any;
  data?: Record<string, string>;
}

/** The chart in a folder, rendered as Helm renders it. @throws Error where a template asks for what is not there */
export function openChart(folder: URL) {
  const read = (name: string) => readFileSync(new URL(name, folder), "utf8");
  const { name: Name, version: Version, appVersion: AppVersion } = parse(read("Chart.yaml"));
  const templates = createTemplates({ ...functions, fileOf: (name) => read(String(name)) });
  const names = readdirSync(new URL("templates/", folder)).sort();
  // Helm reads all of them before it renders one.
  const rendering = names.map((name) => [name, templates.read(read(`templates/${name}`))] as const);
  const values = parse(read("values.yaml")) as Values;
  return {
    values,
    schema: JSON.parse(read("values.schema.json")),
    /** The values as the templates get them: those given over those of the chart. */
    merged: (given: Values) => merge(values, given),
    render(given: Values, release = "verify"): { manifests: Manifest[]; notes: string } {
      const dot = {
        Values: merge(values, given),
        Chart: { Name, Version, AppVersion },
        Release: { Name: release, Namespace: "default", Service: "Helm" },
      };
      const texts = rendering.map(([name, render]) => [name, render(dot)] as const);
      const manifests = texts
        .filter(([name]) => name.endsWith(".yaml"))
        .flatMap(([, text]) => parseAllDocuments(text).map((document) => document.toJS({ maxAliasCount: 0 })))
        .filter((manifest) => manifest !== null);
      return { manifests, notes: texts.find(([name]) => name === "NOTES.txt")?.[1] ?? "" };
    },
  };
}

function merge(base: unknown, over: unknown): Values {
  const isMap = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMap(base) || !isMap(over)) return over as Values;
  const [below, above] = [base as Values, over as Values];
  const names = new Set([...Object.keys(below), ...Object.keys(above)]);
  return Object.fromEntries(
    [...names].map((name) => [name, name in above ? merge(below[name], above[name]) : below[name]]),
  );
}

const indented = (count: unknown, text: unknown) => String(text).replaceAll(/^/gm, " ".repeat(Number(count)));

/** Of Go, Sprig and Helm, those that the chart calls. */
const functions: Functions = {
  add: (...numbers) => numbers.reduce<number>((sum, number) => sum + Number(number), 0),
  and: (...values) => values.find((value) => !isTrue(value)) ?? values.at(-1),
  default: (fallback, value) => (isTrue(value) ? value : fallback),
  dict: (...given) =>
    Object.fromEntries(given.flatMap((name, index) => (index % 2 === 0 ? [[String(name), given[index + 1]]] : []))),
  fail(message) {
    throw new Error(String(message));
  },
  gt: (one, other) => Number(one) > Number(other),
  hasKey: (map, name) => Object.hasOwn(map as Values, String(name)),
  int: Number,
  list: (...values) => values,
  nindent: (count, text) => `\n${indented(count, text)}`,
  not: (value) => !isTrue(value),
  printf: (format, ...values) => String(format).replaceAll("%s", () => String(values.shift())),
  quote: (value) => JSON.stringify(String(value)),
  regexReplaceAll: (pattern, text, replacement) =>
    String(text).replaceAll(new RegExp(String(pattern), "g"), String(replacement).replaceAll(/\$\{0\}/g, "$$&")),
  replace: (old, by, text) => String(text).replaceAll(String(old), String(by)),
  required(message, value) {
    if (value === undefined || value === null || value === "") throw new Error(String(message));
    return value;
  },
  toYaml: (value) => stringify(value, { lineWidth: 0 }).trimEnd(),
  trimSuffix: (suffix, text) =>
    String(text).endsWith(String(suffix)) ? String(text).slice(0, -String(suffix).length) : text,
  trunc: (length, text) => String(text).slice(0, Number(length)),
};
