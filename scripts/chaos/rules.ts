/** What must hold whatever fails, in the words that a report names it by. */
export const rules = {
  kept: "nothing that was acknowledged is lost, and nothing is kept that nobody asked for",
  checks: "at most 5 checks of a verification are evaluated",
  sends: "at most 5 messages are sent for a verification",
  approvals: "a verification is approved at most once",
  order: "there is an order of the requests in which the domain gives just the answers that were acknowledged",
  delivery: "every message is sent at least once, and again only when the delivery policy allows it",
  figures: "figures count everything that happened, and nothing twice",
  answers: "every answer is one that the document has",
  service: "whoever keeps to the rules is served, or told 503, and is served again when the fault is over",
} as const;

export interface Violation {
  rule: keyof typeof rules;
  /** What broke it; no more than a line. */
  text: string;
}
