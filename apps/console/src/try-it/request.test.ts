import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { curlSample } from "@countersign/docs/samples/curl";
import { expect, test } from "vitest";
import { formOperation } from "../../document-part.ts";
import { bodyOf, outcomeOf, outcomeRecipient, sampleOf } from "./request.ts";

const path = fileURLToPath(import.meta.resolve("@countersign/spec/openapi.json"));
const document = JSON.parse(readFileSync(path, "utf8"));
const start = formOperation(document, "createVerification");

test("the form has each parameter of the document that is not given up, with what it takes", () => {
  const { properties } = document.components.schemas.CreateVerificationRequest;
  const names = Object.keys(properties).filter((name) => !properties[name].deprecated);
  expect(start.fields.map(({ name }) => name)).toEqual(names);
  const field = (name: string) => start.fields.find((field) => field.name === name);
  expect(field("Channel")).toMatchObject({ kind: "choice", choices: properties.Channel.enum, isRequired: true });
  expect(field("RateLimits")).toMatchObject({ kind: "json" });
  expect(field("RateLimits")?.isRequired).toBeUndefined();
  expect(field("EnableSnaClientToken")).toMatchObject({ kind: "truth" });
});

test("every error that the operation documents can be chosen", () => {
  expect(start.errors).toEqual(expect.arrayContaining([60200, 60203, 20429, 20503]));
});

test("what is left empty is not sent, and JSON that is none goes as it was typed", () => {
  const values = {
    To: "+12025550123",
    Channel: "sms",
    Locale: "",
    EnableSnaClientToken: "false",
    RateLimits: '{"a":"b"}',
    Tags: "{",
  };
  expect(bodyOf(start.fields, values)).toEqual({
    To: "+12025550123",
    Channel: "sms",
    EnableSnaClientToken: false,
    RateLimits: { a: "b" },
    Tags: "{",
  });
});

test("the code beside a form makes the form's own call", () => {
  const given = { values: { To: "+12025550123", Channel: "sms" }, ServiceSid: "VA1", baseUrl: "http://localhost:4010" };
  const curl = curlSample(sampleOf(start, given));
  expect(curl).toContain("http://localhost:4010/v2/Services/VA1/Verifications");
  expect(curl).toContain("To=+12025550123");
  const templates = `[{"sid":"HJ1"},{"sid":"HJ2","substitutions":{"name":"Ada"}}]`;
  const json = { Templates: templates, Tags: '{"campaign":"spring"}' };
  const listed = curlSample(sampleOf(start, { ...given, values: { ...given.values, ...json } }));
  expect(listed).toContain(`--data-urlencode 'Templates=${templates}'`);
  expect(listed).toContain(`--data-urlencode 'Tags={"campaign":"spring"}'`);
});

test("an error by name is a number, or for e-mail an address, and is read back from it", () => {
  expect(outcomeRecipient("60203", "sms")).toBe("+15005560203");
  expect(outcomeRecipient("60203", "email")).toBe("error-60203@example.com");
  expect(["+15005560203", "error-60203@example.com", "+12025550123", undefined].map((to) => outcomeOf(to))).toEqual([
    "60203",
    "60203",
    "",
    "",
  ]);
});
