import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { newAppleKey, newServiceAccount, pemOf } from "../../test-support/push-server.ts";
import { readPushCredentials } from "./credentials.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign push "));
afterAll(() => rmSync(folder, { recursive: true }));
const sidOf = (digit: number) => `CR${String(digit).repeat(32)}`;

function write(name: string, text: string | object): string {
  const path = join(folder, name);
  writeFileSync(path, typeof text === "string" ? text : JSON.stringify(text));
  // A blank parts credentials, and a path is written as in an address.
  return path.replaceAll(" ", "%20");
}
const account = newServiceAccount("https://oauth2.googleapis.com").file;
const apple = newAppleKey();
const [json, p8] = [write("account.json", account), write("AuthKey.p8", pemOf(apple.privateKey))];

test("credentials are read from their files, several of a platform, each under its SID", () => {
  const { pushCredentials, problems } = readPushCredentials({
    COUNTERSIGN_PUSH_FCM: `${sidOf(1)}=${json}\n ${sidOf(2)}=file://${json}?origin=http://localhost:8123`,
    COUNTERSIGN_PUSH_APN: `${sidOf(3)}=${p8}?key=KEY1234567&team=TEAM123456`,
  });
  expect(problems).toEqual([]);
  const [first, second, third] = pushCredentials;
  expect(first).toMatchObject({
    ...{ platform: "fcm", sid: sidOf(1), origin: "https://fcm.googleapis.com", projectId: "acme" },
    ...{ clientEmail: account.client_email, keyId: account.private_key_id, tokenUri: account.token_uri },
  });
  expect(second).toMatchObject({ sid: sidOf(2), origin: "http://localhost:8123" });
  expect(third).toMatchObject({
    ...{ platform: "apn", sid: sidOf(3), origin: "https://api.push.apple.com", keyId: "KEY1234567" },
    ...{ teamId: "TEAM123456" },
  });
  expect(readPushCredentials({})).toEqual({ pushCredentials: [], problems: [] });
});

test("all faults are told at once, by variable and place and without a path, a key or what is in a file", () => {
  const without = (name: string) => write(`no-${name}`, { ...account, [name]: undefined });
  const wrong = [
    json,
    `CR1=${json}`,
    `${sidOf(1)}=https://hunter2.example.com`,
    `${sidOf(1)}=${folder.replaceAll(" ", "%20")}/hunter2`,
    `${sidOf(1)}=${write("text", "hunter2")}`,
    `${sidOf(1)}=${write("null", "null")}`,
    `${sidOf(1)}=${json}?hunter2=1`,
    `${sidOf(1)}=${json}?origin=http://hunter2.example.com`,
    ...["private_key", "client_email", "project_id", "token_uri"].map((name) => `${sidOf(1)}=${without(name)}`),
    `${sidOf(1)}=${write("http", { ...account, token_uri: "http://hunter2.example.com/token" })}`,
    `${sidOf(1)}=${write("ec", { ...account, private_key: pemOf(apple.privateKey) })}`,
    `${sidOf(1)}=${write("hunter2", { ...account, private_key: "hunter2" })}`,
  ];
  const ofApple = [
    `${sidOf(1)}=${p8}`,
    `${sidOf(1)}=${p8}?key=hunter2&team=TEAM123456`,
    `${sidOf(1)}=${json}?key=KEY1234567&team=TEAM123456`,
    `${sidOf(1)}=${write("rsa.p8", account.private_key)}?key=KEY1234567&team=TEAM123456`,
    `${sidOf(1)}=${p8}?key=KEY1234567&team=TEAM123456`,
    `${sidOf(1)}=${p8}?key=KEY1234567&team=TEAM123456`,
  ];
  const { pushCredentials, problems } = readPushCredentials({
    COUNTERSIGN_PUSH_FCM: wrong.join(" "),
    COUNTERSIGN_PUSH_APN: ofApple.join(" "),
  });
  expect(pushCredentials).toHaveLength(1);
  const places = (name: string) => problems.filter((problem) => problem.startsWith(`${name}, credential `)).length;
  expect([places("COUNTERSIGN_PUSH_FCM"), places("COUNTERSIGN_PUSH_APN")]).toEqual([wrong.length, ofApple.length - 1]);
  expect(problems.join("\n")).not.toMatch(/hunter2|PRIVATE|countersign[ %]/);
});
