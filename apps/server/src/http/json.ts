import { givenIn, isObject, type OpenApiDocument, readJson, type Schema } from "@countersign/document";
import { type Parsed, textOf } from "./form.ts";

/** Makes the function that reads a JSON body. */
export function createJsonReader(document: OpenApiDocument, root: Schema, first: string): (body: Buffer) => Parsed {
  return (body) => {
    const value = readJson(textOf(body) ?? "");
    return isObject(value) ? { values: givenIn(document, root, value) } : { unreadable: first };
  };
}
