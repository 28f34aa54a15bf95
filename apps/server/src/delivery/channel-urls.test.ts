import { expect, test } from "vitest";
import { openRoutes, readChannelUrls } from "./channel-urls.ts";
import { outletsOf } from "./outlets.ts";

const signing = `whsec_${Buffer.from("a key as long as it has to be").toString("base64")}`;

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
    COUNTERSIGN_CALL_URL: [
      "https://calls.example.com?preset=hunter2",
      "https://hunter2:hunter2@api.twilio.com?preset=twilio&from=hunter2",
      "https://api.infobip.com?preset=infobip&token=hunter2%0A&from=%2B12025550190&hunter2=1",
    ].join(" "),
  });
  expect(channels).toEqual([]);
  expect(problems).toHaveLength(16);
  expect(problems.filter((problem) => problem.startsWith("COUNTERSIGN_EMAIL_URL, address "))).toHaveLength(9);
  expect(problems.join("\n")).not.toContain("hunter2");
});

test("an SMS route has its SID before each of its addresses, and one address is one provider wherever it stands", async () => {
  const [one, other] = [`MG${"0".repeat(31)}1`, `MG${"0".repeat(31)}2`];
  const [first, second] = ["smpp://me:pw@one.example.com", "smpp://me:pw@two.example.com"];
  const { channels, problems } = readChannelUrls({
    COUNTERSIGN_SMS_URL: `${first}#+49`,
    COUNTERSIGN_SMS_ROUTES: `${one}=${second}\n  ${other}=${second} ${one}=${first}`,
  });
  expect(problems).toEqual([]);
  expect(channels.map(({ sid, url }) => [sid, url.host])).toEqual([
    ...[
      [undefined, "one.example.com"],
      [one, "two.example.com"],
      [other, "two.example.com"],
      [one, "one.example.com"],
    ],
  ]);
  const routes = await openRoutes(channels);
  const providers = [...routes.values()].flat().map(({ provider }) => provider);
  expect(new Set(providers).size).toBe(2);
  const outlets = outletsOf(routes);
  expect(outlets.smsRoutes()).toEqual([
    { sid: one, providers: ["smpp two.example.com", "smpp one.example.com"] },
    { sid: other, providers: ["smpp two.example.com"] },
  ]);
  expect(outlets.list().map(({ prefixes }) => prefixes)).toEqual([["+49"], []]);
  expect(outlets.serving("sms", { to: "+12025550123", route: one })).toHaveLength(2);
  expect(outlets.serving("sms", { to: "+12025550123" })).toEqual([]);
  await Promise.all(providers.map((provider) => provider.close()));
});

test("what is wrong with routes is told with everything else, without a value", () => {
  const sid = `MG${"0".repeat(32)}`;
  const { channels, problems } = readChannelUrls({
    COUNTERSIGN_SMS_ROUTES: `hunter2 MG1=smpp://h ${sid}= ${sid}=hunter2 ${sid}=smpp://h:hunter2@h#+49 ${sid}=smtp://hunter2@h`,
    COUNTERSIGN_SMS_URL: "hunter2",
  });
  expect(channels).toEqual([]);
  expect(problems.filter((problem) => problem.startsWith("COUNTERSIGN_SMS_ROUTES, address "))).toHaveLength(6);
  expect(problems).toHaveLength(7);
  expect(problems.join("\n")).not.toContain("hunter2");
});

test("the inbox is none of a production server's channels (security 12)", () => {
  const { problems } = readChannelUrls({ COUNTERSIGN_SMS_URL: "inbox:" });
  expect(problems).toEqual(["COUNTERSIGN_SMS_URL: the inbox is the sandbox's; a production server has none."]);
});
