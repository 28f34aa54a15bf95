import { type Answer, type Api, apiOf, type Fields } from "./api.ts";

/** Somebody who guesses codes, of which he can always tell a wrong one, and what his guesses add up to. */
export function guesserOf(origin: string, serviceSid: string) {
  const api: Api = apiOf(origin);
  let evaluated = 0;
  let expected = 0;
  const newest = async (To: string): Promise<string> => {
    const { body } = await api.call("GET", `/sandbox/messages?To=${encodeURIComponent(To)}&PageSize=1`);
    return body.messages?.[0]?.code ?? "";
  };
  const guesser = {
    api,
    /** Guesses that were evaluated. */
    evaluated: () => evaluated,
    /** How many of them would have been right: the sum of 10 to the minus length over all. */
    expected: () => expected,
    advance: (seconds: number) => api.call("POST", "/sandbox/clock", { Seconds: String(seconds) }),
    /** The code that was sent last, from the inbox. */
    newest,
    /** Starts, and reads from the inbox what was sent. */
    async start(To: string, fields: Fields = {}, service = serviceSid) {
      const answer = await api.start(service, { To, ...fields });
      return { answer, code: answer.status === 201 ? await newest(To) : "" };
    },
    /** A wrong code of the right length. */
    async guess(To: string, code: string, service = serviceSid): Promise<Answer> {
      const answer = await api.check(service, { To, Code: wrong(code) });
      if (answer.status === 200) {
        evaluated += 1;
        expected += 10 ** -code.length;
      }
      return answer;
    },
    /** So many wrong codes, in as many windows as that takes. */
    async guessOften(To: string, count: number, fields: Fields = {}) {
      for (let left = count; left > 0; left -= 5) {
        const { answer, code } = await guesser.start(To, fields);
        if (answer.status !== 201) throw new Error(`not started: ${answer.text}`);
        for (let index = 0; index < Math.min(5, left); index += 1) await guesser.guess(To, code);
        await guesser.advance(601);
      }
    },
  };
  return guesser;
}

/** A code with another last digit. */
export function wrong(code: string): string {
  return code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10);
}
