/** What a plan is about, as lists of plans on GitHub say it. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import { sanitizeText } from "../domain/github-text.ts";
import { nameFromSlug } from "../domain/naming.ts";
import { MAX_PLAN_TEXT } from "../domain/plan-label.ts";
import type { PlanStatus, Workspace } from "./workspace.ts";

/** The first line of its objective, else its name, else the words of its file's name. */
export function planTextOf(workspace: Workspace, plan: PlanStatus): string {
  const { fields } = workspace.planFields(plan);
  const sources = [
    workspace.planBody(plan).objective,
    fields.objective,
    fields.name,
    nameFromSlug(plan.plan.slug),
    plan.id.replaceAll("-", " "),
  ];
  const texts = sources.map((source) => sanitizeText(source ?? "", MAX_PLAN_TEXT));
  return texts.find((text) => text !== "") ?? "";
}

/** Of a plan that is listed and cannot be read: a directory may have moved between the two. */
export function unreadPlan({ id, path }: PlanStatus, effect: string): Diagnostic {
  const message = `the plan could not be read, ${effect}`;
  return { code: "UNREADABLE_FILE", severity: "warning", message, path, plans: [id] };
}
