import type { Media, OpenApiDocument } from "@countersign/document";
import { describe, expect, test } from "vitest";
import { derive } from "./derive.ts";

const guides = new URL("../guides/", import.meta.url);

describe("error examples", () => {
  test("an answer with several errors gets one example a code, after which come those written by hand", () => {
    const { document } = derive(fixture(), guides);
    expect(Object.keys(examplesOf(document, "400"))).toEqual(["error60200", "error60206", "byHand"]);
  });

  test("a text with placeholders names the operation's own parameter and path", () => {
    const { document } = derive(fixture(), guides);
    expect(examplesOf(document, "400").error60200?.value).toMatchObject({ message: "Invalid parameter: To" });
    expect(examplesOf(document, "404").error20404?.value).toEqual({
      code: 20404,
      message: "The requested resource /Things/TH1 was not found",
      more_info: "https://countersign.github.io/countersign/errors/20404",
      status: 404,
      details: { reason: "unknown" },
    });
  });

  test("a refusal with reasons gets one example a reason", () => {
    const { document } = derive(fixture(), guides);
    const examples = examplesOf(document, "404");
    expect(Object.keys(examples)).toEqual(["error20404", "maxAttemptsReached"]);
    expect(examples.maxAttemptsReached?.value).toMatchObject({ details: { reason: "max_attempts_reached" } });
  });

  test("two operations that share an answer do not share its text", () => {
    const shared = fixture();
    shared.paths["/v2/Others/{Sid}"] = structuredClone(shared.paths["/v2/Things/{Sid}"] ?? {});
    const { document } = derive(shared, guides);
    const other = document.paths["/v2/Others/{Sid}"]?.post?.responses["404"] as Answer;
    expect(other.content["application/json"].examples.error20404?.value).toMatchObject({
      message: "The requested resource /Others/TH1 was not found",
    });
  });
});

test("the catalogue lists every error schema once, with status, cause and remedy", () => {
  const { catalogue } = derive(fixture(), guides);
  expect(catalogue.map(({ api, code, status }) => [api, code, status])).toEqual([
    ["v2", 20404, 404],
    ["v2", 60200, 400],
    ["v2", 60206, 400],
    ["v1", 60022, 401],
  ]);
  expect(catalogue.at(-1)).toEqual({
    api: "v1",
    code: 60022,
    status: 401,
    message: "Verification code is incorrect",
    cause: "The code differs.",
    remedy: "Ask again.",
    retryable: false,
    category: "Phone Verification",
  });
});

test("every answer of an operation has the headers of its failure, if the request's id is among them, shared answers too", () => {
  const bundled = fixture();
  const id = { $ref: "#/components/headers/TwilioRequestId" };
  const thing = bundled.paths["/v2/Things/{Sid}"]?.post;
  if (thing) thing.responses["500"] = { headers: { "Twilio-Request-Id": id } };
  if (thing) thing.responses["429"] = { headers: { "Retry-After": { schema: {} } } };
  const { responses } = derive(bundled, guides).document.paths["/v2/Things/{Sid}"]?.post ?? {};
  const headers = Object.entries(responses ?? {}).map(([status, response]) => [status, (response as Answer).headers]);
  expect(Object.fromEntries(headers)).toEqual({
    ...Object.fromEntries(["400", "404", "500"].map((status) => [status, { "Twilio-Request-Id": id }])),
    "429": { "Retry-After": { schema: {} }, "Twilio-Request-Id": id },
  });
  const without = derive(fixture(), guides).document.paths["/v2/Things/{Sid}"]?.post?.responses["400"];
  expect(without).not.toHaveProperty("headers");
});

test("bodies that share settings hold them, an update without their defaults, and the shared schema goes", () => {
  const bundled = fixture();
  const post = bundled.paths["/v2/Things/{Sid}"]?.post;
  const sharing = (title: string, required: string[]) => ({
    title,
    required,
    allOf: [{ $ref: "#/components/schemas/ThingSettings" }],
  });
  if (post) post.requestBody = { content: { form: { schema: { $ref: "#/components/schemas/CreateThingRequest" } } } };
  bundled.paths["/v2/Others"] = {
    post: {
      operationId: "updateThing",
      requestBody: { content: { form: { schema: { $ref: "#/components/schemas/UpdateThingRequest" } } } },
      responses: {},
    },
  };
  Object.assign(bundled.components.schemas, {
    ThingSettings: { properties: { Name: { description: "…" }, Size: { default: 6 } } },
    CreateThingRequest: sharing("CreateThingRequest", ["Name"]),
    UpdateThingRequest: sharing("UpdateThingRequest", []),
  });
  const { schemas } = derive(bundled, guides).document.components;
  expect(schemas).not.toHaveProperty("ThingSettings");
  expect(schemas.CreateThingRequest).toEqual({
    title: "CreateThingRequest",
    required: ["Name"],
    properties: { Name: { description: "…" }, Size: { default: 6 } },
  });
  expect(schemas.UpdateThingRequest?.properties).toEqual({ Name: { description: "…" }, Size: {} });
});

test("a guide's marker becomes an overview and one section a code", () => {
  const { document } = derive(fixture(), guides);
  expect(document.tags?.[0]?.description).toContain("| 60206 | 400 |");
  expect(document.tags?.[0]?.description).toContain("## 60206 'Amount' & 'Payee' params are required");
  expect(document.tags?.[0]?.description).not.toContain("60022");
});

test("deriving changes nothing in the document that it is given", () => {
  const bundled = fixture();
  derive(bundled, guides);
  expect(bundled).toEqual(fixture());
});

interface Answer {
  headers?: object;
  content: Record<"application/json", { examples: Record<string, { value: unknown }> }>;
}

function examplesOf(document: OpenApiDocument, status: string) {
  const answer = document.paths["/v2/Things/{Sid}"]?.post?.responses[status] as Answer;
  return answer.content["application/json"].examples;
}

function fixture(): OpenApiDocument {
  const error = (code: number, status: number, title: string) => ({
    title,
    description: "Why.",
    "x-remedy": "What to do.",
    "x-retryable": false,
    properties: { code: { const: code }, status: { const: status }, message: { const: title } },
  });
  const json = (media: Media) => ({ description: "…", content: { "application/json": media } });
  return {
    info: { title: "Things", version: "1" },
    servers: [],
    tags: [{ name: "Errors", description: "<!-- errors v2 -->" }],
    paths: {
      "/v2/Things/{Sid}": {
        parameters: [{ name: "Sid", in: "path", schema: {}, example: "TH1" }],
        post: {
          operationId: "createThing",
          requestBody: { content: { form: { schema: { required: ["To"], properties: { Code: {}, To: {} } } } } },
          responses: {
            "400": json({
              schema: {
                oneOf: [{ $ref: "#/components/schemas/Error60200" }, { $ref: "#/components/schemas/Error60206" }],
              },
              examples: { byHand: { value: {} } },
            }),
            "404": { $ref: "#/components/responses/ThingNotFound" },
          },
        },
      },
    },
    components: {
      responses: { ThingNotFound: json({ schema: { $ref: "#/components/schemas/ThingNotFound" } }) },
      schemas: {
        Error60206: error(60206, 400, "'Amount' & 'Payee' params are required"),
        Error60200: { ...error(60200, 400, "Invalid parameter"), "x-message": "Invalid parameter: {parameter}" },
        Error20404: { ...error(20404, 404, "Not found"), "x-message": "The requested resource {path} was not found" },
        ThingNotFound: {
          allOf: [{ $ref: "#/components/schemas/Error20404" }],
          properties: { details: { properties: { reason: { enum: ["unknown", "max_attempts_reached"] } } } },
        },
        V1Error60022: {
          title: "Verification code is incorrect",
          description: "The code differs.",
          "x-remedy": "Ask again.",
          "x-retryable": false,
          "x-status": 401,
          "x-category": "Phone Verification",
          properties: { error_code: { const: "60022" }, message: { const: "Verification code is incorrect" } },
        },
      },
    },
  };
}
