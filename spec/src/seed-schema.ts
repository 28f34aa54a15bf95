import { type OpenApiDocument, operationOf, type RequestBody, resolve, type Schema } from "@countersign/document";

type JsonSchema = Record<string, unknown>;

/**
 * The JSON Schema of a seed file. What a thing of it may have is what the operation that makes such things takes, so that
 * a new setting is in the file by itself.
 * @param templates the schema of the file of templates, which a seed file may hold
 */
export function seedSchema(document: OpenApiDocument, templates: { properties: object; $defs: object }): JsonSchema {
  const madeBy = (operationId: string, more: JsonSchema = {}) => made(document, operationId, more);
  const { templates: ofTemplates } = templates.properties as { templates: JsonSchema };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "https://countersign.github.io/countersign/seed.schema.json",
    title: "What a server begins with",
    description: "A seed file, as JSON or YAML.",
    ...object({
      $schema: { type: "string" },
      services: listOf("service"),
      safe_list: listOf("safe_number"),
      keys: listOf("key"),
      templates: { ...ofTemplates, type: ["array", "string"], description: "Templates, or the path of their file." },
      accounts: listOf("account"),
    }),
    $defs: {
      service: madeBy("createService", {
        Sid: sid("VA"),
        rate_limits: listOf("rate_limit"),
        messaging_configurations: listOf("messaging_configuration"),
        webhooks: listOf("webhook"),
        application: { $ref: "#/$defs/application" },
      }),
      rate_limit: madeBy("createRateLimit", { Sid: sid("RK"), buckets: listOf("bucket") }),
      bucket: madeBy("createBucket", { Sid: sid("BL") }),
      messaging_configuration: madeBy("createMessagingConfiguration"),
      webhook: madeBy("createWebhook", { Sid: sid("YW") }),
      safe_number: madeBy("createSafeNumber"),
      application: {
        description: "That clients of v1 may call the service, with keys that are new where none are named.",
        ...object({
          suspended: { description: "Whether it is kept from sending.", type: "boolean" },
          ...Object.fromEntries(keys.map((name) => [name, { $ref: "#/$defs/secret" }])),
        }),
      },
      account: {
        description: "An account besides, with what is its own.",
        ...object(
          {
            Sid: { ...sid("AC"), description: "Its SID." },
            FriendlyName: { description: "What people call it.", type: "string", minLength: 1, maxLength: 64 },
            AuthToken: { description: "The token of a new account.", $ref: "#/$defs/secret" },
            services: listOf("service"),
            safe_list: listOf("safe_number"),
            keys: listOf("key"),
          },
          ["Sid", "FriendlyName"],
        ),
      },
      key: {
        ...madeBy("createKey", {
          Sid: sid("SK"),
          Secret: { description: "The secret of a new key.", $ref: "#/$defs/secret" },
        }),
        // A SID may have to follow from it.
        required: ["FriendlyName"],
      },
      secret: {
        description: "A secret, by the name of the environment variable that has it.",
        ...object({ env: { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$" } }, ["env"]),
      },
      ...templates.$defs,
    },
  };
}

const keys = ["api_key", "app_api_key", "access_key", "api_signing_key"];

function sid(prefix: string): JsonSchema {
  return {
    description: "Its SID; by default one that follows from its name.",
    type: "string",
    pattern: `^${prefix}[0-9a-fA-F]{32}$`,
  };
}

function object(properties: JsonSchema, required: readonly string[] = []): JsonSchema {
  return { type: "object", additionalProperties: false, ...(required.length > 0 && { required }), properties };
}

function listOf(what: string): JsonSchema {
  return { type: "array", maxItems: 10_000, items: { $ref: `#/$defs/${what}` } };
}

/** What the body of an operation may have, and more. */
function made(document: OpenApiDocument, operationId: string, more: JsonSchema): JsonSchema {
  const { operation } = operationOf(document, operationId);
  const { content } = resolve<RequestBody>(document, operation.requestBody ?? { content: {} });
  const [form] = Object.values(content);
  const { description, properties = {}, required = [] } = resolve<Schema>(document, form?.schema ?? {});
  const own = Object.entries(properties).map(([name, property]) => [name, written(document, property)]);
  return { description, ...object({ ...Object.fromEntries(own), ...more }, required) };
}

/** A parameter as an editor knows it; an empty text unsets some. */
function written(document: OpenApiDocument, given: Schema): JsonSchema {
  const { format, ...property } = resolve<Schema & { format?: unknown }>(document, given);
  const plain = Object.entries(property).filter(([name, value]) => !name.startsWith("x-") && value !== undefined);
  const schema: JsonSchema = Object.fromEntries(plain);
  if (property.items) schema.items = written(document, property.items);
  if (property["x-empty"] !== "unsets" || property.pattern === undefined) return schema;
  const { minLength, maxLength, ...others } = schema;
  return { ...others, pattern: `^$|${property.pattern}` };
}
