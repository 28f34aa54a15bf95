import { startDocs } from "@countersign/docs";
import { startMock } from "@countersign/mock";
import { sandboxAccount, sandboxApiKey, sandboxServiceSid, startSandbox } from "@countersign/server";

/** What `npm start` runs once everything is built: the sandbox with the docs, the mock, and the docs alone, until it is told to stop. */
const [sandbox, mock, docs] = await Promise.all([
  startSandbox({ port: portFrom("PORT", 4010), ...publicUrl("COUNTERSIGN_PUBLIC_URL") }),
  startMock({ port: portFrom("MOCK_PORT", 4011) }),
  startDocs({ port: portFrom("DOCS_PORT", 4012) }),
]).catch((error) => fail(wordsOf(error)));

const { accountSid, authToken } = sandboxAccount;
const start = `${sandbox.url}/v2/Services/${sandboxServiceSid}/Verifications -d To=%2B12025550123 -d Channel=sms`;
console.log(`
  Sandbox  ${sandbox.pagesUrl}
  Docs     ${sandbox.pagesUrl}/docs/ and ${docs.url}
  Mock     ${mock.url}

Try it, and read the code that it sent:

  curl -u ${accountSid}:${authToken} ${start}
  curl -u ${accountSid}:${authToken} ${sandbox.url}/sandbox/messages

The API key ${sandboxApiKey.apiKey} with the secret ${sandboxApiKey.apiSecret} does the same. Ctrl-C ends all.`);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);

async function stop(): Promise<void> {
  await Promise.all([sandbox.close(), mock.close(), docs.close()]);
  process.exit(0);
}

function publicUrl(name: string): { publicUrl?: string } {
  const text = process.env[name];
  if (text !== undefined && !/^https?:\/\/[^/?#@]+(\/[^?#]*)?$/.test(text)) {
    fail(`${name} must be http(s)://host or http(s)://host/path.`);
  }
  return text === undefined ? {} : { publicUrl: text };
}

function portFrom(name: string, fallback: number): number {
  const text = process.env[name];
  if (text === undefined) return fallback;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) fail(`${name} must be a port number, not "${text}".`);
  return port;
}

function wordsOf({ code, port, message }: NodeJS.ErrnoException & { port?: number }): string {
  return code === "EADDRINUSE" ? `Port ${port} is taken. Choose another with PORT, MOCK_PORT or DOCS_PORT.` : message;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
