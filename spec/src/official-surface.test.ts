import {
  type Media,
  type OpenApiDocument,
  operationsOf,
  type PlacedOperation,
  type RequestBody,
  type Response,
  resolve,
  type Schema,
  withParts,
} from "@countersign/document";
import { expect, test } from "vitest";
import openapi from "../dist/openapi.json" with { type: "json" };
import official from "./official-surface.json" with { type: "json" };

/**
 * The surface of the official document, as facts. `*` after a name: it is required. `VA sid`: 34 letters that begin so. `a | b`: these values.
 * `!` after what an answer has: it is never null. `page of buckets: Bucket`: a list under that name, with `meta` beside it. The members of what has
 * no type in that document are those that its examples and the official SDKs have.
 */
interface Official {
  /** What every success that has a body declares. */
  headers: string[];
  operations: Record<string, OfficialOperation>;
  resources: Record<string, Record<string, string>>;
  members: Record<string, string[]>;
}

type Place = "path" | "query" | "form" | "json";

interface OfficialOperation extends Partial<Record<Place, Record<string, string>>> {
  answers: Record<string, string | null>;
  headers?: Record<string, string[]>;
}

const document = openapi as unknown as OpenApiDocument;
const surface: Official = official;
const ours = new Map(operationsOf(document).map((placed) => [`${placed.method} ${placed.path}`, placed]));

/** Where ours is another on purpose, by the reason. */
const onPurpose = {
  "Servers answer a check with 200 alone, and an access token with 201 alone.": [
    "POST /v2/Services/{ServiceSid}/VerificationCheck: 201 is not there",
    "POST /v2/Services/{ServiceSid}/AccessTokens: 200 is not there",
  ],
  "They belong to the answer to a browser's question before a request.": [
    "answers have no Access-Control-Allow-Credentials",
    "answers have no Access-Control-Allow-Headers",
    "answers have no Access-Control-Allow-Methods",
  ],
  "Nobody knows what they carry, and no SDK reads them.": [
    "POST /v2/Services/{ServiceSid}/Entities/{Identity}/Challenges/{Sid}: 200 has no Twilio-Verify-Challenge-Signature",
    "POST /v2/Services/{ServiceSid}/Entities/{Identity}/Factors/{Sid}: 200 has no Twilio-Verify-Factor-Signature",
  ],
  "A rate limit goes by its unique name too.": [
    "DELETE /v2/Services/{ServiceSid}/RateLimits/{Sid}: path Sid is string",
    "GET /v2/Services/{ServiceSid}/RateLimits/{Sid}: path Sid is string",
    "POST /v2/Services/{ServiceSid}/RateLimits/{Sid}: path Sid is string",
  ],
  "What official SDKs send besides.": [
    "GET /v2/Attempts: query Status is CONVERTED | UNCONVERTED | converted | unconverted",
    "GET /v2/Services/{ServiceSid}/Entities/{Identity}/Challenges: query pageToken is ours alone",
    "POST /v2/Services/{ServiceSid}/Verifications: form Templates is ours alone",
  ],
  "A pattern says it, which all tools read; that format is no standard.": [
    "GET /v2/Attempts/Summary: query Country is string",
    "GET /v2/Attempts: query Country is string",
  ],
  "JSON in a text, whose members ours tells.": [
    "POST /v2/Services/{ServiceSid}/Verifications: form Tags is object",
    "POST /v2/Services/{ServiceSid}/Verifications: form TemplateCustomSubstitutions is object",
  ],
  "Empty until it is known who logs in.": [
    "ApprovedPasskeysChallenge.entity_sid is string",
    "ApprovedPasskeysChallenge.factor_sid is string",
    "PasskeysChallenge.entity_sid is string",
    "PasskeysChallenge.factor_sid is string",
  ],
  "Without these nobody registers.": [
    "POST /v2/Services/{ServiceSid}/Passkeys/VerifyFactor: json response.attestationObject is required",
    "POST /v2/Services/{ServiceSid}/Passkeys/VerifyFactor: json response.clientDataJSON is required",
  ],
  "Browsers say what nobody knew of before, and leave out what is not needed: of id and rawId either will do.": [
    "POST /v2/Services/{ServiceSid}/Passkeys/ApproveChallenge: json authenticatorAttachment is not required",
    "POST /v2/Services/{ServiceSid}/Passkeys/ApproveChallenge: json authenticatorAttachment is string",
    "POST /v2/Services/{ServiceSid}/Passkeys/ApproveChallenge: json id is not required",
    "POST /v2/Services/{ServiceSid}/Passkeys/ApproveChallenge: json rawId is not required",
    "POST /v2/Services/{ServiceSid}/Passkeys/VerifyFactor: json authenticatorAttachment is string",
    "POST /v2/Services/{ServiceSid}/Passkeys/VerifyFactor: json response.transports is list of string",
  ],
  "A call has a status of its own.": ["VerificationAttempt.channel_data.call_status is ours alone"],
  "Lookup, of which integrations ask before they start a verification.": [
    "GET /v2/PhoneNumbers/{PhoneNumber} is ours alone",
  ],
};

test("all 57 operations of the official document are in ours, as they are there but where a reason says otherwise", () => {
  expect(Object.keys(surface.operations)).toHaveLength(57);
  const others = Array.from(ours.keys()).filter((call) => call.includes(" /v2/") && !surface.operations[call]);
  const found = Object.entries(surface.operations).flatMap(([call, operation]) => {
    const placed = ours.get(call);
    return placed ? [...takes(call, placed, operation), ...answers(call, placed, operation)] : [`${call} is not there`];
  });
  const departures = new Set([...others.map((call) => `${call} is ours alone`), ...found]);
  expect([...departures].sort()).toEqual(Object.values(onPurpose).flat().sort());
});

/** Where what an operation takes differs. */
function takes(call: string, placed: PlacedOperation, theirs: OfficialOperation): string[] {
  const places: Place[] = ["path", "query", "form", "json"];
  return places.flatMap((place) => {
    const own = takenIn(placed, place);
    const wanted = Object.entries(theirs[place] ?? {}).map(([name, fact]) => ({
      name: name.replace("*", ""),
      fact,
      isRequired: name.endsWith("*"),
    }));
    const others = Object.keys(own).filter((name) => !wanted.some((each) => each.name === name));
    const differ = wanted.flatMap(({ name, fact, isRequired }) => {
      const taken = own[name];
      if (!taken) return [`${name} is not there`];
      const isWrong = taken.isRequired !== isRequired;
      return [
        ...(isWrong ? [`${name} is ${isRequired ? "not " : ""}required`] : []),
        ...unlike(name, taken.schema, fact),
      ];
    });
    return [...others.map((name) => `${name} is ours alone`), ...differ].map((what) => `${call}: ${place} ${what}`);
  });
}

type Taken = Record<string, { schema: Schema; isRequired: boolean }>;

function takenIn({ parameters, operation }: PlacedOperation, place: Place): Taken {
  const taken: Taken = {};
  for (const { name, in: where, required = false, schema } of parameters) {
    if (where === place) taken[name] = { schema, isRequired: required };
  }
  const media = { form: "application/x-www-form-urlencoded", json: "application/json" }[String(place)];
  const { content } = operation.requestBody ? resolve<RequestBody>(document, operation.requestBody) : { content: {} };
  const body = media && (content as Record<string, Media>)[media]?.schema;
  return Object.assign(taken, body && propertiesIn(body, place === "json" ? 2 : 0));
}

/** The properties, and as many levels of those in them, by their dotted names. */
function propertiesIn(schema: Schema, depth: number, prefix = ""): Taken {
  const required = new Set(withParts(document, schema).flatMap(({ required = [] }) => required));
  return Object.assign(
    {},
    ...Object.entries(membersOf(schema)).map(([name, property]) => ({
      [prefix + name]: { schema: property, isRequired: required.has(name) },
      ...(depth > 0 && propertiesIn(property, depth - 1, `${prefix}${name}.`)),
    })),
  );
}

/** Where what it answers differs. */
function answers(call: string, placed: PlacedOperation, theirs: OfficialOperation): string[] {
  const successes = Object.keys(placed.operation.responses).filter((status) => status < "300");
  const others = successes.filter((status) => theirs.answers[status] === undefined);
  const differ = Object.entries(theirs.answers).flatMap(([status, name]) => {
    const response = placed.operation.responses[status];
    if (!response) return [`${call}: ${status} is not there`];
    const { headers = {}, content } = resolve<Response>(document, response);
    const missing = (theirs.headers?.[status] ?? []).filter((header) => !headers[header]);
    const common = name === null || status >= "300" ? [] : surface.headers.filter((header) => !headers[header]);
    return [
      ...missing.map((header) => `${call}: ${status} has no ${header}`),
      ...common.map((header) => `answers have no ${header}`),
      ...body(`${call}: ${status}`, content?.["application/json"]?.schema, name),
    ];
  });
  return [...others.map((status) => `${call}: ${status} is ours alone`), ...differ];
}

function body(place: string, schema: Schema | undefined, name: string | null): string[] {
  if (!schema || name === null) return !schema && name === null ? [] : [`${place} has a body or none`];
  const [, key, item] = /^page of (\w+): (\w+)$/.exec(name) ?? [];
  if (!key || !item) return resource(schema, name);
  const { [key]: list, meta, ...others } = membersOf(schema);
  const items = list && partsOf(list)[0]?.items;
  if (!items || !meta || Object.keys(others).length > 0) return [`${place} is no page of ${key}`];
  return [...resource(items, item), ...resource(meta, "Meta")];
}

/** Where a resource differs from the one of that name. An error of ours tells more, in `details`. */
function resource(schema: Schema, name: string): string[] {
  const { details, ...own } = membersOf(schema);
  const wanted = surface.resources[name] ?? {};
  const members = name.startsWith("Error") || !details ? own : { details, ...own };
  return [
    ...differences(name, members, Object.keys(wanted)),
    ...Object.entries(wanted).flatMap(([each, fact]) => unlike(`${name}.${each}`, members[each], fact)),
  ];
}

function differences(place: string, own: Record<string, Schema>, wanted: string[]): string[] {
  return [
    ...wanted.filter((name) => !own[name]).map((name) => `${place}.${name} is not there`),
    ...Object.keys(own).flatMap((name) => (wanted.includes(name) ? [] : [`${place}.${name} is ours alone`])),
    ...Object.entries(own).flatMap(([name, schema]) => inside(`${place}.${name}`, schema)),
  ];
}

function inside(place: string, schema: Schema): string[] {
  const wanted = surface.members[place];
  if (!wanted) return [];
  const [first = {}] = partsOf(schema);
  return differences(
    place,
    wanted[0] === "*" ? { "*": first.additionalProperties as Schema } : membersOf(first.items ?? schema),
    wanted,
  );
}

/** What a schema is, where that is not what it should be; ours may be narrower where the official one leaves it open. */
function unlike(place: string, schema: Schema | undefined, fact: string): string[] {
  if (!schema) return [];
  const own = factOf(schema);
  const wanted = inOrder(fact.replace("!", ""));
  const open = new Map([
    ["any", true],
    ["string", own.kind === "string"],
    ["integer", own.kind === "integer"],
    ["list of any", own.kind === "array"],
    ["list of string", own.kind === "array"],
  ]);
  return [
    ...(fact.endsWith("!") && isNullable(schema) ? [`${place} is null at times`] : []),
    ...(own.text === wanted || open.get(wanted) ? [] : [`${place} is ${own.text}`]),
  ];
}

function factOf(schema: Schema): { text: string; kind: unknown } {
  const parts = partsOf(schema);
  const [{ type, pattern = "", minLength, maxLength, minimum, maximum = "", format, items = {} } = {} as Schema] =
    parts;
  const values = parts.flatMap((part) => part.enum ?? (part.const === undefined ? [] : [part.const]));
  const kind = [type].flat()[0] ?? typeof values[0];
  const sid = /^\^([A-Z]{2})\[0-9a-fA-F\]\{32\}\$$/.exec(pattern)?.[1];
  if (values.length > 0 && kind === "string")
    return { kind, text: inOrder(values.filter((value) => value !== null).join(" | ")) };
  if (sid && minLength === 34 && maxLength === 34) return { kind, text: `${sid} sid` };
  if (kind === "array") return { kind, text: `list of ${factOf(items).text}` };
  if (kind === "integer" && minimum !== undefined) return { kind, text: `integer ${minimum}..${maximum}` };
  return { kind, text: kind === "string" ? (format ?? "string") : String(kind) };
}

function inOrder(values: string): string {
  return values.split(" | ").sort().join(" | ");
}

/** What a value can be, but for null. */
function partsOf(schema: Schema): Schema[] {
  const { oneOf, anyOf, allOf, ...own } = resolve<Schema>(document, schema);
  const choices = (oneOf ?? anyOf ?? allOf ?? []).flatMap(partsOf);
  const parts = choices.map((part) => ({ ...own, ...part, properties: { ...part.properties, ...own.properties } }));
  if (choices.length === 0) parts.push({ ...own, properties: own.properties ?? {} });
  return parts.filter(({ type }) => type !== "null");
}

function isNullable(schema: Schema): boolean {
  const { oneOf, anyOf, type } = resolve<Schema>(document, schema);
  return [type].flat().includes("null") || (oneOf ?? anyOf ?? []).some(isNullable);
}

function membersOf(schema: Schema): Record<string, Schema> {
  return Object.assign({}, ...partsOf(schema).map(({ properties }) => properties));
}
