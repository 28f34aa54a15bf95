import { errorsIn, examplesOf, type OpenApiDocument, type Response, resolve } from "@countersign/document";
import type { CatalogueEntry } from "@countersign/types";
import { type ErrorName, errorPath, guidePath, relativeHref } from "./addresses.ts";
import type { GuideGroup, ShownOperation } from "./guides.ts";
import { anchoredHeading, escapeHtml } from "./html.ts";
import { codeBlock, renderInline, type Surroundings } from "./markdown.ts";
import { operationList } from "./operation-list.ts";
import type { Page } from "./page.ts";

/** What the pages of errors are made from. */
interface ErrorSource {
  document: OpenApiDocument;
  errors: CatalogueEntry[];
  groups: GuideGroup[];
  around(path: string): Surroundings;
}

/**
 * A page for each error, and their list: `errors/60203` for v2, `errors/v1/60022` for v1 and, where v2 has no error of the
 * number, `errors/60022` too.
 */
export function errorPages(source: ErrorSource): Page[] {
  const { errors, around } = source;
  const answers = answersOf(source);
  const pages = errors.flatMap((error) => {
    const path = errorPath(error);
    const page = (at: string) => errorPage(error, at, around(at), answers.get(nameOf(error)) ?? { operations: [] });
    const plain = errorPath({ api: "v2", code: error.code });
    const isFree = error.api === "v1" && !errors.some(({ api, code }) => api === "v2" && code === error.code);
    return [page(path), ...(isFree ? [{ ...page(plain), copyOf: path }] : [])];
  });
  return [errorList(errors), ...pages];
}

/** The operations that answer an error, and the first example of its body. */
interface Answers {
  operations: ShownOperation[];
  example?: unknown;
}

const nameOf = ({ api, code }: ErrorName) => `${api} ${code}`;

function answersOf({ document, groups }: ErrorSource): Map<string, Answers> {
  const answers = new Map<string, Answers>();
  const entry = (name: string) => {
    const found = answers.get(name) ?? { operations: [] };
    answers.set(name, found);
    return found;
  };
  for (const shown of groups.flatMap(({ guides }) => guides.flatMap(({ operations }) => operations))) {
    const { responses } = shown.operation;
    const names = new Set(errorsIn(document, responses).map(nameOf));
    for (const error of names) entry(error).operations.push(shown);
    for (const [error, example] of errorExamples(document, Object.values(responses))) entry(error).example ??= example;
  }
  return answers;
}

/** The bodies of errors among the examples of responses, by the names of the errors. */
function errorExamples(document: OpenApiDocument, responses: ShownOperation["operation"]["responses"][string][]) {
  const media = responses.flatMap((response) => {
    const json = resolve<Response>(document, response).content?.["application/json"];
    return json ? examplesOf(document, json) : [];
  });
  return media.flatMap(([, value]): [string, unknown][] => {
    const { code, error_code } = value as { code?: number; error_code?: string };
    if (error_code !== undefined) return [[nameOf({ api: "v1", code: Number(error_code) }), value]];
    return code !== undefined ? [[nameOf({ api: "v2", code }), value]] : [];
  });
}

function errorPage(error: CatalogueEntry, path: string, around: Surroundings, answers: Answers): Page {
  const { api, code, status, message, cause, remedy, retryable, category } = error;
  const retry = retryable ? "may be tried again later" : "do not retry unchanged";
  const href = (to: string) => relativeHref(path, to);
  const sections: [id: string, heading: string, html: string][] = [
    ["cause", "Cause", `<p>${renderInline(cause, around)}</p>`],
    ["what-to-do", "What to do", `<p>${renderInline(remedy, around)}</p>`],
    ["body", "The body", codeBlock(JSON.stringify(answers.example, null, 2), "json")],
    ["operations", "Which operations answer it", operationList(answers.operations, path)],
  ];
  return {
    path,
    title: `${code} ${message.replaceAll("`", "")}`,
    kind: "error",
    description: cause.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", ""),
    body: [
      `<p class="above"><a href="${href("errors/index.html")}">Errors of API ${api}</a></p>`,
      `<h1><span class="number">${code}</span> ${renderInline(message, around)}</h1>`,
      `<p>HTTP <strong>${status}</strong> · ${retry}${category ? ` · ${escapeHtml(category)}` : ""}</p>`,
      ...sections.map(([id, heading, html]) => `${anchoredHeading(id, heading)}\n${html}`),
      `<p>The guide <a href="${href(guidePath("errors"))}">Errors</a> tells how a program decides on them.</p>`,
    ].join("\n"),
  };
}

function errorList(errors: CatalogueEntry[]): Page {
  const path = "errors/index.html";
  const tables = [
    { api: "v2", id: "v2", heading: "API v2" },
    { api: "v1", id: "v1", heading: "API v1 (legacy)" },
  ].map(({ api, id, heading }) => {
    const rows = errors
      .filter((error) => error.api === api)
      .map((error) => {
        const link = `<a href="${relativeHref(path, errorPath(error))}">${error.code}</a>`;
        return `<tr><td>${link}</td><td>${error.status}</td><td>${escapeHtml(error.message)}</td></tr>\n`;
      });
    const head = "<thead><tr><th>Code</th><th>Status</th><th>Message</th></tr></thead>";
    const table = `<table>${head}<tbody>\n${rows.join("")}</tbody></table>`;
    return `${anchoredHeading(id, heading)}\n<div class="wide" tabindex="0">${table}</div>`;
  });
  const guide = relativeHref(path, guidePath("errors"));
  return {
    path,
    title: "Errors",
    kind: "error",
    description: "Every error of both APIs, with its cause and what to do.",
    body: `<h1>Errors</h1>\n<p>The guide <a href="${guide}">Errors</a> tells how a program decides on them.</p>\n${tables.join("\n")}`,
  };
}
