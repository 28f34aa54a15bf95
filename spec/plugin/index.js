import { commonResponses } from "./common-responses.js";
import { errorFile } from "./error-file.js";
import { errorResponses } from "./error-responses.js";
import { namedBody } from "./named-body.js";
import { namedExamples } from "./named-examples.js";
import { operationId } from "./operation-id.js";
import { propertyDescription } from "./property-description.js";
import { scopes } from "./scopes.js";

/** The rules of this document's style that Redocly has none for, and the answers that nobody writes by hand. */
export default () => ({
  id: "countersign",
  preprocessors: {
    oas3: { "common-responses": commonResponses },
  },
  rules: {
    oas3: {
      "operation-id": operationId,
      "error-file": errorFile,
      "error-responses": errorResponses,
      "named-body": namedBody,
      "named-examples": namedExamples,
      "property-description": propertyDescription,
      scopes,
    },
  },
});
