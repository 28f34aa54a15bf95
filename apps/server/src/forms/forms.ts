import { examplesOf, operationOf, type Response, resolve } from "@countersign/document";
import type { Form } from "@countersign/types";
import { bundledDocument } from "../http/bundled-document.ts";
import type { Handlers } from "../kernel/handler.ts";
import { accepted } from "../kernel/refusal.ts";

/** The operations of the tag Forms. What a form holds, the document's example says. */
export function formHandlers(): Pick<Handlers, "fetchForm"> {
  return {
    fetchForm: async ({ path, base }) => accepted({ ...pushForm, url: `${base}/v2/Forms/${path.FormType}` }),
  };
}

const { responses } = operationOf(bundledDocument, "fetchForm").operation;
const [media] = Object.values(resolve<Response>(bundledDocument, responses[200] ?? {}).content ?? {});
const pushForm = (media && examplesOf(bundledDocument, media)[0]?.[1]) as Form;
