import { ConnectionError, VerifyError } from "@countersign/client";
import { findError } from "@countersign/types";
import type { ComponentChildren } from "preact";

interface Told {
  code: number | undefined;
  message: string;
  api?: "v1" | "v2";
  details?: Record<string, unknown> | undefined;
}

/** What went wrong, why, what to do about it, and where the docs say more. Takes whatever was thrown. */
export function Problem({ error, retry }: { error: unknown; retry?: () => void }) {
  if (error === undefined) return null;
  const told = toldBy(error);
  const entry = told.code === undefined ? undefined : findError(told.api ?? "v2", told.code);
  return (
    <section class="problem" role="alert" aria-label={`Error ${told.code ?? ""}`}>
      <h2>
        {told.code && <code>{told.code}</code>} {told.message}
      </h2>
      {entry && (
        <dl>
          <dt>Cause</dt>
          <dd>
            <Prose text={entry.cause} />
          </dd>
          <dt>Remedy</dt>
          <dd>
            <Prose text={entry.remedy} />
          </dd>
          {told.details && (
            <>
              <dt>Details</dt>
              <dd>
                <code>{JSON.stringify(told.details)}</code>
              </dd>
            </>
          )}
        </dl>
      )}
      <p class="actions">
        {told.code !== undefined && <ErrorLink code={told.code} {...(told.api && { api: told.api })} />}
        {retry && (
          <button type="button" onClick={retry}>
            Try again
          </button>
        )}
      </p>
    </section>
  );
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

/** The catalogue's text, in which names stand between backticks. */
export function Prose({ text }: { text: string }) {
  return <>{text.split("`").map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>;
}

function toldBy(error: unknown): Told {
  if (error instanceof VerifyError) return { code: error.code, message: error.message, details: error.details };
  if (error instanceof ConnectionError)
    return { code: undefined, message: "The server does not answer. Is it running?" };
  if (typeof error === "object" && error !== null && "code" in error) return error as Told;
  return { code: undefined, message: error instanceof Error ? error.message : String(error) };
}
