import { Block } from "../components/block.tsx";
import { Tabs } from "../components/tabs.tsx";
import type { Message } from "./messages.ts";

/** An e-mail as its reader sees it. Its HTML stands in a frame that may do nothing: no scripts, no forms, no address. */
export function Mail({ message: { locale, subject, text, html } }: { message: Message }) {
  return (
    <>
      <h3 dir="auto" lang={locale}>
        {subject}
      </h3>
      <Tabs
        label="Ways to see the e-mail"
        tabs={[
          [
            "Text",
            () => (
              <p class="said" dir="auto" lang={locale}>
                {text.trim()}
              </p>
            ),
          ],
          ["HTML", () => <iframe sandbox="" title={`E-mail: ${subject}`} srcDoc={harmless(html ?? "")} />],
          ["Source", () => <Block label="Source" text={html ?? ""} />],
        ]}
      />
    </>
  );
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createHTML(html: string): string }): { createHTML(html: string): string };
}

/** The page's policy lets no text become HTML but by this one, and the frame makes it harmless. */
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy("preview", {
  createHTML: (html) => html,
});

function harmless(html: string): string {
  return policy?.createHTML(html) ?? html;
}
