import { expect, test } from "vitest";
import { CallerGoneError } from "../kernel/refusal.ts";
import { createAuthServerDialect } from "./dialect.ts";

test("while the database hangs an auth server is answered that the code cannot be sent, and what is late is not sent", async () => {
  let late: (() => unknown) | undefined;
  const parts = {
    vault: { hashValues: () => [] },
    newSid: (prefix: string) => `${prefix}${"0".repeat(32)}`,
    newCode: () => "0000000000",
    carriers: () => undefined,
    store: {
      decide: ({ decide }: { decide: (state: object, now: number) => unknown }) => {
        late = () => decide({}, 0);
        return new Promise(() => undefined);
      },
    },
    answerMs: 0,
  };
  const setting = { name: "kratos", accountSid: "", serviceSid: "", secrets: [] } as const;
  const [operation] = createAuthServerDialect([setting], parts as never).operations;
  const wanted = { to: "+14155552671", code: "561166", locale: null, client: undefined };
  const answer = await operation?.handler({ wanted, by: { actor: "kratos", address: null }, hasHungUp: () => false });
  expect(answer).toEqual({ ok: false, refusal: { code: 20503 } });
  expect(() => late?.()).toThrow(CallerGoneError);
});
