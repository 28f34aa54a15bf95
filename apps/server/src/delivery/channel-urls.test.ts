import { expect, test } from "vitest";
import { readChannelUrls } from "./channel-urls.ts";

const signing = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;

test("one URL or several make a channel, in their order, each for the calling prefixes of its fragment", () => {
  const { channels, problems } = readChannelUrls({
    COUNTERSIGN_EMAIL_URL:
      "smtps://me:pw@mail.example.com?from=codes@example.com smtp://other.example.com?from=codes@example.com",
    COUNTERSIGN_CALL_URL: `https://calls.example.com/?secret=${signing}#+49,+43`,
    COUNTERSIGN_SMS_URL: "",
  });
  expect(problems).toEqual([]);
  expect(channels.map(({ channel, url, prefixes }) => [channel, url.host, url.hash, prefixes])).toEqual([
    ["call", "calls.example.com", "", ["+49", "+43"]],
    ["email", "mail.example.com", "", []],
    ["email", "other.example.com", "", []],
  ]);
});

test("all faults are told at once, by variable and place and without a value", () => {
  const { channels, problems } = readChannelUrls({
    COUNTERSIGN_EMAIL_URL: [
      "smtp://hunter2@mail.example.com",
      "smtp://mail.example.com?from=hunter2",
      "smtp://mail.example.com?from=codes@example.com#+49",
      "smtp://mail.example.com?from=codes@example.com&hunter2=1",
      "smtp://mail.example.com/hunter2?from=codes@example.com",
      "smtp://%zz@mail.example.com?from=codes@example.com",
      "smtps://mail.example.com?from=codes@example.com&tls=optional",
      "smtp://mail.example.com?from=codes@example.com&pool=0",
      "hunter2",
    ].join("  "),
    COUNTERSIGN_SMS_URL: `inbox: ftp://hunter2 https://sms.example.com/?secret=${signing}#49,hunter2`,
    COUNTERSIGN_WHATSAPP_URL: "smtp://mail.example.com?from=hunter2@example.com",
    COUNTERSIGN_CALL_URL: "https://calls.example.com?preset=hunter2",
  });
  expect(channels).toEqual([]);
  expect(problems).toHaveLength(14);
  expect(problems.filter((problem) => problem.startsWith("COUNTERSIGN_EMAIL_URL, address "))).toHaveLength(9);
  expect(problems.join("\n")).not.toContain("hunter2");
});

test("the inbox is none of a production server's channels (security 12)", () => {
  const { problems } = readChannelUrls({ COUNTERSIGN_SMS_URL: "inbox:" });
  expect(problems).toEqual(["COUNTERSIGN_SMS_URL: the inbox is the sandbox's; a production server has none."]);
});
