/** The technical domain of a gap, told by whole words. */

/** The closed list, in the order that decides between equals. */
export const GAP_CATEGORIES = [
  "auth",
  "database",
  "api",
  "ui",
  "tests",
  "integration",
  "performance",
  "docs",
  "config",
  "build",
  "other",
] as const;
export type GapCategory = (typeof GAP_CATEGORIES)[number];

const WORDS: Record<Exclude<GapCategory, "other">, string> = {
  auth:
    "auth authentication authorization authorize authorized unauthorized login logout signin signup " +
    "oauth token tokens password passwords permission permissions credential credentials jwt rbac sso " +
    "cookie cookies security secret secrets",
  database:
    "database db sql sqlite postgres postgresql mysql mongo mongodb redis prisma drizzle migration " +
    "migrations schema schemas query queries persist persists persisted persistence persisting storage " +
    "repository orm",
  api:
    "api apis endpoint endpoints rest graphql http https request requests response responses webhook " +
    "webhooks rpc grpc controller controllers middleware 404 422 500 server",
  ui:
    "ui ux component components button buttons page pages screen screens modal dialog layout css style " +
    "styles svelte tsx jsx vue html frontend renderer view views display displays displayed render " +
    "renders icon icons theme sidebar toolbar badge card cards picker chip chips tooltip responsive " +
    "accessibility a11y xaml click",
  integration:
    "wired wiring unwired wire integration integrate integrates integrated connect connects connected " +
    "connection disconnected import imports imported orphan orphaned handoff bridge dispatch subscribe " +
    "subscribes event events",
  performance:
    "performance slow latency memory leak leaks cache caching benchmark benchmarks throughput timeout " +
    "timeouts optimize optimization baseline baselines twice",
  tests:
    "test tests testing tested coverage spec specs e2e fixture fixtures vitest jest pytest playwright " +
    "assertion",
  docs: "doc docs documentation documented document readme changelog comment comments md guide",
  config:
    "config configuration configure configured env environment setting settings flag flags toml yaml " +
    "yml json package dependency dependencies",
  build:
    "build builds ci cd deploy deployment deploys docker dockerfile release releases installer " +
    "workflow workflows compile compiles publish",
};

const CATEGORY_OF = new Map<string, GapCategory>(
  (Object.entries(WORDS) as [GapCategory, string][]).flatMap(([category, words]) =>
    words.split(" ").map((word): [string, GapCategory] => [word, category]),
  ),
);

const TITLE_WEIGHT = 3;
const PATH_WEIGHT = 2;
const TEXT_WEIGHT = 1;

/** The domain that most words of the title (thrice), the paths (twice) and the other texts speak of. */
export function categorize(gap: {
  title: string;
  reason: string | null;
  artifacts: readonly { path: string }[];
  missing: readonly string[];
}): GapCategory {
  const scores = new Map<GapCategory, number>();
  addWords(scores, gap.title, TITLE_WEIGHT);
  if (gap.reason) addWords(scores, gap.reason, TEXT_WEIGHT);
  for (const { path } of gap.artifacts)
    addWords(scores, path.replace(/([a-z0-9])([A-Z])/g, "$1 $2"), PATH_WEIGHT);
  for (const item of gap.missing) addWords(scores, item, TEXT_WEIGHT);
  let best: GapCategory = "other";
  let highest = 0;
  for (const category of GAP_CATEGORIES) {
    const score = scores.get(category) ?? 0;
    if (score > highest) {
      best = category;
      highest = score;
    }
  }
  return best;
}

/** Each word of a text counts once, so that a repeated one does not outweigh all others. */
function addWords(scores: Map<GapCategory, number>, text: string, weight: number): void {
  for (const word of new Set(text.toLowerCase().match(/[a-z0-9]+/g))) {
    const category = CATEGORY_OF.get(word);
    if (category) scores.set(category, (scores.get(category) ?? 0) + weight);
  }
}
