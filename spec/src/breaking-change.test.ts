import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { redoclyReport } from "./redocly.ts";

/** What a document tells people alone: nobody's program breaks by it, and a comparison with it takes six times as long. */
const words = new Set(["title", "summary", "description", "example", "examples", "x-codeSamples"]);

const scratch = mkdtempSync(join(tmpdir(), "countersign-diff-"));
const released = write("released", read("../released/openapi.json"));
const built = write("built", read("../dist/openapi.json"));
afterAll(() => rmSync(scratch, { recursive: true }));

/**
 * What the comparison takes for a breakage, and is none but where it says so: the new words allow all that the old ones did. Whatever else it
 * finds at these places still fails, and so does a line that it no longer finds, as after a release.
 */
const harmless = {
  "The same names in a pattern that all tools read; tested beside the server's rule.": [
    "schemas/CreateServiceRequest/properties/FriendlyName/pattern",
    "schemas/UpdateServiceRequest/properties/FriendlyName/pattern",
  ],
  "Refused on purpose: a name with an address or a code in it is a message of its own.": [
    "schemas/CreateVerificationRequest/properties/CustomFriendlyName/pattern",
  ],
  "The type of the whole, said of each alternative too.": [
    "parameters/V1UserIp/schema/anyOf/0/type",
    "parameters/V1UserIp/schema/anyOf/1/type",
    "schemas/CreateVerificationRequest/properties/DeviceIp/anyOf/0/type",
    "schemas/CreateVerificationRequest/properties/DeviceIp/anyOf/1/type",
  ],
  "What is missing has an error of its own beside that of what is not valid. A program that decides on 60200 learns of it.":
    [
      "#/paths/~1v2~1Services/post/responses/400/content/application~1json/schema/oneOf/2/undefined",
      "#/paths/~1v2~1Services~1{ServiceSid}~1Verifications/post/responses/400/content/application~1json/schema/oneOf/20/undefined",
      "schemas/Error60200/allOf/undefined",
      "schemas/Error60200/properties/undefined",
      "schemas/Error60200/type",
    ],
  "What the server refused already, said in the document.": [
    "parameters/ChannelDataTo/schema/pattern",
    "schemas/CreateVerificationCheckRequest/properties/To/maxLength",
    "schemas/CreateVerificationCheckRequest/properties/To/minLength",
    "schemas/CreateVerificationCheckRequest/properties/To/pattern",
    "schemas/CreateVerificationRequest/properties/To/pattern",
  ],
  "A text that can be no code is refused, and not counted as a wrong one.": [
    "parameters/V1VerificationCode/schema/maxLength",
    "parameters/V1VerificationCode/schema/minLength",
    "parameters/V1VerificationCode/schema/pattern",
  ],
  "The token of an account has every scope, and so has each key of those days that these ask for.": [
    "#/paths/~1v2~1Attempts/get/security/undefined",
    "#/paths/~1v2~1Attempts~1Summary/get/security/undefined",
    "#/paths/~1v2~1Attempts~1{Sid}/get/security/undefined",
    "#/paths/~1v2~1Services/get/security/undefined",
    "#/paths/~1v2~1Services/post/security/undefined",
    "#/paths/~1v2~1Services~1{ServiceSid}~1VerificationCheck/post/security/undefined",
    "#/paths/~1v2~1Services~1{ServiceSid}~1Verifications/post/security/undefined",
    "#/paths/~1v2~1Services~1{ServiceSid}~1Verifications~1{Sid}/get/security/undefined",
    "#/paths/~1v2~1Services~1{ServiceSid}~1Verifications~1{Sid}/post/security/undefined",
    "#/paths/~1v2~1Services~1{Sid}/delete/security/undefined",
    "#/paths/~1v2~1Services~1{Sid}/get/security/undefined",
    "#/paths/~1v2~1Services~1{Sid}/post/security/undefined",
    "#/paths/~1v2~1Services~1{ServiceSid}~1Verifications/post/responses/403/content/application~1json/schema/oneOf/7/undefined",
  ],
  "Of a parameter that had no effect until then: what it cannot do is refused.": [
    "#/paths/~1v2~1Services/post/responses/400/content/application~1json/schema/oneOf/3/undefined",
    "#/paths/~1v2~1Services/post/responses/400/content/application~1json/schema/oneOf/4/undefined",
    "#/paths/~1v2~1Services~1{Sid}/post/responses/400/content/application~1json/schema/oneOf/2/undefined",
    "#/paths/~1v2~1Services~1{Sid}/post/responses/400/content/application~1json/schema/oneOf/3/undefined",
    "#/paths/~1v2~1Services~1{ServiceSid}~1Verifications/post/responses/400/content/application~1json/schema/oneOf/21/undefined",
    "#/paths/~1v2~1Services~1{ServiceSid}~1Verifications/post/responses/403/content/application~1json/schema/oneOf/8/undefined",
    "schemas/ChannelConfiguration/additionalProperties",
    "schemas/ChannelConfiguration/properties/from/format",
    "schemas/ChannelConfiguration/properties/from/maxLength",
    "schemas/ChannelConfiguration/properties/from_name/maxLength",
    "schemas/ChannelConfiguration/properties/from_name/minLength",
    "schemas/ChannelConfiguration/properties/template_id/maxLength",
    "schemas/ChannelConfiguration/properties/template_id/minLength",
  ],
  "A name is a string.": ["schemas/CreateVerificationRequest/properties/Tags/propertyNames/type"],
  "A constant as the one value of an enumeration.": [
    "schemas/V1Feedback/properties/account_sid/const",
    "schemas/V1Feedback/properties/uri/const",
  ],
};

test("the document breaks nothing that the last released one promised", () => {
  const { changed } = diff(built);
  expect(changed.sort()).toEqual(Object.values(harmless).flat().sort());
});

/** Each with the end of the place that it is found in. All are in one document, since a comparison takes seconds. */
const breakages: [string, string, (document: Document) => void][] = [
  ["an operation is removed", "/paths/~1v2~1Attempts~1{Sid}", ({ paths }) => delete paths["/v2/Attempts/{Sid}"]],
  [
    "an answer loses a property",
    "VerificationCheck/post/responses/200/content/application~1json/schema/properties/status",
    ({ components }) => delete components.schemas.VerificationCheck?.properties.status,
  ],
  [
    "a parameter becomes required",
    "VerificationCheck/post/requestBody/content/application~1x-www-form-urlencoded/schema",
    ({ components }) => requireOf(components, "CreateVerificationCheckRequest", "Code"),
  ],
  [
    "a request loses a value",
    "Verifications/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/Channel",
    ({ components }) => components.schemas.CreateVerificationRequest?.properties.Channel?.enum?.pop(),
  ],
];

let found: ReturnType<typeof diff>;
beforeAll(() => {
  const document = read("../dist/openapi.json");
  for (const [, , breakIt] of breakages) breakIt(document);
  found = diff(write("broken", document));
});

test.each(breakages)("the check fails when %s", (_, place) => {
  expect(found.majors.filter((path) => path.endsWith(place))).toHaveLength(1);
  expect(found.status).not.toBe(0);
});

/**
 * Compares a document with the released one.
 * @returns of what breaks callers the place in the paths, and in the components the keyword that changed
 */
function diff(revision: string): { status: number | null; majors: string[]; changed: string[] } {
  const { status, stdout } = redoclyReport(["diff", released, revision, "--format=json"]);
  const { changes } = JSON.parse(stdout) as { changes: Change[] };
  const majors = changes.filter(({ impact }) => impact === "major");
  return {
    status,
    // A path that is gone may be taken for one that was renamed to a new one: then it is told by its new name.
    majors: majors.map(({ path, typeName, base }) => (typeName === "PathItem" && base ? base.pointer : path)),
    changed: majors.map(
      ({ path, property, base = { pointer: path } }) =>
        `${base.pointer.replace("#/components/", "").replace(new RegExp(`/${property}$`), "")}/${property}`,
    ),
  };
}

interface Change {
  path: string;
  /** What kind of thing changed. */
  typeName: string;
  impact: string;
  /** The keyword that changed. */
  property?: string;
  /** Where it stood, if it did. */
  base?: { pointer: string };
}

function read(file: string): Document {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
}

function write(name: string, { info, ...document }: Document): string {
  const file = join(scratch, `${name}.json`);
  writeFileSync(file, JSON.stringify({ ...(wordless(document) as object), info }));
  return file;
}

/** @param isOfNames whether its keys are names that the document gives, which may be any words */
function wordless(part: unknown, isOfNames = false): unknown {
  if (Array.isArray(part)) return part.map((each) => wordless(each));
  if (typeof part !== "object" || part === null) return part;
  const kept = Object.entries(part).filter(([key]) => isOfNames || !words.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, wordless(value, !isOfNames && key === "properties")]));
}

interface Document {
  info: object;
  paths: Record<string, unknown>;
  components: {
    schemas: Record<string, { required?: string[]; properties: Record<string, { enum?: string[] }> }>;
  };
}

function requireOf(components: Document["components"], schema: string, property: string): void {
  const target = components.schemas[schema];
  if (target) target.required = [...(target.required ?? []), property];
}
