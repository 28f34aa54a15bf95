import { expect, test } from "vitest";
import type { Call, Field } from "./calls.ts";
import { requestOf } from "./request.ts";

const field = (name: string, place: Field["in"], isList = false): Field => {
  return { name, in: place, isList, value: "", isRequired: false, options: [], hint: "" };
};
const call: Call = {
  ...{ operationId: "tried", title: "Tried", method: "POST", path: "/v2/Services/{Sid}/Tried", access: "basic" },
  fields: [field("Sid", "path"), field("Page", "query"), field("To", "form"), field("Scopes", "form", true)],
};

function typed(values: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.set(name, value);
  return data;
}

test("what is sent is what the form shows, to the path that its address has", () => {
  const shown = {
    ...{ "server.address": "http://localhost:8080/verify/", "server.user": "AC1", "server.password": "é" },
    ...{ "path.Sid": "a/b", "query.Page": "", "form.To": "+1", "form.Scopes": "start\r\n\ncheck" },
  };
  const { url, init } = requestOf(call, typed(shown));
  expect(url).toBe("http://localhost:8080/verify/v2/Services/a%2Fb/Tried");
  expect(String(init.body)).toBe("To=%2B1&Scopes=start&Scopes=check");
  expect(new Headers(init.headers).get("authorization")).toBe(`Basic ${Buffer.from("AC1:é").toString("base64")}`);
  expect(init).toMatchObject({ method: "POST", credentials: "omit", redirect: "manual" });
});

test("JSON goes as it was typed, and a key in its header", () => {
  const shown = { "server.address": "http://localhost", "server.key": "k", "query.Page": "1", json: "{ 1.0" };
  const { url, init } = requestOf({ ...call, path: "/p", access: "key", json: "{}" }, typed(shown));
  expect(url).toBe("http://localhost/p?Page=1");
  expect(init.body).toBe("{ 1.0");
  expect([...new Headers(init.headers)]).toEqual([
    ["content-type", "application/json"],
    ["x-authy-api-key", "k"],
  ]);
});
