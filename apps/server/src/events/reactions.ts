import type { Attempt, DeliveryReport } from "../attempts/attempt.ts";
import { approvalBounds, type CountColumn, countColumns, type Figure, figureTable, hourMs } from "../console/figure.ts";
import type { CountChange, GuardAdditions, KnownRecipient } from "../guard/counts.ts";
import type { Service } from "../services/service.ts";
import type { ResourceFact } from "../sql/resources.ts";
import { parameters, type Statement, type Value, type Work } from "../sql/text.ts";
import type { CallFact } from "../v1/application.ts";
import type { Spray } from "../verifications/guesses.ts";
import type { Decision, FactType } from "../verifications/ledger.ts";
import type { Verification } from "../verifications/verification.ts";
import type { WebhookPost } from "./posts.ts";

/**
 * What follows from facts, in the transaction that makes them so: both are on disk, or neither is. It is asked again when
 * that is retried, so it has no effect of its own.
 */
export interface Reaction {
  /** To what happened to a verification, which is as the decision left it. */
  verification?(fact: FactType, verification: Verification, now: number, of: Circumstances): Consequences | undefined;
  /** To an attempt that was made, or of which its provider told something new. */
  attempt?(attempt: Attempt, service: Service | undefined): readonly WebhookPost[];
  /** Whether it asks for the service of an attempt, which is read for nobody else. */
  asksService?(): boolean;
  /** To a call of v1 that was answered. */
  call?(fact: CallFact): readonly WebhookPost[];
  /** To what is noticed of an account on which somebody tries codes. */
  spray?(spray: Spray): readonly WebhookPost[];
  /** To a change of a resource. What follows it writes itself. */
  resource?(fact: ResourceFact): Work<void>;
}

/** What led to a fact. */
interface Circumstances {
  service: Service | undefined;
  /** Whether it was a check, and not somebody's word. */
  isCheck: boolean;
}

export interface Consequences extends Omit<GuardAdditions, "blocks"> {
  posts?: readonly WebhookPost[];
  /** The verification's latest attempt is converted: the right code followed it. */
  isConverted?: boolean;
  /** What is counted by the hour. */
  figures?: readonly Figure[];
}

/** An approval converts the attempt that led to it. Every store begins with this one. */
export const conversion: Reaction = {
  verification: (fact) => (fact === "approved" ? { isConverted: true } : undefined),
};

/** What happened to verifications is counted by the hour, in every store. Sends are counted with their attempts. */
export const figuring: Reaction = {
  verification(fact, verification, at) {
    const counts = fact === "approved" ? approvedWithin(at - verification.createdAt) : countOf[fact];
    return counts && { figures: [figureOf(verification, at, counts)] };
  },
};

type FigureOwner = Pick<Figure, "accountSid" | "serviceSid" | "channel" | "country">;

/** Every start makes some: what it is made from is large, so nothing is spread. */
function figureOf(
  { accountSid, serviceSid, channel, country }: FigureOwner,
  at: number,
  counts: CountColumn,
  provider: string | null = null,
  errorCode: string | null = null,
): Figure {
  return { accountSid, serviceSid, channel, country, provider, errorCode, at, counts };
}

const countOf: Partial<Record<FactType, CountColumn>> = {
  started: "starts",
  check_refused: "refused_checks",
  locked: "locks",
  canceled: "cancellations",
};

function approvedWithin(ms: number): CountColumn {
  return `approved_${approvalBounds.find((bound) => ms <= bound * 1000) ?? "later"}`;
}

/** Everything that follows from a decision. @param current the verification that was decided on */
export function consequencesOf(
  reactions: readonly Reaction[],
  { facts = [], sends = [], verification: changed, isCheck = false }: Decision<unknown>,
  { current, service }: { current: Verification | undefined; service: Service | undefined },
  now: number,
): Required<Consequences> {
  const all = {
    posts: [] as WebhookPost[],
    counts: [] as CountChange[],
    known: [] as KnownRecipient[],
    isConverted: false,
    figures: [] as Figure[],
  };
  const verification = changed ?? current;
  const of = { service, isCheck };
  for (const fact of facts) {
    for (const reaction of reactions) {
      if (typeof fact !== "string") all.posts.push(...(reaction.call?.(fact) ?? []));
      const follows = verification && typeof fact === "string" && reaction.verification?.(fact, verification, now, of);
      if (!follows) continue;
      all.posts.push(...(follows.posts ?? []));
      all.counts.push(...(follows.counts ?? []));
      all.known.push(...(follows.known ?? []));
      all.isConverted ||= follows.isConverted ?? false;
      all.figures.push(...(follows.figures ?? []));
    }
  }
  for (const { attempt } of sends) {
    all.posts.push(...postsOf(reactions, attempt, service));
    all.figures.push(figureOf(attempt, now, "sends"), ...endFigures(attempt, attempt.delivery, null, now));
  }
  return all;
}

/** What webhooks are to hear of an attempt that has just changed. */
export function postsOf(reactions: readonly Reaction[], attempt: Attempt, service?: Service): WebhookPost[] {
  return reactions.flatMap((reaction) => reaction.attempt?.(attempt, service) ?? []);
}

/** Has every reaction hear of a change of a resource, within its transaction. */
export function* followChange(reactions: readonly Reaction[], fact: ResourceFact): Work<void> {
  for (const reaction of reactions) if (reaction.resource) yield* reaction.resource(fact);
}

/** What is counted of an attempt that changed, as its row has it. */
export interface ChangedAttempt extends FigureOwner, DeliveryReport {
  provider: string | null;
  updatedAt: number;
}

/** @param isHandedOver whether its message was just given away, or given up */
export function attemptFigures(attempt: ChangedAttempt, isHandedOver = false): Figure[] {
  const { provider, updatedAt } = attempt;
  const end = endFigures(attempt, attempt, provider, updatedAt);
  return isHandedOver && provider !== null ? [figureOf(attempt, updatedAt, "handed_over", provider), ...end] : end;
}

function endFigures(owner: FigureOwner, report: DeliveryReport, provider: string | null, at: number): Figure[] {
  const { status, errorCode } = report;
  if (status === "queued" || status === "sent") return [];
  if (status === "delivered") return [figureOf(owner, at, "delivered", provider)];
  return [figureOf(owner, at, "undelivered", provider, errorCode)];
}

/** The statements that add what is to be counted to its rows. */
export function addFigures(figures: readonly Figure[]): Statement[] {
  const rows = new Map<string, Value[]>();
  for (const figure of figures) {
    const { accountSid, at, serviceSid, channel, counts } = figure;
    const country = figure.country ?? "";
    const provider = figure.provider ?? "";
    const errorCode = figure.errorCode ?? "";
    const hour = at - (at % hourMs);
    const name = `${accountSid} ${hour} ${channel} ${country} ${provider} ${errorCode} ${serviceSid}`;
    let row = rows.get(name);
    if (!row) {
      row = [accountSid, null, hour, channel, country, provider, errorCode, serviceSid, ...zeros];
      rows.set(name, row);
    }
    const column = places[counts];
    row[column] = Number(row[column]) + 1;
  }
  return addFigureRows(rows);
}

/**
 * Adds the counts of rows, which their names tell apart, in the order of these. A row without a part is the writer's
 * own: nobody else has its connection, so that nobody waits for it.
 */
export function addFigureRows(rows: ReadonlyMap<string, readonly Value[]>): Statement[] {
  const sorted = [...rows].sort(([one], [other]) => (one < other ? -1 : 1));
  return Array.from({ length: Math.ceil(sorted.length / rowsEach) }, (_, index) => {
    const some = sorted.slice(index * rowsEach, (index + 1) * rowsEach);
    additions[some.length] ??= additionOf(some.length);
    return {
      name: `figures ${some.length}`,
      text: additions[some.length] ?? "",
      values: some.flatMap(([, row]) => row),
    };
  });
}

const figureColumns = [...figureTable.key, ...countColumns];
const zeros = countColumns.map(() => 0);
const places = Object.fromEntries(countColumns.map((name) => [name, figureColumns.indexOf(name)])) as Record<
  CountColumn,
  number
>;
const updates = countColumns.map((column) => `${column} = f.${column} + excluded.${column}`).join(", ");

/** A batch hardly has more. */
const rowsEach = 32;
/** Texts by how many rows they add. */
const additions: string[] = [];

function additionOf(rows: number): string {
  const values = Array.from({ length: rows }, (_, index) => {
    const [accountSid, part, ...others] = parameters(figureColumns.length, index * figureColumns.length + 1).split(
      ", ",
    );
    return `(${[accountSid, `coalesce(${part}, pg_backend_pid())`, ...others]})`;
  });
  return `INSERT INTO figures AS f (${figureColumns}) VALUES ${values}
    ON CONFLICT (${figureTable.key}) DO UPDATE SET ${updates}`;
}
