/**
 * Generators of TypeScript that read OpenAPI 3.1 and run on Node 20, each as its users run it. What of the document one
 * does not read is a fault of its own, and is gone around where it is named:
 * - orval: a constant with a quote in it ends too early (`orval.config.cjs`).
 * - Kubb: its own client sends JSON whatever the type, and takes an error for a success (`calls/kubb.ts`).
 * - openapi-zod-client: null is no value of an enumeration to it, as JSON Schema has it (`withoutNull`).
 */
export const commands: Record<string, string[]> = {
  orval: ["orval", "--config", "orval.config.cjs"],
  "hey-api": ["openapi-ts", "-i", "./generated/openapi.json", "-o", "generated/hey-api", "-c", "@hey-api/client-fetch"],
  kubb: ["kubb", "generate", "--config", "kubb.config.mjs"],
  oazapfts: ["oazapfts", "generated/openapi.json", "generated/oazapfts.ts"],
  "swagger-typescript-api": [
    ...["swagger-typescript-api", "generate", "-p", "generated/openapi.json"],
    ...["-o", "generated", "-n", "swagger-typescript-api.ts"],
  ],
  "openapi-zod-client": ["openapi-zod-client", "generated/without-null.json", "-o", "generated/openapi-zod-client.ts"],
};

/** The document, in whose enumerations the type alone says that a value may be null. */
export function withoutNull(document: string): string {
  const drop = (key: string, value: unknown) =>
    key === "enum" ? (value as unknown[]).filter((v) => v !== null) : value;
  return JSON.stringify(JSON.parse(document, drop));
}
