import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";
import { isWhole } from "../../scripts/budget.ts";

const file = fileURLToPath(new URL("src/in-an-editor.ts", import.meta.url));
const code = `import { createClient } from "./index.ts";
import { createVerification, paginateServices, startPhoneVerification } from "./operations.gen.ts";
const client = createClient({ accountSid: "AC1", authToken: "t" });
createVerification(client, { ServiceSid: "VA1", To: "+12025550123", Channel: "sms" });
createVerification(client, {  });
createVerification(client, { ServiceSid: "VA1", To: "+12025550123", Chanel: "sms" });
createVerification(client, { ServiceSid: "VA1", To: "+12025550123", Channel: "pigeon" });
paginateServices(client);
startPhoneVerification(client, { country_code: 1, phone_number: "202-555-0123", via: "sms" });
`;

/** What an editor asks of the compiler, about one file that is nowhere on disk. */
function openEditor(): ts.LanguageService {
  const { config } = ts.readConfigFile(fileURLToPath(new URL("tsconfig.json", import.meta.url)), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, fileURLToPath(new URL(".", import.meta.url)));
  const read = (name: string) => (name === file ? code : ts.sys.readFile(name));
  return ts.createLanguageService({
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const text = read(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => fileURLToPath(new URL(".", import.meta.url)),
    getCompilationSettings: () => options,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: read,
  });
}

// An editor reads all types, which takes seconds.
test.runIf(isWhole)(
  "an editor shows what an operation does, takes and answers, and what is wrong with a call",
  () => {
    const editor = openEditor();
    const shownAt = (text: string) => {
      const { displayParts, documentation, tags } = editor.getQuickInfoAtPosition(file, code.indexOf(text)) ?? {};
      const tagged = tags?.map(({ name, text }) => `@${name} ${ts.displayPartsToString(text)}`) ?? [];
      return [displayParts, documentation]
        .map((parts) => ts.displayPartsToString(parts))
        .concat(tagged)
        .join("\n");
    };
    const operation = shownAt("createVerification(client");
    expect(operation).toContain(
      'createVerification(client: Client, fields: FieldsOf<"createVerification">, options?: CallOptions): Promise<Result<Verification, ErrorOf<"createVerification">>>',
    );
    expect(operation).toContain(
      "Start a verification: `POST /v2/Services/{ServiceSid}/Verifications`\n\nSends a code.",
    );
    expect(shownAt("paginateServices(client")).toContain("AsyncGenerator<Service, void, undefined>");
    expect(shownAt("startPhoneVerification(client")).toContain("@deprecated");
    expect(shownAt('ServiceSid: "VA1"')).toContain("The SID of the Service that the verification belongs to.");
    expect(shownAt('Channel: "sms"')).toMatch(/Channel: "sms" \| "call" .*\n.*How the code reaches the person/s);
    const offered = editor
      .getCompletionsAtPosition(file, code.indexOf("{  }") + 1, {})
      ?.entries.map(({ name }) => name);
    expect(offered?.slice(0, 4)).toEqual(["Channel", "ServiceSid", "To", "Amount"]);
    const wrong = editor
      .getSemanticDiagnostics(file)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    expect(wrong).toEqual([
      expect.stringMatching(
        /missing the following properties from type 'FieldsOf<"createVerification">': ServiceSid, To, Channel$/,
      ),
      expect.stringMatching(
        /'Chanel' does not exist in type 'FieldsOf<"createVerification">'. Did you mean to write 'Channel'\?$/,
      ),
      expect.stringMatching(/^Type '"pigeon"' is not assignable to type '"sms" \| "call" \| /),
    ]);
  },
  60_000,
);
