import { authorizationOf, type Caller, countersignCycle, type Recipients } from "./cycles-over-http.ts";
import { type Answer, type Cycle, expectAnswer, openConversation } from "./load.ts";
import type { Service } from "./processes.ts";

/** Whose verifications are looked at, and who is called to make more of them. */
export interface Read {
  service: Service;
  caller: Caller;
  recipients: Recipients;
  codeOf: (recipient: string) => Promise<string>;
  /** Somebody who has verifications. */
  recipient: string;
}

export const firstPage = "the console's list, first page";

/** How long single requests take, one at a time: a start, a check, and what the console shows. @returns by what was asked */
export async function measureReads(
  { service, caller, recipients, codeOf, recipient }: Read,
  times: number,
): Promise<Map<string, number[]>> {
  const waits: number[] = [];
  const conversation = await openConversation(service.port, waits);
  const get = (path: string) =>
    [`GET ${path} HTTP/1.1`, "Host: 127.0.0.1", `Authorization: ${authorizationOf(caller)}`, "", ""].join("\r\n");
  const page = (query: string): Cycle =>
    function* read() {
      expectAnswer(yield get(`/console/verifications?${query}`), 200, '"verifications":');
    };
  function* nextPages(): ReturnType<Cycle> {
    let path = "/console/verifications?";
    for (let number = 1; number <= 20 && path; number += 1) {
      const answer: Answer = yield get(path);
      expectAnswer(answer, 200);
      const { next_page_url: next } = JSON.parse(answer.body).meta;
      path = next ? new URL(next).pathname + new URL(next).search : "";
    }
  }
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
  function* figures(): ReturnType<Cycle> {
    expectAnswer(yield get(`/console/figures?by=day&after=${daysAgo(28)}T00:00:00Z`), 200);
  }
  const asked: [names: string[], cycle: Cycle][] = [
    [["a start", "a check"], countersignCycle(caller, recipients, codeOf)],
    [[firstPage], page("")],
    [["the console's list, next pages"], nextPages],
    [["the console's list, two weeks back"], page(`before=${daysAgo(14)}T00:00:00Z`)],
    [["the console's list, those that expired"], page("status=expired")],
    [["the console's list, of a recipient"], page(`to=${encodeURIComponent(recipient)}`)],
    [["the console's figures, 28 days"], figures],
  ];
  const found = new Map<string, number[]>();
  for (const [names, cycle] of asked) {
    // The first of each makes what the others have.
    await conversation.play(cycle);
    waits.length = 0;
    for (let count = 0; count < times; count += 1) await conversation.play(cycle);
    for (const [index, name] of names.entries()) {
      found.set(
        name,
        waits.filter((_, place) => place % names.length === index),
      );
    }
  }
  await conversation.end();
  return found;
}
