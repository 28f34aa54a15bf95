/** openapi-backend as a mock of the document, with Express as in its examples: `node openapi-backend.mjs <port> <document>`. */
import { readFileSync } from "node:fs";
import addFormats from "ajv-formats";
import express from "express";
import { OpenAPIBackend } from "openapi-backend";

const [port, document] = process.argv.slice(2);
const api = new OpenAPIBackend({
  definition: JSON.parse(readFileSync(document, "utf8")),
  quick: true,
  customizeAjv: (ajv) => addFormats(ajv) && ajv,
});
api.register({
  validationFail: (context, _request, response) => response.status(400).json({ errors: context.validation.errors }),
  unauthorizedHandler: (_context, _request, response) => response.status(401).json({}),
  notFound: (_context, _request, response) => response.status(404).json({}),
  notImplemented(context, _request, response) {
    const { status, mock } = context.api.mockResponseForOperation(context.operation.operationId);
    return response.status(status).json(mock);
  },
});
for (const scheme of Object.keys(api.inputDocument.components.securitySchemes)) {
  api.registerSecurityHandler(scheme, ({ request }) => Boolean(request.headers.authorization));
}
await api.init();

const app = express();
app.use(express.urlencoded({ extended: true }), express.json());
app.use((request, response) => api.handleRequest(request, request, response));
app.listen(Number(port), "127.0.0.1");
