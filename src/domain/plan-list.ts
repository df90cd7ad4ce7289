/** The lists of a plan's front matter that schedule it: what they hold, and whether that is all. */
import { salvageList } from "../markdown/broken-list.ts";
import { asText, type Frontmatter, isLost, keyLine, type Yaml } from "../markdown/frontmatter.ts";

export interface PlanList {
  /** Entries as written; of a list that is not whole, as far as they can be told. */
  entries: string[];
  line: number | undefined;
  /** `lost`: no valid YAML, which the front matter's problems tell; `odd`: entries that are no text. */
  state: "whole" | "odd" | "lost";
}

/** Fields that hold the name itself where an entry is a mapping. */
const NAMES = ["path", "file", "plan", "id", "name"];
/** Far more than any list's; aliases can make a few lines to billions of entries. */
const MAX_NESTED = 1_000;

/** A list of texts, or one text that may hold several entries divided by commas. */
export function readPlanList(frontmatter: Frontmatter, key: string): PlanList {
  const line = keyLine(frontmatter, key);
  if (isLost(frontmatter, key)) return { entries: salvageList(frontmatter, key), line, state: "lost" };
  const value = frontmatter.data[key] ?? null;
  if (typeof value === "string") {
    return { entries: value.split(",").flatMap((entry) => asText(entry) ?? []), line, state: "whole" };
  }
  const entries: string[] = [];
  const rest = { visits: MAX_NESTED };
  let isWhole = value === null || Array.isArray(value);
  for (const item of Array.isArray(value) ? value : [value]) {
    if (item !== null && typeof item === "object") {
      isWhole = false;
      collect(item, entries, rest);
    } else {
      const text = asText(item);
      if (text !== null) entries.push(text);
    }
  }
  return { entries, line, state: isWhole ? "whole" : "odd" };
}

/** The names in nested lists and mappings: `{path: a.ts}`, `{created: [a.ts]}`, `04-01: a note`. */
function collect(value: Yaml, entries: string[], rest: { visits: number }): void {
  if (value === null || rest.visits-- <= 0) return;
  if (typeof value === "string") {
    if (value.trim() !== "") entries.push(value.trim());
  } else if (Array.isArray(value)) {
    for (const item of value) {
      if (rest.visits <= 0) return;
      collect(item, entries, rest);
    }
  } else {
    for (const key of Object.keys(value)) {
      if (rest.visits <= 0) return;
      const entry = value[key] ?? null;
      if (entry !== null && typeof entry !== "string") collect(entry, entries, rest);
      else if (/[\d./]/.test(key)) entries.push(entry === null ? key : `${key}: ${entry}`);
      else if (NAMES.includes(key)) collect(entry, entries, rest);
    }
  }
}
