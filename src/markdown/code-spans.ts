/** One for each character between backticks: runs of one length open and close a span. */
export function codeSpans(line: string): Uint8Array {
  const runs = [...line.matchAll(/`+/g)].map(({ index, 0: run }) => ({ index, length: run.length }));
  const places = new Map<number, number[]>();
  for (const [order, { length }] of runs.entries()) {
    const same = places.get(length);
    if (same) same.push(order);
    else places.set(length, [order]);
  }
  for (const orders of places.values()) orders.reverse();
  const isCode = new Uint8Array(line.length);
  for (let order = 0; order < runs.length; order++) {
    const { index, length } = runs[order]!;
    const same = places.get(length)!;
    while (same.length > 0 && same.at(-1)! <= order) same.pop();
    const end = same.at(-1);
    if (end === undefined) continue;
    isCode.fill(1, index, runs[end]!.index);
    order = end;
  }
  return isCode;
}
