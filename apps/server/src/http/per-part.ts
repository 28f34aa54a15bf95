/**
 * Has what is read of a part of a whole read once, however many servers a process starts: to read all of a document is
 * most of the work of a start. Whoever gets it changes nothing in it.
 */
export function perPart<W extends object, P extends object, T>(read: (whole: W, part: P) => T) {
  const kept = new WeakMap<W, WeakMap<P, T>>();
  return (whole: W, part: P): T => {
    const ofWhole = kept.get(whole) ?? new WeakMap<P, T>();
    kept.set(whole, ofWhole);
    const known = ofWhole.get(part) ?? read(whole, part);
    ofWhole.set(part, known);
    return known;
  };
}
