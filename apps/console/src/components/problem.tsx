import { reasonsAt } from "virtual:operations";
import { ConnectionError, VerifyError } from "@countersign/client";
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { ErrorReasons } from "../../document-part.ts";
import { duration } from "../clock.ts";
import { Facts } from "./facts.tsx";

interface Told {
  code: number | undefined;
  message: string;
  api?: "v1" | "v2";
  cause?: string;
  remedy?: string;
  details?: Record<string, unknown> | undefined;
}

/** What went wrong, why, what to do about it, and where the docs say more. Takes whatever was thrown. */
export function Problem({ error, retry }: { error: unknown; retry?: () => void }) {
  const { code, message, api = "v2", details, ...told } = toldBy(error);
  useEffect(() => void (code !== undefined && readReasons()), [code]);
  if (error === undefined) return null;
  const [cause = told.cause, remedy = told.remedy] = (api === "v2" && reasons.value?.[code ?? 0]) || [];
  return (
    <section class="problem" role="alert" aria-label={`Error ${code ?? ""}`}>
      <h2>
        {code && <code>{code}</code>} {message}
      </h2>
      <Facts
        facts={[
          ["Cause", cause && <Prose text={cause} />],
          ["Remedy", remedy && <Prose text={remedy} />],
          ["Again in", Number(details?.retry_after_seconds) > 0 && duration(Number(details?.retry_after_seconds))],
          ["Details", details && <code>{JSON.stringify(details)}</code>],
        ]}
      />
      <p class="actions">
        {code !== undefined && <ErrorLink code={code} api={api} />}
        {retry && (
          <button type="button" onClick={retry}>
            Try again
          </button>
        )}
      </p>
    </section>
  );
}

/** Undefined until an error has been shown. */
export const reasons = signal<ErrorReasons>();
let isAsked = false;

/** Reads them once; where they cannot be read, the next error tries again, and has a link to its page until then. */
async function readReasons(): Promise<void> {
  if (isAsked) return;
  isAsked = true;
  try {
    reasons.value = await (await fetch(reasonsAt)).json();
  } catch {
    isAsked = false;
  }
}

/** The page of an error in the docs beside the console. */
export function ErrorLink(props: { code: number | string; api?: "v1" | "v2"; children?: ComponentChildren }) {
  const { code, api = "v2", children = `Read about ${code}` } = props;
  return (
    <a href={`/docs/errors/${api === "v1" ? "v1/" : ""}${code}/`} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

/** The document's prose, in which names stand between backticks, and links lead to its own places. */
export function Prose({ text }: { text: string }) {
  const parts = text.split(/(`[^`]+`|\[[^\]]+\]\(#[^)]+\))/);
  return (
    <>
      {parts.map((part, index) => {
        if (index % 2 === 0) return part;
        const [, words, place] = /^\[(.+)\]\((.+)\)$/.exec(part) ?? [];
        if (!words) return <code key={index}>{part.slice(1, -1)}</code>;
        return (
          <a key={index} href={`/docs/${place}`} target="_blank" rel="noreferrer">
            {words}
          </a>
        );
      })}
    </>
  );
}

function toldBy(error: unknown): Told {
  if (error instanceof VerifyError) return { code: error.code, message: error.message, details: error.details };
  if (error instanceof ConnectionError)
    return { code: undefined, message: "The server does not answer. Is it running?" };
  if (typeof error === "object" && error !== null && "code" in error) return error as Told;
  return { code: undefined, message: error instanceof Error ? error.message : String(error) };
}
