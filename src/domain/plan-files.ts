/** Which files of a phase directory are plans and summaries, and which only look like one. */
import { compareText } from "./diagnostic.ts";
import { comparePhaseNumbers, type PhaseNumber, parsePhaseNumber } from "./phase.ts";

export type PlanFileKind = "plan" | "summary";

/** Numbered plans run first, then gap closure, then fixes. */
const SERIES = ["plan", "gap", "fix"] as const;
export type PlanSeries = (typeof SERIES)[number];

export interface PlanFile {
  kind: PlanFileKind;
  /** File name inside the phase directory. */
  file: string;
  /** The stem without `-PLAN` or `-SUMMARY`; null for a bare `PLAN.md`. */
  stem: string | null;
  /** The plan part as written (`01`, `02b`, `GAP-2`); null where the name has none. */
  number: string | null;
  series: PlanSeries;
  /** The number's value; null for a bare `GAP` or `FIX`. */
  value: PhaseNumber | null;
  /** What follows the number, for order and pairing among equals: `CLOSURE` in `GAP-CLOSURE`. */
  variant: string;
  /** Words after the number, "" when there are none. */
  slug: string;
  /** The phase number that the name begins with, or null. */
  phase: PhaseNumber | null;
}

const PHASE = "(?!GAP|FIX)(?:v\\d+(?:\\.\\d+)+-)?(?:[A-Z]{1,6}-)?(\\d{1,9}[A-Za-z]?(?:\\.\\d{1,9})*)";
const PLAN = "(\\d{1,9}[A-Za-z]?(?:\\.\\d{1,9})*)";

const KIND_AS_WORD = /(?:^|-)(PLAN|SUMMARY)(?=-|$)/;
const PHASE_ONLY = new RegExp(`^${PHASE}$`);
const PHASE_AND_PLAN = new RegExp(`^${PHASE}-${PLAN}(?:-(.+))?$`);
const SPELLED_OUT = new RegExp(`^phase-${PHASE}-plan-${PLAN}$`, "i");
const SERIES_NAME = new RegExp(`^(?:${PHASE}-)?((GAP|FIX)(?:-?(\\d{1,9}[a-z]?))?(?:-([A-Za-z][\\w-]*))?)$`);
const SERIES_OF_PLAN = /^(?:FIX|GAP|REVISION)(?:-?\d+)?$/;
const KIND_BEFORE_NUMBER = new RegExp(`^(?:${PHASE}-)?(?:PLAN|SUMMARY)-P?${PLAN}(?:-(.+))?$`);

/** Reads a file name. `null`: not about plans; `"lookalike"`: its name resembles a plan's or a summary's. */
export function parsePlanFile(file: string): PlanFile | "lookalike" | null {
  if (!file.endsWith(".md") || !/PLAN|SUMMARY/.test(file)) return null;
  const base = file.slice(0, -".md".length);
  const word = KIND_AS_WORD.exec(base);
  if (!word) return "lookalike";
  const kind: PlanFileKind = word[1] === "PLAN" ? "plan" : "summary";
  const at = { kind, file, stem: base.replace(KIND_AS_WORD, "").replace(/^-/, "") };
  if (base === word[1]) {
    return {
      ...at,
      stem: null,
      number: null,
      series: "plan",
      value: null,
      variant: "",
      slug: "",
      phase: null,
    };
  }
  const before = KIND_BEFORE_NUMBER.exec(base);
  if (before && kind === "plan" && base.endsWith("-SUMMARY")) {
    const plan = parsePlanFile(`${base.slice(0, -"-SUMMARY".length)}.md`);
    return typeof plan === "object" && plan ? { ...plan, kind: "summary", file } : "lookalike";
  }
  if (before) return numbered(at, before[1], before[2]!, before[3]);
  if (!base.endsWith(`-${word[1]}`)) return "lookalike";
  return parseStem(at) ?? "lookalike";
}

interface Named {
  kind: PlanFileKind;
  file: string;
  stem: string;
}

function parseStem(at: Named): PlanFile | null {
  const alone = PHASE_ONLY.exec(at.stem);
  if (alone) {
    const phase = parsePhaseNumber(alone[1]!);
    return { ...at, number: null, series: "plan", value: null, variant: "", slug: "", phase };
  }
  const standard = PHASE_AND_PLAN.exec(at.stem) ?? SPELLED_OUT.exec(at.stem);
  if (standard) return numbered(at, standard[1], standard[2]!, standard[3]);
  const series = SERIES_NAME.exec(at.stem);
  if (!series) return null;
  return {
    ...at,
    number: series[2]!,
    series: series[3] === "GAP" ? "gap" : "fix",
    value: series[4] === undefined ? null : parsePhaseNumber(series[4]),
    variant: series[5] ?? "",
    slug: "",
    phase: series[1] === undefined ? null : parsePhaseNumber(series[1]),
  };
}

function numbered(at: Named, phase: string | undefined, plan: string, rest: string | undefined): PlanFile {
  // `39-01-FIX-SUMMARY.md` reports on a fix of plan 01, not on plan 01 itself.
  const isSeries = rest !== undefined && SERIES_OF_PLAN.test(rest);
  return {
    ...at,
    number: isSeries ? `${plan}-${rest}` : plan,
    series: isSeries ? (rest.startsWith("GAP") ? "gap" : "fix") : "plan",
    value: parsePhaseNumber(plan),
    variant: isSeries ? rest : "",
    slug: isSeries ? "" : (rest ?? ""),
    phase: phase === undefined ? null : parsePhaseNumber(phase),
  };
}

/**
 * A short name such as `03-PLAN.md` is the phase's only plan where 03 is the phase, and plan 03 where other
 * short names stand beside it or the phase has another number. Both occur in real trees.
 */
export function resolveShortNames(files: readonly PlanFile[], phase: PhaseNumber): PlanFile[] {
  const short = new Set(
    files.flatMap((file) => (isShort(file) ? [file.stem!.replace(/^.*?(\d)/, "$1")] : [])),
  );
  return files.map((file) => {
    if (!isShort(file)) return file;
    if (short.size === 1 && comparePhaseNumbers(file.phase!, phase) === 0) return file;
    return { ...file, number: /\d.*$/.exec(file.stem!)![0], value: file.phase, phase: null };
  });
}

function isShort(file: PlanFile): boolean {
  return file.number === null && file.phase !== null && file.stem !== null;
}

/** Equal for names of one plan: `1` and `01`, `GAP-2` and `GAP2`, with any slug or phase prefix. */
export function planKey({ series, value, variant }: PlanFile): string {
  const number =
    value === null ? "" : String(value.major) + value.letter + value.decimals.map((n) => `.${n}`).join("");
  return `${series}:${number}:${variant.toUpperCase()}`;
}

/** 1, 1b, 2, 10, then gap plans, then fixes; among equals by file name. A total order. */
export function comparePlanFiles(a: PlanFile, b: PlanFile): number {
  return (
    SERIES.indexOf(a.series) - SERIES.indexOf(b.series) ||
    compareValues(a.value, b.value) ||
    compareText(a.variant, b.variant) ||
    compareText(a.file, b.file)
  );
}

function compareValues(a: PhaseNumber | null, b: PhaseNumber | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return comparePhaseNumbers(a, b);
}
