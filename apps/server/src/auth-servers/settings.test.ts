import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { readAuthServers } from "./settings.ts";

const [accountSid, serviceSid] = ["AC00000000000000000000000000000001", "VA00000000000000000000000000000001"];
const service = `${accountSid}/${serviceSid}`;
const hook = () => `v1,whsec_${randomBytes(32).toString("base64")}`;
const header = () => `Bearer ${randomBytes(32).toString("base64url")}`;

test("no auth server is set up where nothing is set", () => {
  expect(readAuthServers({})).toEqual({ authServers: [], problems: [] });
});

test("each is set up by a service and a proof, of which there are several while one is replaced", () => {
  const [old, next, logto, kratos] = [hook(), hook(), header(), header()];
  const env = {
    COUNTERSIGN_SUPABASE_SERVICE: service,
    COUNTERSIGN_SUPABASE_SECRET: `${old}|${next}`,
    COUNTERSIGN_LOGTO_SERVICE: service,
    COUNTERSIGN_LOGTO_AUTHORIZATION: logto,
    COUNTERSIGN_KRATOS_SERVICE: service,
    COUNTERSIGN_KRATOS_AUTHORIZATION: kratos,
  };
  expect(readAuthServers(env)).toEqual({
    authServers: [
      { name: "supabase", accountSid, serviceSid, secrets: [old, next] },
      { name: "logto", accountSid, serviceSid, secrets: [logto] },
      { name: "kratos", accountSid, serviceSid, secrets: [kratos] },
    ],
    problems: [],
  });
});

test("half of a setting, a service without its account and a proof that is worthless are problems by name, without a value", () => {
  const env = {
    COUNTERSIGN_SUPABASE_SERVICE: serviceSid,
    COUNTERSIGN_SUPABASE_SECRET: `${hook()}|whsec_short`,
    COUNTERSIGN_LOGTO_AUTHORIZATION: "Bearer hunter2",
    COUNTERSIGN_KRATOS_SERVICE: service,
    COUNTERSIGN_KRATOS_AUTHORIZATION: "hunter2-".repeat(8),
  };
  const { problems } = readAuthServers(env);
  expect(problems.map((problem) => problem.split(" ")[0])).toEqual([
    "COUNTERSIGN_SUPABASE_SERVICE",
    "COUNTERSIGN_SUPABASE_SECRET",
    "COUNTERSIGN_LOGTO_SERVICE",
    "COUNTERSIGN_LOGTO_AUTHORIZATION",
    "COUNTERSIGN_KRATOS_AUTHORIZATION",
  ]);
  expect(problems.join()).not.toMatch(/hunter2|short/);
});
