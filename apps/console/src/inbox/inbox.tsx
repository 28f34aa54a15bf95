import { unwrap } from "@countersign/client";
import { useEffect, useRef, useState } from "preact/hooks";
import { client } from "../api.ts";
import { aheadSeconds } from "../clock.ts";
import { copy } from "../components/copy.tsx";
import { Problem } from "../components/problem.tsx";
import { Title } from "../components/title.tsx";
import { phonesOf } from "../entities/answer.tsx";
import { useKeys } from "../keyboard.ts";
import { useLoad } from "../load.ts";
import { hrefTo, place } from "../router.ts";
import type { Screen } from "../screens.ts";
import { FirstMessage } from "./first-message.tsx";
import { MessageCard } from "./message.tsx";
import { type Message, type Thread, threadsOf, useMessages } from "./messages.ts";
import { type Asked, PushCard } from "./push.tsx";
import { ThreadList } from "./thread-list.tsx";

export const inbox: Screen = {
  path: "/inbox",
  title: "Inbox",
  modes: ["sandbox"],
  group: "Sandbox",
  letter: "i",
  component: Inbox,
};

/** What would have been sent, in a thread for each recipient, as on a phone. */
function Inbox() {
  const { messages, error } = useMessages();
  const order = useRef<string[]>([]);
  const threads = messages ? threadsOf(messages, order.current) : undefined;
  order.current = threads?.map(({ to }) => to) ?? order.current;
  const [first, setFirst] = useState<string>();
  // What came first stays open when others come.
  useEffect(
    () => setFirst((before) => (threads?.some(({ to }) => to === before) ? before : threads?.[0]?.to)),
    [messages],
  );
  const wanted = place.value.query.to;
  const open = threads?.find(({ to }) => to === (wanted ?? first)) ?? threads?.[0];
  return (
    <>
      <Title>Inbox</Title>
      <Problem error={error} />
      <p class="unseen" role="status">
        {messages && `${messages.length} messages`}
      </p>
      {threads?.length === 0 && <FirstMessage />}
      {open && threads && (
        <div class={wanted ? "inbox chosen" : "inbox"}>
          <ThreadList threads={threads} open={open.to} />
          <OpenThread key={open.to} thread={open} />
        </div>
      )}
    </>
  );
}

function OpenThread({ thread: { to, messages } }: { thread: Thread }) {
  const newest = messages.at(-1);
  const load = async (signal: AbortSignal) => {
    if (newest?.push) return { ...(await askedOf(messages, signal)), verifications: [] };
    const query = { to, PageSize: 100 };
    return { ...unasked, ...(await unwrap(client.GET("/console/verifications", { params: { query }, signal }))) };
  };
  const { data, reload } = useLoad(load, [messages.length, aheadSeconds.value], 10);
  useKeys(
    [{ key: "c", label: "Copy the newest code", run: () => newest?.code && void copy(newest.code, "Code") }],
    [newest?.sid],
  );
  const end = useEndInSight(messages.length);
  return (
    <section class="thread" aria-label={`Messages to ${to}`}>
      <a class="back" data-back href={hrefTo("/inbox")}>
        All recipients
      </a>
      <ol ref={end}>
        {messages.map((message) => (
          <li key={message.sid}>
            {message.push ? (
              <PushCard message={message} push={message.push} {...(data ?? unasked)} onAnswered={reload} />
            ) : (
              <MessageCard
                message={message}
                verification={data?.verifications.find(({ sid }) => sid === message.verification_sid)}
                onChecked={reload}
              />
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

const unasked: Asked = { challenges: [], phones: [] };

/** What the pushes of a thread ask, and who answers. Services may share an identity. */
async function askedOf(messages: Message[], signal: AbortSignal): Promise<Asked> {
  const Identity = messages[0]?.to ?? "";
  const query = { Order: "desc", PageSize: 100 } as const;
  const services = [...new Set(messages.map(({ service_sid }) => service_sid))];
  const pages = services.map((ServiceSid) =>
    client.GET("/v2/Services/{ServiceSid}/Entities/{Identity}/Challenges", {
      params: { path: { ServiceSid, Identity }, query },
      signal,
    }),
  );
  const [phones, ...answers] = await Promise.all([phonesOf(Identity, signal), ...pages]);
  // Where the person was deleted, nothing is asked any more.
  return { challenges: answers.flatMap(({ data }) => data?.challenges ?? []), phones };
}

/** Keeps the end of a list in sight when something is added, but only for who was looking at the end. */
function useEndInSight(length: number) {
  const list = useRef<HTMLOListElement>(null);
  const wasAtEnd = useRef(true);
  useEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    if (wasAtEnd.current) element.scrollTop = element.scrollHeight;
    const note = () => {
      wasAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
    };
    element.addEventListener("scroll", note, { passive: true });
    return () => element.removeEventListener("scroll", note);
  }, [length]);
  return list;
}
