/**
 * A v1 body as Rails' `Hash#to_xml` writes it: dasherised names, a `type` on what is no string, `nil` on null. Errors have
 * the root `<errors>`, all else `<hash>`.
 */
export function v1Xml(body: object): string {
  const root = "error_code" in body ? "errors" : "hash";
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, body, "")}`;
}

function element(name: string, value: unknown, indent: string): string {
  const tag = name.replaceAll("_", "-");
  if (value === null) return `${indent}<${tag} nil="true"/>\n`;
  if (typeof value !== "object") return `${indent}<${tag}${typeOf(value)}>${escapeXml(String(value))}</${tag}>\n`;
  const isList = Array.isArray(value);
  const children: [string, unknown][] = isList ? value.map((item) => [singular(name), item]) : Object.entries(value);
  const open = `${tag}${isList ? ' type="array"' : ""}`;
  if (children.length === 0) return `${indent}<${open}/>\n`;
  const inner = children.map(([key, child]) => element(key, child, `${indent}  `)).join("");
  return `${indent}<${open}>\n${inner}${indent}</${tag}>\n`;
}

function typeOf(value: unknown): string {
  if (typeof value === "boolean") return ' type="boolean"';
  return typeof value === "number" ? ' type="integer"' : "";
}

function singular(name: string): string {
  return name.replace(/s$/, "");
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** What XML 1.0 has no way to write is left out. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
