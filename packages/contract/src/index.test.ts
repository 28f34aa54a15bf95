import { expect, test } from "vitest";
import { checkContract } from "./index.ts";

test.each([
  "http://u:hunter2@127.0.0.1:2",
  "http://hunter2@127.0.0.1:2",
  "http://127.0.0.1:2/?token=hunter2",
  "http://127.0.0.1:2/#hunter2",
  "ftp://127.0.0.1:2/hunter2",
  "127.0.0.1:2/hunter2",
  "",
])("an address that is none, or has more than a path, is refused before a call, and not told: %s", async (server) => {
  const { name, message } = await checkContract({ server, accountSid: "AC", authToken: "t" }).catch((error) => error);
  expect([name, message]).toEqual(["TypeError", expect.not.stringContaining("hunter2")]);
});

test("blanks around an address and slashes at its end are no part of it", async () => {
  const { message } = await checkContract({
    server: " http://127.0.0.1:2/a// ",
    accountSid: "AC",
    authToken: "t",
  }).catch((error) => error);
  expect(message).toContain("http://127.0.0.1:2/a:");
});
