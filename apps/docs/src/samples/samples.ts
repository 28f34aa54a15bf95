import { type OpenApiDocument, operationsOf } from "@countersign/document";
import { clientSample } from "./client.ts";
import { curlSample } from "./curl.ts";
import { sampleRequest } from "./request.ts";
import { sdkSample } from "./sdk.ts";
import { sdkHttpSample } from "./sdk-http.ts";
import { signedCurlSample, signingOf } from "./signature.ts";

/** The samples of one operation; the last two are whole TypeScript modules. */
export interface Samples {
  operationId: string;
  curl: string;
  client: string;
  sdk: string;
}

/** The samples of every operation, from the document's own examples. */
export function samplesOf(document: OpenApiDocument): Samples[] {
  return operationsOf(document).map((placed) => {
    const request = sampleRequest(document, placed);
    const signing = signingOf(request);
    return {
      operationId: request.operationId,
      curl: signing ? signedCurlSample(request) : curlSample(request),
      client: clientSample(request, signing),
      sdk: request.path.startsWith("/v2/") ? sdkSample(request) : sdkHttpSample(request, signing),
    };
  });
}

/** Gives every operation of the document its samples, under the extension that Redoc reads. */
export function addSamples(document: OpenApiDocument, samples: Samples[]): void {
  const byId = new Map(samples.map((sample) => [sample.operationId, sample]));
  for (const { operation } of operationsOf(document)) {
    const sample = byId.get(operation.operationId);
    if (!sample) throw new Error(`${operation.operationId} has no samples`);
    operation["x-codeSamples"] = [
      { lang: "bash", label: "curl", source: sample.curl },
      { lang: "javascript", label: "Client", source: sample.client },
      { lang: "javascript", label: "Twilio SDK", source: sample.sdk },
    ];
  }
}
