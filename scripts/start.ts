import { startDocs } from "@countersign/docs";
import { startMock } from "@countersign/mock";

/** What `npm start` runs once everything is built: the mock and the docs, until it is told to stop. */
const [mock, docs] = await Promise.all([
  startMock({ port: portFrom("MOCK_PORT", 4011) }),
  startDocs({ port: portFrom("DOCS_PORT", 4012) }),
]).catch((error: Error) => fail(error.message));

const service = "VA00000000000000000000000000000001";
console.log(`
  Mock  ${mock.url}
  Docs  ${docs.url}

Try it:

  curl -u AC00000000000000000000000000000001:sandbox ${mock.url}/v2/Services/${service}/Verifications -d To=%2B12025550123 -d Channel=sms

Ctrl-C ends both.`);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);

async function stop(): Promise<void> {
  await Promise.all([mock.close(), docs.close()]);
  process.exit(0);
}

function portFrom(name: string, fallback: number): number {
  const text = process.env[name];
  if (text === undefined) return fallback;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) fail(`${name} must be a port number, not "${text}".`);
  return port;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
