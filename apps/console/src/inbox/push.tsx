import type { Challenge } from "@countersign/types";
import { Status } from "../components/badge.tsx";
import { Facts } from "../components/facts.tsx";
import { Left, When } from "../components/when.tsx";
import { Answer, type Device } from "../entities/answer.tsx";
import { hrefTo } from "../router.ts";
import type { Message } from "./messages.ts";

/** What a person's pushes are about. */
export interface Asked {
  challenges: Challenge[];
  /** The person's phones that the sandbox plays. */
  phones: Device[];
}

interface Props extends Asked {
  message: Message;
  push: NonNullable<Message["push"]>;
  onAnswered: () => void;
}

/** One push as the app shows it, with what became of the challenge that it tells of. */
export function PushCard({ message, push, challenges, phones, onAnswered }: Props) {
  const { sid, text, to, date_created, service_sid } = message;
  const { challenge_sid, factor_sid, fields, platform } = push;
  const challenge = challenges.find((each) => each.sid === challenge_sid);
  const isOpen = challenge?.status === "pending";
  return (
    <article class="message" aria-labelledby={sid}>
      <header>
        <h2 id={sid}>
          Push<span class="unseen">: {text}</span>
        </h2>
        <span class="faint">{platform}</span>
        <When date={date_created} />
        <span class="fate">
          {isOpen && <Left until={challenge.expiration_date ?? ""} />}
          {challenge && <Status status={challenge.status ?? ""} />}
        </span>
      </header>
      <p class="said" dir="auto">
        {text}
      </p>
      <Facts facts={fields.map(({ label, value }) => [label, value])} />
      {isOpen && !phones.some((phone) => phone.sid === factor_sid) && (
        <p class="faint">The phone is not one that the sandbox plays: its own app answers.</p>
      )}
      <footer class="actions">
        {isOpen && phones.some((phone) => phone.sid === factor_sid) && (
          <Answer device={factor_sid} challenge={challenge_sid} about={text} onAnswered={onAnswered} />
        )}
        <a href={hrefTo(`/entities/${service_sid}/${encodeURIComponent(to)}`)}>Open the entity</a>
      </footer>
    </article>
  );
}
