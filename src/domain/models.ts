/** Which model each agent runs on, by model profile. */

export const MODEL_PROFILES = ["quality", "balanced", "budget"] as const;
export type ModelProfile = (typeof MODEL_PROFILES)[number];

/** Columns in the order of `MODEL_PROFILES`. */
const MODELS = {
  executor: ["opus", "sonnet", "sonnet"],
  verifier: ["sonnet", "sonnet", "haiku"],
  "code-reviewer": ["opus", "sonnet", "sonnet"],
  analyzer: ["sonnet", "sonnet", "haiku"],
  "phase-researcher": ["opus", "sonnet", "haiku"],
  planner: ["opus", "opus", "sonnet"],
  "plan-checker": ["sonnet", "sonnet", "haiku"],
  mapper: ["haiku", "haiku", "haiku"],
  "integration-checker": ["sonnet", "sonnet", "haiku"],
} as const satisfies Record<string, readonly [string, string, string]>;

export type Agent = keyof typeof MODELS;

/** The model of every agent under a profile. */
export function modelsOf(profile: ModelProfile): Record<Agent, string> {
  const column = MODEL_PROFILES.indexOf(profile);
  const models = Object.entries(MODELS).map(([agent, row]) => [agent, row[column]]);
  return Object.fromEntries(models);
}
