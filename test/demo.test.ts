/** `npm run demo` on the sample project: what it must say is worked out by hand from examples/chat-app. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { plan, project, snapshotTree } from "./support/project.ts";
import { REPOSITORY } from "./support/stdio.ts";

const SAMPLE = `${REPOSITORY}examples/chat-app`;

function demo(...args: string[]) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/demo.mjs", ...args], {
    cwd: REPOSITORY,
    env,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** The lines from the one that begins with `start`, up to the one that begins with `end`. */
function part(text: string, start: string, end: string): string[] {
  const lines = text.split("\n");
  const from = lines.findIndex((line) => line.trimStart().startsWith(start));
  const to = lines.findIndex((line, index) => index > from && line.trimStart().startsWith(end));
  expect(from, start).toBeGreaterThanOrEqual(0);
  expect(to, end).toBeGreaterThan(from);
  return lines.slice(from, to);
}

/** What stands in each box, batch by batch, of lines such as `│ 03-03 … │   │ 03-04 … │`. */
function boxes(lines: string[]): string[] {
  const columns: string[] = [];
  for (const line of lines.filter((one) => one.includes("│"))) {
    const cells = [...line.matchAll(/│ (.*?) │/g)].map((match) => match[1]!.trim());
    for (const [index, cell] of cells.entries()) columns[index] = `${columns[index] ?? ""}${cell}\n`;
  }
  return columns;
}

describe("the demo of the sample project", () => {
  let run: ReturnType<typeof demo>;
  let before: Record<string, string>;
  beforeAll(() => {
    before = snapshotTree(SAMPLE);
    run = demo();
  });

  test("ends well and fits into 80 columns without colours", () => {
    expect(run).toMatchObject({ status: 0, stderr: "" });
    expect(run.stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(run.stdout).not.toContain("\x1b");
  });

  test("leaves the project as it was, and says so", () => {
    expect(snapshotTree(SAMPLE)).toEqual(before);
    const files = Object.entries(before).filter(
      ([path, kind]) => path.startsWith(".planning") && kind.startsWith("file"),
    );
    expect(run.stdout).toContain(
      `Nothing was written: all ${files.length} files of .planning/ are as before.`,
    );
  });

  test("says which phase is next and why", () => {
    const lines = part(run.stdout, "1. What is next?", "2. ").join("\n");
    expect(lines).toContain("Milestone: 1.2.0 Group Chat");
    expect(lines).toMatch(/02\.1 +Rooms +completed +2\/2 plans +gaps_found/);
    expect(lines).toMatch(/03 +Chat +active +2\/6 plans/);
    expect(lines).toMatch(/04 +Notifications +pending +no plans/);
    expect(lines).toMatch(/05 +Search +unstarted +no plans/);
    expect(lines).toMatch(/Next: execute phase 03, because .*4 of 6 plans/);
  });

  test("tells which plans are done, and the issues that are linked", () => {
    const lines = part(run.stdout, "2. Which phase is that?", "3. ").join("\n");
    expect(lines).toContain("03 Chat, active, in .planning/phases/active/03-chat");
    expect([...lines.matchAll(/✓ (\S+)/g)].map((match) => match[1])).toEqual(["03-01", "03-02"]);
    expect([...lines.matchAll(/· (\S+)/g)].map((match) => match[1])).toEqual([
      "03-03",
      "03-04",
      "03-05",
      "03-06",
    ]);
    expect(lines).toContain("#41 Scroll position jumps when older messages load");
    expect(lines).toContain("#37 Limit how fast one member can post");
  });

  test("puts 03-03 and 03-05 side by side, and 03-04 after them", () => {
    const lines = part(run.stdout, "Wave 2", "Wave 3");
    expect(lines[0]).toContain("3 plans, 2 batches");
    const [first, second, ...more] = boxes(lines);
    expect(more).toEqual([]);
    expect(first!.match(/^03-\d\d/gm)).toEqual(["03-03", "03-05"]);
    expect(second!.match(/^03-\d\d/gm)).toEqual(["03-04"]);
    expect(lines.join("\n")).toContain("Conflict: 03-03 and 03-04 write src/chat/Chat.tsx");
  });

  test("keeps 03-06 waiting, and says what is ready", () => {
    const lines = part(run.stdout, "Wave 3", "4. ");
    expect(boxes(lines)[0]).toMatch(/^03-06 /);
    expect(lines.join("\n")).toContain("03-06 is not ready: it waits for 03-03 and 03-05.");
    expect(lines.join("\n")).toContain(
      "Start now: 03-03 and 03-05, side by side, each with the model sonnet.",
    );
    expect(lines.join("\n")).toContain("Ready: 03-03, 03-04 and 03-05:");
  });

  const TITLES = {
    members: "Members see who else is in the room",
    leaves: "The member list updates when someone leaves",
    restart: "Rooms are still there after a restart",
    permission: "Only members have permission to read a room",
    name: "A name of more than 40 characters is refused in the dialog",
    lobby: "Leaving a room returns to the lobby",
    socket: "Auth hands the user to the room socket",
  };

  test("lists the open gaps below their reports, and not the fixed one", () => {
    const lines = part(run.stdout, "4. Which gaps are open?", "Proposed:").join("\n");
    const at = (text: string) => {
      expect(lines).toContain(text);
      return lines.indexOf(text);
    };
    const [verification, uat, audit] = [
      "02.1-VERIFICATION.md",
      "02.1-UAT.md",
      "v1.2.0-MILESTONE-AUDIT.md",
    ].map(at);
    for (const key of ["members", "leaves", "restart", "permission"] as const) {
      expect(at(TITLES[key])).toBeGreaterThan(verification!);
      expect(at(TITLES[key])).toBeLessThan(uat!);
    }
    expect(at(TITLES.name)).toBeGreaterThan(uat!);
    expect(at(TITLES.lobby)).toBeGreaterThan(uat!);
    expect(at(TITLES.socket)).toBeGreaterThan(audit!);
    expect(lines).toMatch(/blocker +Leaving a room/);
    expect(lines).toMatch(/minor +The member list updates/);
    expect(lines).not.toContain("without a name");
    expect(lines).toContain("01-VERIFICATION.md: passed, 4/4");
  });

  test("proposes gap phases by shared files, then by domain", () => {
    const lines = part(run.stdout, "Proposed:", "5. ");
    expect(lines[0]).toContain("3 gap phases for 7 open gaps");
    const groups = lines
      .join("\n")
      .split(/^ {3}Gap phase /m)
      .slice(1)
      .map((group) =>
        Object.keys(TITLES).filter((key) => group.includes(TITLES[key as keyof typeof TITLES].slice(0, 30))),
      );
    // MemberList.tsx and the forms; routes/rooms.ts and who may use it; the database.
    expect(groups.map((group) => group.sort().join(" ")).sort()).toEqual([
      "leaves members name",
      "lobby permission socket",
      "restart",
    ]);
    expect(lines.join("\n")).toContain("src/rooms/MemberList.tsx");
  });

  test("is what the README shows of it", () => {
    const shown =
      /^```text\n([\s\S]*?)^```$/m.exec(readFileSync(`${REPOSITORY}README.md`, "utf8"))?.[1] ?? "";
    const lines = shown.split("\n").filter((line) => line.trim() !== "" && line.trim() !== "…");
    expect(lines.length).toBeGreaterThan(10);
    const printed = run.stdout.split("\n").map((line) => line.replace(/(\?) {2,}\S.* ms$/, "$1"));
    expect(lines.filter((line) => !printed.includes(line))).toEqual([]);
  });

  test("finds the box that disagrees with the files, and the conflict", () => {
    const lines = part(run.stdout, "5. Are the files sound?", "Nothing was written").join("\n");
    expect(lines).toMatch(/BOX_MISMATCH: .*03-02/);
    expect(lines).toMatch(/FILE_CONFLICT: /);
    expect(lines).toMatch(/In all: 0 errors, /);
  });
});

test("another project can be shown", () => {
  const root = project({ ".planning/ROADMAP.md": "# Roadmap\n\n### Phase 1: Start\n\n**Goal:** Begin.\n" });
  const run = demo(root);
  expect(run.stderr).toBe("");
  expect(run.stdout).toContain("Next: plan phase 01");
  expect(run.stdout).toContain("NO_MATCHING_PHASE");
  expect(run.status).toBe(0);
});

test("paths that are written differently are one conflict", () => {
  const root = project({
    ".planning/ROADMAP.md": "# Roadmap\n\n### Phase 1: Start\n\n**Goal:** Begin.\n",
    ".planning/phases/active/01-start": {
      "01-01-PLAN.md": plan({ wave: 1, files_modified: ["./src/a.ts"] }),
      "01-02-PLAN.md": plan({ wave: 1, files_modified: ["src/a.ts"] }),
    },
  });
  const run = demo(root);
  expect(run.stderr).toBe("");
  expect(run.stdout).toContain("Conflict: 01-01 and 01-02 write src/a.ts");
});

test.each(["--help", "-h"])("%s tells how it is used", (option) => {
  expect(demo(option)).toMatchObject({
    status: 0,
    stderr: "",
    stdout: expect.stringMatching(/^Usage: npm run demo/),
  });
});

test("an unknown option is not a directory", () => {
  expect(demo("--frob")).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringContaining('"--frob"'),
  });
});

test("an error of the server ends the demo, and is shown", () => {
  const run = demo(project({}));
  expect(run.status).toBe(1);
  expect(run.stderr).toContain("NO_PLANNING_DIR");
});
