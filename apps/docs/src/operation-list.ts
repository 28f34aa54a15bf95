import { operationsPath, relativeHref } from "./addresses.ts";
import type { ShownOperation } from "./guides.ts";
import { escapeHtml } from "./html.ts";

/** Operations with what they do, as links to where the document's word on each is shown. @param from the page of the list */
export function operationList(operations: ShownOperation[], from: string): string {
  const items = operations.map(({ operation, method, path, isPosted, guide }) => {
    const page = operationsPath(guide);
    const link = `${page === from ? "" : relativeHref(from, page)}#operation/${operation.operationId}`;
    const what = escapeHtml(operation.summary ?? operation.operationId);
    const where = isPosted ? "posted to you" : `<code>${method} ${escapeHtml(path)}</code>`;
    return `<li><a href="${link}">${what}</a> <span>${where}</span></li>\n`;
  });
  return items.length > 0 ? `<ul class="operations">\n${items.join("")}</ul>\n` : "";
}
