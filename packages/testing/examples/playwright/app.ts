import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createClient, unwrap, VerifyError } from "@countersign/client";
import { createVerification, createVerificationCheck } from "@countersign/client/operations";

export interface AppSettings {
  VERIFY_BASE_URL?: string;
  TWILIO_ACCOUNT_SID: string;
  TWILIO_AUTH_TOKEN: string;
  VERIFY_SERVICE_SID: string;
}

/** The program under test: a form that asks for a number, and one that asks for the code sent there. */
export async function startApp(settings: AppSettings) {
  const pages = createPages(settings);
  const server = createServer(async (request, response) => {
    response.setHeader("content-type", "text/html");
    const page = pages[`${request.method} ${request.url}`];
    if (!page) return response.writeHead(404).end();
    const fields = new URLSearchParams(await text(request));
    response.end(await page(fields).catch((error: unknown) => `<p>${adviceOn(error)}</p>`));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

function createPages({
  VERIFY_BASE_URL = "https://verify.twilio.com",
  TWILIO_ACCOUNT_SID,
  TWILIO_AUTH_TOKEN,
  VERIFY_SERVICE_SID,
}: AppSettings): Record<string, (fields: URLSearchParams) => Promise<string>> {
  const client = createClient({
    accountSid: TWILIO_ACCOUNT_SID,
    authToken: TWILIO_AUTH_TOKEN,
    baseUrl: VERIFY_BASE_URL,
  });
  const service = { ServiceSid: VERIFY_SERVICE_SID };
  return {
    "GET /": async () => form("/send", '<label>Phone <input name="To" type="tel"></label>'),
    "POST /send": async (fields) => {
      const start = { ...service, To: fields.get("To") ?? "", Channel: "sms" } as const;
      const { to } = await unwrap(createVerification(client, start));
      return form("/check", `<input name="To" type="hidden" value="${to}"><label>Code <input name="Code"></label>`);
    },
    "POST /check": async (fields) => {
      const check = { ...service, To: fields.get("To") ?? "", Code: fields.get("Code") ?? "" };
      const { status } = await unwrap(createVerificationCheck(client, check));
      return status === "approved" ? "<p>Welcome.</p>" : "<p>That code is wrong.</p>";
    },
  };
}

function form(action: string, fields: string): string {
  return `<form method="post" action="${action}">${fields}<button>Continue</button></form>`;
}

function adviceOn(error: unknown): string {
  if (!(error instanceof VerifyError)) throw error;
  if (error.code === 20404) {
    return error.details?.reason === "expired" ? "That code is too old." : "Ask for a new code.";
  }
  return error.code === 60203 ? "Too many codes were sent. Try again later." : "This number cannot be verified.";
}
