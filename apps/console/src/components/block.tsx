/** Code, or an answer. It may be wider than there is room for, so that the keyboard has to be able to scroll it. */
export function Block({ label, text }: { label: string; text: string }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys scroll what has the focus
    <pre role="group" aria-label={label} tabIndex={0}>
      {text}
    </pre>
  );
}
