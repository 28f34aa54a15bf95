const named = new Intl.DisplayNames(["en"], { type: "region" });

/** `Germany (DE)`. What is no country's code stays as it is. */
export function countryName(country: string): string {
  return /^[A-Z]{2}$/.test(country) ? `${named.of(country)} (${country})` : country;
}
