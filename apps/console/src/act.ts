import { useState } from "preact/hooks";
import { confirm, type Question } from "./components/dialog.tsx";
import { toast } from "./components/toast.tsx";

/**
 * What a button or a form does, and why it could not.
 * @returns `act`, which does it, says what was done where that is given, and answers whether it was; and the last refusal
 */
export function useAct() {
  const [error, setError] = useState<unknown>();
  const act = async (work: () => Promise<unknown>, done?: string): Promise<boolean> => {
    try {
      await work();
    } catch (refusal) {
      setError(refusal);
      return false;
    }
    setError(undefined);
    if (done) toast(done);
    return true;
  };
  return { act, error };
}

/** Does what cannot be taken back, once who asked for it is sure. @returns whether it was done */
export async function doIfSure(
  question: Question,
  call: () => Parameters<typeof tell>[0],
  done: string,
): Promise<boolean> {
  return (await confirm(question)) && tell(call(), done);
}

/** Says in passing what became of a call. @returns whether it was done */
export async function tell(call: Promise<{ error?: { message: string } | undefined }>, done: string): Promise<boolean> {
  const message = await call.then(
    ({ error }) => error?.message,
    (failure: Error) => failure.message,
  );
  toast(message ?? done);
  return message === undefined;
}
