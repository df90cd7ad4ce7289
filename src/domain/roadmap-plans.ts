/** Plan lines in ROADMAP.md: `- [ ] 04-01-PLAN.md — text`, `- [x] 04-01: text`, `- [ ] Plan 01: text`. */
import { readChecklistItem } from "../markdown/checklist.ts";

export interface RoadmapPlan {
  /** From 1. */
  line: number;
  /** Null where the line has no box. */
  checked: boolean | null;
  /** As written, without `-PLAN.md`: `04-01`, `01`, `04-01-slug`. */
  id: string;
  text: string;
}

const NUMBER = "\\d{1,9}[A-Za-z]?(?:\\.\\d{1,9})*";
/** Begins like a plan's: `INTEGRATION-PLAN.md` is none. */
const FILE =
  /^((?=\d|v\d|phase-\d|GAP|FIX|[A-Z]{1,6}-\d)[A-Za-z0-9][\w.]*(?:-[\w.]+)*?)-PLAN(?:\.md)?(?![\w-])/;
const FILE_REVERSED = /^PLAN-(\d[\w-]*)(?:\.md)?(?![\w.-])/;
const NUMBERED = new RegExp(
  `^(${NUMBER}-(?:\\d{1,9}[a-z]?|(?:GAP|FIX)(?:-?\\d{1,9})?)(?:-[a-z0-9]+)*)(?=[\\s\`*:：—–)\\]]|$)`,
);
const DATE = /^\d{4}-\d{2}-\d{2}/;
const WORD = /^Plan\s+(\d[\w.-]*|(?:GAP|FIX)[\w-]*)(?=[\s`*:：—–)\]]|$)/i;
const SHORT = /^(\d{1,3}[a-z]?)(?=\s*[:：])/;
const SEPARATOR = /^[`*_)\]\s]*(?:\([^()]*\))?[`*_)\]\s]*(?:[:：—–]|--?)/;

/** The plan on a list item; `listed` also accepts short forms, which only mean plans below a `Plans:` label. */
export function readPlanLine(trimmed: string, listed: boolean, line: number): RoadmapPlan | null {
  const boxed = readChecklistItem(trimmed);
  const bullet = boxed ? null : /^[-*+][ \t]+/.exec(trimmed);
  if (!boxed && !bullet) return null;
  const whole = boxed ? boxed.text : trimmed.slice(bullet![0].length);
  const lead = /^[^\p{L}\p{N}]+/u.exec(whole)?.[0] ?? "";
  const text = whole.slice(lead.length);
  const checked = boxed ? boxed.checked : /[✅✓✔☑]/u.test(lead) ? true : null;

  const file = FILE.exec(text) ?? FILE_REVERSED.exec(text);
  if (file) return { line, checked, id: file[1]!, text: textAfter(text.slice(file[0].length)) };
  if (!boxed && !listed) return null;
  const numbered = NUMBERED.exec(text) ?? WORD.exec(text) ?? (listed ? SHORT.exec(text) : null);
  if (!numbered || DATE.test(text)) return null;
  const after = text.slice(numbered[0].length);
  if (after.trim() !== "" && !SEPARATOR.test(after)) return null;
  return { line, checked, id: numbered[1]!, text: textAfter(after) };
}

/** Drops a link's target, closing marks and the separator. */
function textAfter(rest: string): string {
  const linked = rest.startsWith("](") ? rest.slice(rest.indexOf(")") + 1) : rest;
  return linked
    .replace(/^[`*_)\]\s]+/, "")
    .replace(/^(?:[:：—–]|--?)\s*/, "")
    .replace(/^(?:\*\*|__)\s*/, "")
    .trim();
}

/** True for the header of the column that holds plan ids. */
export function isPlanColumn(header: string): boolean {
  return /^plan(?:\s*(?:#|id|no\.?))?$/i.test(header);
}

/** The plan id in a table cell, or null. */
export function readPlanCell(cell: string): string | null {
  const text = cell.replace(/^[`*_[\s]+/, "");
  const file = FILE.exec(text);
  if (file) return file[1]!;
  return /^(\d[\w.-]*|(?:GAP|FIX)[\w-]*)(?=[\s`*\]]|$)/i.exec(text)?.[1] ?? null;
}
