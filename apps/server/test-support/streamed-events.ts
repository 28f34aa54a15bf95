import { checkResponse } from "@countersign/contract/response";
import { bundledDocument } from "../src/http/bundled-document.ts";
import type { Received } from "./webhook-receiver.ts";

const schema = { $ref: "#/components/schemas/StreamedEventList" };
const responses = { 200: { content: { "application/json": { schema } } } };
const document = { ...bundledDocument, paths: { "/events": { get: { operationId: "events", responses } } } };

/** How what was posted departs from what the document says of events as Event Streams has them. */
export function departuresOfEvents({ headers, text }: Pick<Received, "headers" | "text">): string[] {
  return checkResponse(document, "events", 200, headers, text);
}
