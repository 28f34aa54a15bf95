import { type ConsoleVerification, unwrap } from "@countersign/client";
import { useAct } from "../act.ts";
import { client } from "../api.ts";
import { channelName } from "../channels.ts";
import { Status } from "../components/badge.tsx";
import { Copy } from "../components/copy.tsx";
import { Problem } from "../components/problem.tsx";
import { toast } from "../components/toast.tsx";
import { Left, When } from "../components/when.tsx";
import { hrefTo } from "../router.ts";
import { Mail } from "./mail.tsx";
import type { Message } from "./messages.ts";

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
          {channelName(channel)}
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
  const { channel, locale, text, sms_parts, send_digits, tts_name, from, from_name, route } = message;
  const sender = [from_name, from].filter(Boolean).join(", ");
  const told = [
    channel === "call" && `${tts_name ?? "The voice"} says it twice, the code digit by digit`,
    send_digits && `${send_digits} is dialled before`,
    sms_parts && `${sms_parts} SMS, ${text.length} characters`,
    sender && `from ${sender}`,
    route && `by the route ${route}`,
  ].filter(Boolean);
  return (
    <>
      {channel === "email" ? (
        <Mail message={message} />
      ) : (
        <p class={channel === "call" ? "said spoken" : "said"} dir="auto" lang={locale}>
          {text}
        </p>
      )}
      {told.length > 0 && <p class="faint">{told.join(" · ")}</p>}
    </>
  );
}

function Check({ message, isOpen, onChecked }: { message: Message; isOpen: boolean; onChecked: () => void }) {
  const { act, error } = useAct();
  const check = async () => {
    const params = { path: { ServiceSid: message.service_sid } };
    const body = { VerificationSid: message.verification_sid ?? "", Code: message.code };
    await act(async () => {
      const { status } = await unwrap(client.POST("/v2/Services/{ServiceSid}/VerificationCheck", { params, body }));
      toast(status === "approved" ? "Right: approved" : `The code is wrong: still ${status}`);
    });
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
