import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** The browser's own dialog: it keeps the focus, closes by Esc, and gives the focus back. */
export function Dialog(props: { title: string; onClose: () => void; children: ComponentChildren }) {
  const { title, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={onClose}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}

export interface Question {
  title: string;
  /** What will be so afterwards. */
  text: string;
  /** What the button says: a verb. */
  action: string;
  /** What has to be typed before the button works, where much would be lost. */
  typed?: string;
}

const asked = signal<(Question & { answer: (isSure: boolean) => void }) | undefined>(undefined);

/** Asks whether to go on. */
export function confirm(question: Question): Promise<boolean> {
  return new Promise((resolve) => {
    asked.value = { ...question, answer: resolve };
  });
}

/** Where it is asked; once on the page. */
export function Confirmation() {
  const question = asked.value;
  if (!question) return null;
  const close = (isSure: boolean) => {
    question.answer(isSure);
    asked.value = undefined;
  };
  return (
    <Dialog title={question.title} onClose={() => close(false)}>
      <Asked question={question} close={close} />
    </Dialog>
  );
}

function Asked({ question, close }: { question: Question; close: (isSure: boolean) => void }) {
  const [typed, setTyped] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    close(true);
  };
  return (
    <form onSubmit={submit} class="stack">
      <p>{question.text}</p>
      {question.typed && (
        <label>
          Type <code>{question.typed}</code> to go on
          <input value={typed} onInput={({ currentTarget }) => setTyped(currentTarget.value)} autocomplete="off" />
        </label>
      )}
      <div class="actions end">
        <button type="button" onClick={() => close(false)}>
          Keep as it is
        </button>
        <button type="submit" class="danger" disabled={question.typed !== undefined && typed !== question.typed}>
          {question.action}
        </button>
      </div>
    </form>
  );
}
