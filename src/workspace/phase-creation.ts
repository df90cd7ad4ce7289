/** The phase whose directory is to be created: found in ROADMAP.md, also where older directories have its number. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import { shorten, slugify } from "../domain/naming.ts";
import { comparePhaseNumbers, formatPlain, type PhaseRef } from "../domain/phase.ts";
import { type Phase, PhaseIndex } from "../domain/phase-index.ts";
import { PlanningError } from "../errors.ts";
import type { Workspace } from "./workspace.ts";

/** Name of the directory that the phase gets. */
export function directoryNameOf({ id, name }: PhaseRef): string {
  const slug = slugify(name);
  return slug === "" ? id : `${id}-${slug}`;
}

/** The phase that an argument means; throws PHASE_NOT_IN_ROADMAP for one that is nowhere. */
export function findPhaseToCreate(workspace: Workspace, argument: string): Phase {
  try {
    return workspace.findPhase(argument);
  } catch (error) {
    if (!(error instanceof PlanningError)) throw error;
    const made = error.code === "PHASE_COLLISION" ? findCreated(workspace, argument) : null;
    if (made) return made;
    if (error.code !== "PHASE_NOT_FOUND") throw error;
    throw new PlanningError("PHASE_NOT_IN_ROADMAP", error.message, {
      ...error.details,
      hint: "Add the phase to ROADMAP.md first.",
      path: error.details.path ?? ".planning/ROADMAP.md",
    });
  }
}

/** Of directories that share a number, the one that would be created if it were not there. */
function findCreated(workspace: Workspace, argument: string): Phase | null {
  const version = workspace.milestone().milestone?.version ?? null;
  const created = workspace.directories().filter((directory) => {
    const others = workspace.directories().filter((one) => one !== directory);
    try {
      const { ref } = new PhaseIndex(others, workspace.roadmap(), version, () => null).findPhase(argument);
      return ref.dir === null && directoryNameOf(ref) === directory.name;
    } catch {
      return false;
    }
  });
  return created.length === 1 ? workspace.findPhase(created[0]!.name) : null;
}

/** Says so where another milestone's directory has the number of the phase: it does not name the phase any more. */
export function sharedNumber(workspace: Workspace, { number }: Phase, dir: string): Diagnostic[] {
  const name = dir.slice(dir.lastIndexOf("/") + 1);
  const others = workspace
    .directories()
    .filter((one) => one.name !== name && comparePhaseNumbers(one.number, number) === 0);
  if (others.length === 0) return [];
  const names = shorten(others.map((one) => one.name).join(", "), 300);
  return [
    {
      code: "PHASE_COLLISION",
      severity: "warning",
      message: `${names} has phase number ${formatPlain(number)} too, so give ${name} as \`phase\` from now on`,
      path: dir,
    },
  ];
}
