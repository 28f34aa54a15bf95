import type { OpenApiDocument } from "@countersign/document";

/** Says in the description of each property what its `x-pii` states, since Redoc would show the extension as raw JSON. */
export function describePersonalData(document: OpenApiDocument): void {
  visit(document.components);
  visit(document.paths);
}

function visit(node: unknown): void {
  if (typeof node !== "object" || node === null) return;
  const { "x-pii": pii, description } = node as {
    "x-pii"?: { isPii: boolean; retentionDays?: number };
    description?: unknown;
  };
  if (pii?.isPii && typeof description === "string") {
    const kept = pii.retentionDays ? `, kept for ${pii.retentionDays} days` : "";
    Object.assign(node, { description: `${description.trimEnd()}\n\n*Personal data${kept}.*` });
  }
  for (const child of Object.values(node)) visit(child);
}
