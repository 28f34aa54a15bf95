import { Quiet } from "./quiet.tsx";
import { toast } from "./toast.tsx";

/** Puts a text on the clipboard, and says so. */
export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied`);
  } catch {
    toast("This browser does not let the page copy: select the text, and copy it yourself");
  }
}

/** @param what what is copied, with a capital: `Code`, `curl`. */
export function Copy({ text, what, label = `Copy ${what}` }: { text: string; what: string; label?: string }) {
  return <Quiet onClick={() => copy(text, what)}>{label}</Quiet>;
}
