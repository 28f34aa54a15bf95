import operations from "virtual:operations";
import { expect, test } from "vitest";
import { valuesOf } from "./form.tsx";

test("a form begins with what the resource says, whose names are the form's in the wire's other spelling", () => {
  const values = valuesOf(
    {
      friendly_name: "Acme",
      psd2_enabled: false,
      tts_name: null,
      totp: { time_step: 30 },
      passkeys: { relying_party: { origins: ["https://a.example", "https://b.example"] } },
    },
    "updateService",
  );
  expect(values).toMatchObject({
    FriendlyName: "Acme",
    Psd2Enabled: "false",
    TtsName: "",
    "Totp.TimeStep": "30",
    "Passkeys.RelyingParty.Origins": "https://a.example,https://b.example",
  });
});

test("what a webhook hears of is chosen, by the names that the document has", () => {
  const fields = operations.find(({ operationId }) => operationId === "createWebhook")?.fields;
  const choices = [
    "*",
    "factor.created",
    "factor.verified",
    "factor.deleted",
    "challenge.approved",
    "challenge.denied",
  ];
  expect(fields?.find(({ name }) => name === "EventTypes")).toMatchObject({ kind: "choices", choices });
  const webhook = { event_types: ["factor.created", "*"], webhook_url: "https://acme.example.com/" };
  expect(valuesOf(webhook, "updateWebhook")).toMatchObject({
    EventTypes: "factor.created,*",
    WebhookUrl: "https://acme.example.com/",
  });
});
