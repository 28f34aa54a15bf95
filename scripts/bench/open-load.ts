import { setTimeout as wait } from "node:timers/promises";
import { type Cycle, openConversation, openConversations, type Sample, sampleOf } from "./load.ts";
import type { Service } from "./processes.ts";
import { whileCounting } from "./processor.ts";

export interface SteadyLoad {
  service: Pick<Service, "port" | "pid">;
  /** Cycles that begin in a second, at random times as people come (Poisson). */
  rate: number;
  seconds: number;
  cycle: Cycle;
  /** From 0 to 1 without 1. */
  random: () => number;
}

/**
 * Makes load that does not wait for the service: cycles begin when they are due, on whichever connection is free or a new
 * one, and each request waits from the moment at which it was due, so that a service that stalls is not asked less.
 */
export async function loadSteadily({ service, rate, seconds, cycle, random }: SteadyLoad): Promise<Sample> {
  const waits: number[] = [];
  const free = await openConversations(Array(32).fill(service.port), waits);
  const play = async (dueAt: number) => {
    const conversation = free.pop() ?? (await openConversation(service.port, waits));
    await conversation.play(cycle, dueAt);
    free.push(conversation);
  };
  const begun = performance.now();
  const underWay: Promise<void>[] = [];
  const { used } = await whileCounting([service.pid], async () => {
    for (let dueAt = begun; dueAt < begun + seconds * 1000; dueAt += (-Math.log(1 - random()) * 1000) / rate) {
      while (performance.now() < dueAt) await wait(1);
      underWay.push(play(dueAt));
    }
    await Promise.all(underWay);
  });
  const elapsed = (performance.now() - begun) / 1000;
  await Promise.all(free.map((conversation) => conversation.end()));
  return sampleOf({ waits, cycles: underWay.length, seconds: elapsed, used });
}
