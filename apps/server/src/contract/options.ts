export interface ContractOptions {
  /** Where the server answers. */
  server: string;
  accountSid: string;
  authToken: string;
  /** With which an application of v1 is made; without it v1 is walked by strangers alone. */
  integrationKey?: string;
  /** Whether a server that is no sandbox may be made to send messages; they go to fictional numbers. */
  send?: boolean;
  /** Whether the sandbox's clock and contents are left alone. */
  keepSandbox?: boolean;
  /** Ends the check before its time; what was made is deleted all the same. */
  signal?: AbortSignal;
  /** Told before a limit is waited for. */
  onWait?: (seconds: number) => void;
  /** Told of each story and operation before its turn. */
  onProgress?: (done: number, total: number, name: string) => void;
}
