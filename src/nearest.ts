/** The candidate that a mistyped name most likely means; undefined when none is close. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(name);
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    const other = plain(candidate);
    const distance = contains(wanted, other) ? 1 : distanceBetween(wanted, other);
    if (distance < bestDistance && distance <= allowed(wanted, other)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `Did you mean plan?`, or with an opening such as `The kinds are` all that there are. */
export function adviceOn(name: string, known: readonly string[], opening: string): string {
  const meant = nearest(name, known);
  return meant === undefined ? `${opening} ${known.join(", ")}.` : `Did you mean ${meant}?`;
}

/** One slip in a short word, one in three letters of a longer one: `tcsh` is not meant to be `bash`. */
function allowed(wanted: string, other: string): number {
  const length = Math.min(wanted.length, other.length);
  return length < 2 ? 0 : Math.max(1, Math.floor(length / 3));
}

function contains(wanted: string, other: string): boolean {
  if (Math.min(wanted.length, other.length) < 3 || wanted === other) return false;
  return other.includes(wanted) || wanted.includes(other);
}

/** `gapsOnly`, `gaps-only` and `gaps_only` are one name here; longer ones than any name are cut. */
function plain(name: string): string {
  return name
    .slice(0, 64)
    .toLowerCase()
    .replace(/[-_\s]+/g, "");
}

/** Letters put in, left out, replaced, or swapped with their neighbour. */
function distanceBetween(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? before[j - 2]! + 1 : Infinity;
      next.push(Math.min(replaced, swapped, row[j]! + 1, next[j - 1]! + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
