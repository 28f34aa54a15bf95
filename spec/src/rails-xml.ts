/**
 * A JSON object as Rails' `Hash#to_xml` writes it, which is how the legacy API answers in XML: dasherised names, a `type`
 * on what is no string, `nil` on null. Errors have the root `<errors>`, all else `<hash>`.
 */
export function railsXml(body: Record<string, unknown>): string {
  const root = "error_code" in body ? "errors" : "hash";
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, body, 0)}\n`;
}

function element(name: string, value: unknown, depth: number): string {
  const indent = "  ".repeat(depth);
  const tag = name.replaceAll("_", "-");
  if (value === null) return `${indent}<${tag} nil="true"/>`;
  if (Array.isArray(value)) {
    const items = value.map((item) => element(singular(name), item, depth + 1));
    return container(indent, `${tag} type="array"`, tag, items);
  }
  if (typeof value === "object") {
    const children = Object.entries(value).map(([key, child]) => element(key, child, depth + 1));
    return container(indent, tag, tag, children);
  }
  const type = typeof value === "boolean" ? ' type="boolean"' : typeof value === "number" ? ' type="integer"' : "";
  return `${indent}<${tag}${type}>${escapeXml(String(value))}</${tag}>`;
}

function container(indent: string, open: string, close: string, children: string[]): string {
  if (children.length === 0) return `${indent}<${open}/>`;
  return `${indent}<${open}>\n${children.join("\n")}\n${indent}</${close}>`;
}

function singular(name: string): string {
  return name.replace(/s$/, "");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
