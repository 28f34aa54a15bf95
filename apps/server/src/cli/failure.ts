/** How commands end: 0 when all is well. */
export const exitCodes = {
  /** What was asked for failed, or a server departs from the document. */
  failure: 1,
  /** The command cannot be understood. */
  usage: 2,
  /** The configuration of a server is wrong (`EX_CONFIG` of sysexits). */
  configuration: 78,
} as const;

/** Ends a command with lines on standard error and an exit code, and no stack. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, kind: keyof typeof exitCodes = "failure") {
    super(message);
    this.exitCode = exitCodes[kind];
  }
}
