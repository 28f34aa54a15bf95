import { type ConsoleVerification, unwrap } from "@countersign/client";
import { useState } from "preact/hooks";
import { client } from "../api.ts";
import { Status } from "../components/badge.tsx";
import { Copy } from "../components/copy.tsx";
import { Problem } from "../components/problem.tsx";
import { toast } from "../components/toast.tsx";
import { Left, When } from "../components/when.tsx";
import { hrefTo } from "../router.ts";
import { Mail } from "./mail.tsx";
import type { Message } from "./messages.ts";
import { smsParts } from "./sms-parts.ts";

export const channelNames: Record<string, string> = {
  sms: "SMS",
  call: "Call",
  email: "E-mail",
  whatsapp: "WhatsApp",
  sna: "Silent network",
  auto: "Automatic",
};

interface Props {
  message: Message;
  /** What has become of the verification that it belongs to. */
  verification: ConsoleVerification | undefined;
  onChecked: () => void;
}

/** One message, with the code that it brings. */
export function MessageCard({ message, verification, onChecked }: Props) {
  const { channel, code, date_created, locale, sid, verification_sid } = message;
  return (
    <article class="message" aria-labelledby={sid}>
      <header>
        <h2 id={sid}>
          {channelNames[channel] ?? channel}
          <span class="unseen"> with the code {code}</span>
        </h2>
        <span class="faint">{locale}</span>
        <When date={date_created} />
        <span class="fate">
          {verification?.status === "pending" && <Left until={verification.date_expires} />}
          {verification && <Status status={verification.status} />}
        </span>
      </header>
      <div class="code-line">
        <span class="code">{code}</span>
        <Copy text={code} what="Code" label="Copy" />
      </div>
      <Content message={message} />
      <footer class="actions">
        <Check message={message} isOpen={(verification?.status ?? "pending") === "pending"} onChecked={onChecked} />
        <a href={hrefTo(`/verifications/${verification_sid}`)}>Open the verification</a>
      </footer>
    </article>
  );
}

function Content({ message }: { message: Message }) {
  const { channel, locale, text } = message;
  if (channel === "email") return <Mail message={message} />;
  const { parts, alphabet, used, room } = smsParts(text);
  return (
    <>
      <p class={channel === "call" ? "said spoken" : "said"} dir="auto" lang={locale}>
        {text}
      </p>
      {channel === "call" && <p class="faint">The voice says it twice, the code digit by digit.</p>}
      {channel === "sms" && (
        <p class="faint">
          {parts} SMS, {used} of {room} characters in {alphabet}
        </p>
      )}
    </>
  );
}

function Check({ message, isOpen, onChecked }: { message: Message; isOpen: boolean; onChecked: () => void }) {
  const [error, setError] = useState<unknown>();
  const check = async () => {
    const params = { path: { ServiceSid: message.service_sid } };
    const body = { VerificationSid: message.verification_sid, Code: message.code };
    try {
      const { status } = await unwrap(client.POST("/v2/Services/{ServiceSid}/VerificationCheck", { params, body }));
      setError(undefined);
      toast(status === "approved" ? "Right: approved" : `The code is wrong: still ${status}`);
    } catch (refusal) {
      setError(refusal);
    }
    onChecked();
  };
  return (
    <>
      <Problem error={error} />
      <button type="button" onClick={check} disabled={!isOpen}>
        Check it
      </button>
    </>
  );
}
