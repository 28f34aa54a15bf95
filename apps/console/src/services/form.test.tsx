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
