/** What the system tells about processes and process groups; little where there is no /proc. */
import fs from "node:fs";

interface ProcessFacts {
  /** When it started, in the system's own units; "" where that cannot be told, "ended" when it has ended. */
  started: string;
  /** Process numbers; 0 where they cannot be told. */
  parent: number;
  group: number;
}

const UNKNOWN: ProcessFacts = { started: "", parent: 0, group: 0 };

/** From /proc/PID/stat: process numbers are used again, start times with them are not. */
export function processAt(pid: number | string): ProcessFacts {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie holds nothing any more.
    const started = fields[0] === "Z" ? "ended" : (fields[19] ?? "");
    return { started, parent: Number(fields[1]), group: Number(fields[2]) };
  } catch {
    return UNKNOWN;
  }
}

/** False when there is no such process, or, with a negative number, no such group. Zombies count. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** True while a process of the group runs. */
export function isGroupRunning(group: number): boolean {
  if (!exists(-group)) return false;
  // Of those that have ended, a container's first process may never take notice.
  const members = processes().filter((facts) => facts.group === group);
  return members.length === 0 || members.some(({ started }) => started !== "ended");
}

/** None where there is no /proc. */
function processes(): ProcessFacts[] {
  try {
    return fs.readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [processAt(name)] : []));
  } catch {
    return [];
  }
}
