/** How the bench sums up and prints what it measured. */

export const ROUNDS = 15;

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
export const ms = (value) => (value < 10 ? value.toFixed(1) : value.toFixed(0));

/** Prints a line of the table; gives its name when it does not hold. */
export function row(what, figure, bound, holds) {
  console.log(`| ${what} | ${figure} | ${bound}${holds ? "" : " **over**"} |`);
  return holds ? [] : [what];
}
