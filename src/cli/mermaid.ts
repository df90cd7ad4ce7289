/** A phase's waves as a Mermaid flowchart in a code fence, for a README or an issue. */
import type { WavesAnswer } from "./answers.ts";
import { count, enumerate, plain, shortened } from "./text.ts";
import {
  conflictsOf,
  dependenciesOf,
  emptiness,
  obstaclesOf,
  placesOf,
  plansOf,
  startable,
} from "./waiting.ts";

const MAX_NAME = 60;
const MAX_FILES = 3;
/** Mermaid draws 500 arrows and refuses the whole picture for one more. */
const MAX_ARROWS = 499;

export function mermaid(answer: WavesAnswer): string[] {
  const plans = plansOf(answer);
  const places = placesOf(answer);
  // Ids of plans are names of files: what stands for them in the chart is made here.
  const nodes = new Map([...places.keys()].map((id, index) => [id, `p${index}`]));
  // A later batch is as ready as the first one, and waits for it.
  const ready = startable(answer).flatMap((id) => nodes.get(id) ?? []);
  const lines: string[] = nodes.size > 0 ? [] : [`  p0["${label([emptiness(answer)])}"]`];
  for (const { wave, batches } of answer.waves) {
    lines.push(`  subgraph ${`wave${wave}`.replace("-", "m")}["Wave ${wave}"]`);
    for (const id of batches.flat()) {
      lines.push(`    ${nodes.get(id)}["${label([id, plans.get(id)?.name ?? ""])}"]`);
    }
    lines.push("  end");
  }
  const arrows: string[] = [];
  for (const [id, node] of nodes) {
    for (const dependency of dependenciesOf(plans.get(id), places)) {
      arrows.push(`  ${nodes.get(dependency)} --> ${node}`);
    }
    const obstacles = obstaclesOf(id, answer).map(({ message }) => message);
    if (obstacles.length === 0) continue;
    arrows.push(`  ${node}x(["${label(shortened(obstacles, MAX_FILES))}"]) -.-> ${node}`);
  }
  for (const { first, second, files } of conflictsOf(answer)) {
    const what = files.length > 0 ? enumerate(shortened(files, MAX_FILES)) : "a file";
    arrows.push(`  ${nodes.get(first)} -. "${label([`both write ${what}`])}" .-> ${nodes.get(second)}`);
  }
  lines.push(...arrows.slice(0, MAX_ARROWS));
  const left = arrows.length - MAX_ARROWS;
  if (left > 0) lines.push(`  more["${label([`${count(left, "arrow")} left out`])}"]`);
  if (ready.length > 0) {
    lines.push("  classDef ready stroke:#2da44e,stroke-width:3px", `  class ${ready.join(",")} ready`);
  }
  return ["```mermaid", "flowchart TD", ...lines, "```"];
}

/**
 * In quotes, where all but the quote is text to Mermaid; what Markdown or HTML would read is written as a number too, so
 * that no name ends the fence or becomes markup.
 */
function label(parts: readonly string[]): string {
  return parts
    .map((part) => [...plain(part)].slice(0, 2 * MAX_NAME).join(""))
    .filter((part) => part !== "")
    .map((part) =>
      // A dot or a hyphen before a space may begin a list; where a colon stands, Mermaid may take the last semicolon.
      part.replace(/[^\p{L}\p{M}\p{N} .,_/-]|[.-](?= )/gu, (found) => `#${found.codePointAt(0)};`),
    )
    .join("<br/>");
}
