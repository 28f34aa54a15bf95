import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type GatewayServer, startGatewayServer } from "../../../../test-support/gateway-server.ts";
import { outgoing } from "../../../../test-support/outgoing.ts";
import type { Delivered } from "../../routing.ts";
import { openGatewayProvider } from "./gateway.ts";
import type { GatewayChannel } from "./recipe.ts";

const [message, content] = outgoing(0, { channel: "whatsapp", locale: "pt-BR" });

let server: GatewayServer;
beforeAll(async () => {
  server = await startGatewayServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.posted.length = 0;
});

async function deliver(path: string, channel: GatewayChannel, answer?: { status: number; body: object }) {
  if (answer) server.answers.push((response) => response.writeHead(answer.status).end(JSON.stringify(answer.body)));
  const provider = openGatewayProvider(new URL(path, server.url), { channel, ca: server.ca });
  const result: Delivered = await provider.deliver(message, { ...content, channel });
  await provider.close();
  return result;
}

describe("preset=whatsapp-cloud", () => {
  const path = "/v23.0/1234567890/messages?preset=whatsapp-cloud&template=verify&token=abc";

  it("sends an authentication template with the code in its text and its button", async () => {
    const answer = { status: 200, body: { messaging_product: "whatsapp", messages: [{ id: "wamid.HBgL=" }] } };
    expect(await deliver(path, "whatsapp", answer)).toEqual({ status: "sent", reference: "wamid.HBgL=" });
    const [{ path: posted, headers, text } = { path: "", headers: {}, text: "{}" }] = server.posted;
    expect(posted).toBe("/v23.0/1234567890/messages");
    expect(headers).toMatchObject({ authorization: "Bearer abc", "content-type": "application/json" });
    expect(JSON.parse(text)).toEqual({
      messaging_product: "whatsapp",
      recipient_type: "individual",
      to: "12025550123",
      type: "template",
      template: {
        name: "verify",
        language: { code: "pt_BR" },
        components: [
          { type: "body", parameters: [{ type: "text", text: "123456" }] },
          { type: "button", sub_type: "url", index: "0", parameters: [{ type: "text", text: "123456" }] },
        ],
      },
    });
  });

  it("asks for one language of the template, if it has just one", async () => {
    await deliver(`${path}&language=en_US`, "whatsapp");
    expect(JSON.parse(server.posted[0]?.text ?? "{}").template.language).toEqual({ code: "en_US" });
  });

  it("tells a recipient that cannot be reached from a limit, both of which are a 400", async () => {
    const refusal = (code: number) => ({ status: 400, body: { error: { code, message: "(#131026) …" } } });
    expect(await deliver(path, "whatsapp", refusal(131026))).toEqual({ status: "failed", errorCode: "131026" });
    expect(await deliver(path, "whatsapp", refusal(130429))).toEqual({ status: "retry", errorCode: "130429" });
  });
});

describe("preset=sms", () => {
  it("posts a form with the names of the API", async () => {
    const path = "/Messages.json?preset=sms&to=To&text=Body&set.From=%2B12025550100&id=sid";
    const answer = { status: 201, body: { sid: "SM1" } };
    expect(await deliver(path, "sms", answer)).toEqual({ status: "sent", reference: "SM1" });
    expect(server.posted).toMatchObject([
      { path: "/Messages.json", headers: { "content-type": "application/x-www-form-urlencoded" } },
    ]);
    expect(Object.fromEntries(new URLSearchParams(server.posted[0]?.text))).toEqual({
      From: "+12025550100",
      To: "+12025550123",
      Body: content.text,
    });
  });

  it("posts JSON, and finds the message's name deep in the answer", async () => {
    const path = "/sms?preset=sms&format=json&set.from=Acme&id=messages.0.id";
    const answer = { status: 200, body: { messages: [{ id: 42 }] } };
    expect(await deliver(path, "sms", answer)).toEqual({ status: "sent", reference: "42" });
    expect(JSON.parse(server.posted[0]?.text ?? "")).toEqual({ from: "Acme", to: content.to, text: content.text });
  });
});

describe("a gateway's address", () => {
  const secret = `whsec_${btoa("a key as long as it has to be")}`;
  const wrong: [string, GatewayChannel, string][] = [
    [`http://gateway.example.com/?secret=${secret}`, "sms", "must be https"],
    ["https://gateway.example.com/", "sms", "needs secret=whsec_"],
    ["https://gateway.example.com/?secret=whsec_c2hvcnQ=", "sms", "needs secret=whsec_"],
    [`https://gateway.example.com/?secret=${secret}&secret=other`, "sms", "needs secret=whsec_"],
    ["https://gateway.example.com/?preset=other", "sms", "there is no such preset"],
    ["https://gateway.example.com/?preset=sms&preset=sms", "sms", "preset must be given once"],
    ["https://gateway.example.com/?preset=sms&format=xml", "sms", "format must be form or json"],
    ["https://gateway.example.com/?preset=sms&From=Acme", "sms", "the preset has no such setting"],
    ["https://gateway.example.com/?preset=sms&to=", "sms", "to must be given once, and not empty"],
    ["https://gateway.example.com/?preset=sms&token=a%0Ab", "sms", "token has characters"],
    ["https://gateway.example.com/?preset=sms", "call", "carries sms alone"],
    ["https://gateway.example.com/?preset=whatsapp-cloud&template=a", "sms", "carries whatsapp alone"],
    ["https://gateway.example.com/?preset=whatsapp-cloud", "whatsapp", "template is missing"],
    ["https://gateway.example.com/?preset=toString", "sms", "there are whatsapp-cloud, sms, 46elks, gatewayapi"],
    ["https://u:p@api.twilio.com/?preset=twilio", "sms", "from must be a name of up to 11 plain characters"],
    ["https://u:p@api.twilio.com/?preset=twilio&from=Acme", "call", "from must be an international number"],
    [
      "https://u:p@api.twilio.com/?preset=twilio&from=Acme&To=1",
      "sms",
      "no such setting; there are preset, from, account",
    ],
    [
      "https://u:p@api.twilio.com/?preset=twilio&from=Acme&account=7",
      "sms",
      "account must be as the provider shows it",
    ],
    [
      "https://bob:p@api.twilio.com/?preset=twilio&from=Acme",
      "sms",
      "the user before the host must be an account, AC…, or its API key, SK…",
    ],
    [
      `https://SK${"0".repeat(32)}:p@api.twilio.com/?preset=twilio&from=Acme`,
      "sms",
      "account is missing: it must say whose API key it is, as account=AC…",
    ],
    [
      `https://AC${"0".repeat(32)}:p@api.twilio.com/2010?preset=twilio&from=Acme`,
      "sms",
      "the address must end after the port",
    ],
    ["https://api.twilio.com/?preset=twilio&from=Acme", "sms", "the address needs a user and a password"],
    ["https://u:p@rest.nexmo.com/?preset=vonage&from=Acme", "call", "preset=vonage carries sms alone"],
    ["https://u:p@rest.nexmo.com/?preset=vonage&from=Acme", "whatsapp", "preset=vonage carries sms alone"],
    ["https://api.telnyx.com/?preset=telnyx&from=Acme", "sms", "token is missing"],
    ["https://u:p@api.telnyx.com/?preset=telnyx&from=Acme&token=a", "sms", "a user, in place of which token is read"],
    ["https://api.telnyx.com/?preset=telnyx&from=Acme&token=a&public-key=b", "sms", "public-key must be the base64"],
  ];

  it.each(wrong)("is refused at the start when it is wrong: %s for %s", (url, channel, problem) => {
    expect(() => openGatewayProvider(new URL(url), { channel })).toThrow(problem);
  });
});
