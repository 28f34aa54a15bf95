/** Of a number the last four digits can be read, and of an address the first letter and the domain. */
export function masked(recipient: string): string {
  const at = recipient.lastIndexOf("@");
  if (at > 0) return `${[...recipient][0]}•••${recipient.slice(at)}`;
  return recipient.replace(/\d(?=\d{4})/g, "•");
}
