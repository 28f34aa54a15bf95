import type { Runner } from "./project.ts";

/** The text of a test for a runner: it starts a sandbox, starts a verification in it, and checks the code that was sent. */
export function textFor(runner: Runner): string {
  const { imports, starts = "", takes = "", loads = "", expects } = parts[runner];
  return `${imports}// Your program is told of the sandbox by what is in sandbox.env.
${starts}
const To = "+14155552671";

test("the code that was sent is right", async (${takes}) => {
${loads}  const { client, serviceSid: ServiceSid } = sandbox;
  await unwrap(createVerification(client, { ServiceSid, To, Channel: "sms" }));
  const Code = await sandbox.inbox.code(To);
  const { status } = await unwrap(createVerificationCheck(client, { ServiceSid, To, Code }));
  ${expects}
});
`;
}

interface Parts {
  imports: string;
  /** What starts and ends the sandbox, where the runner is not given one with each test. */
  starts?: string;
  takes?: string;
  /** What the test itself loads. */
  loads?: string;
  expects: string;
}

const operations = "{ createVerification, createVerificationCheck }";
const imports = `import { unwrap } from "@countersign/client";
import ${operations} from "@countersign/client/operations";
`;
const expects = 'expect(status).toBe("approved");';

const parts: Record<Runner, Parts> = {
  vitest: {
    imports: `${imports}import { expect, test } from "@countersign/testing/vitest";\n\n`,
    takes: "{ sandbox }",
    expects,
  },
  playwright: {
    imports: `${imports}import { expect, test } from "@countersign/testing/playwright";\n\n`,
    takes: "{ sandbox }",
    expects,
  },
  "node:test": {
    imports: `import assert from "node:assert/strict";
import { after, test } from "node:test";
${imports}import { startSandbox } from "@countersign/testing";\n\n`,
    starts: `const sandbox = await startSandbox();
after(() => sandbox.close());
`,
    expects: 'assert.equal(status, "approved");',
  },
  // The packages are ES modules, and what Jest runs is a script in most projects, which can load them in this way alone.
  jest: {
    imports: "",
    starts: `let sandbox;
beforeAll(async () => {
  const { startSandbox } = await import("@countersign/testing");
  sandbox = await startSandbox();
});
afterAll(() => sandbox?.close());
`,
    loads: `  const { unwrap } = await import("@countersign/client");
  const ${operations} = await import("@countersign/client/operations");
`,
    expects,
  },
};
