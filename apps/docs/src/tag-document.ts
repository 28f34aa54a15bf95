import { type OpenApiDocument, type Operation, operationsOf } from "@countersign/document";
import type { Guide } from "./guides.ts";

/**
 * The document of one tag's operations alone, with the components that they need. It names no tag, so that the operations
 * stand at the top of the page, without the guide's text.
 * @param hrefOf what its links are from that page
 */
export function tagDocument(document: OpenApiDocument, { tag }: Guide, hrefOf: (href: string) => string): object {
  const paths = ofTag(document, document.paths, tag);
  const webhooks = ofTag(document, (document.webhooks ?? {}) as OpenApiDocument["paths"], tag);
  const { info, openapi, servers, security } = document as OpenApiDocument & { openapi: string };
  const own = { openapi, info: { title: info.title, version: info.version }, servers, security, paths, webhooks };
  const { securitySchemes } = document.components;
  const text = JSON.stringify({ ...own, components: { ...componentsOf(document, own), securitySchemes } });
  return JSON.parse(text.replace(/\]\((#[^)"\\]+)\)/g, (_, href) => `](${hrefOf(href)})`));
}

function ofTag(document: OpenApiDocument, paths: OpenApiDocument["paths"], tag = ""): OpenApiDocument["paths"] {
  const kept = Object.entries(paths).flatMap(([path, item]) => {
    const own = operationsOf({ ...document, paths: { [path]: item } });
    const others = new Set(
      own.filter(({ operation }) => !operation.tags?.includes(tag)).map(({ operation }) => operation),
    );
    if (others.size === own.length) return [];
    const members = Object.entries(item).filter(([, member]) => !others.has(member as Operation));
    const untagged = members.map(([name, member]) => [
      name,
      Array.isArray(member) ? member : { ...member, tags: undefined },
    ]);
    return [[path, Object.fromEntries(untagged)]];
  });
  return Object.fromEntries(kept);
}

/** What is referred to from there, at any depth. */
function componentsOf(document: OpenApiDocument, root: object): Record<string, Record<string, unknown>> {
  const all = document.components as Record<string, Record<string, unknown> | undefined>;
  const found: Record<string, Record<string, unknown>> = {};
  const follow = (part: unknown): void => {
    for (const [, kind = "", name = ""] of JSON.stringify(part).matchAll(/"#\/components\/(\w+)\/([^"/]+)"/g)) {
      const members = found[kind] ?? {};
      found[kind] = members;
      if (name in members) continue;
      members[name] = all[kind]?.[name];
      follow(members[name]);
    }
  };
  follow(root);
  return found;
}
