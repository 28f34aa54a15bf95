/** One figure of both packages, with its unit. */
export type Row = { name: string; client: string; twilio: string };

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
