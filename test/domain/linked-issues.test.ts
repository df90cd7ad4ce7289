import { describe, expect, test } from "vitest";
import { linkedIssues as linkFiles, readIssueFile } from "../../src/domain/linked-issues.ts";
import { parsePhaseDirectory, parsePhaseNumber } from "../../src/domain/phase.ts";
import { readState } from "../../src/domain/state-file.ts";

function linkedIssues(
  phase: Parameters<typeof linkFiles>[0],
  state: Parameters<typeof linkFiles>[1],
  files: readonly { path: string; text: string }[],
) {
  return linkFiles(
    phase,
    state,
    files.map(({ path, text }) => readIssueFile(text, path)),
  );
}

type Files = Record<string, string>;

/** Issues of a phase given as a directory name or a number. */
function issues(phase: string, state: string | null, files: Files = {}) {
  const number = parsePhaseNumber(phase);
  const target = number
    ? { number, dirName: null }
    : { number: parsePhaseDirectory(phase)!.number, dirName: phase };
  const list = Object.entries(files).map(([path, text]) => ({ path, text }));
  return linkedIssues(target, state === null ? null : readState(state), list);
}

function file(front: string): string {
  return `---\n${front}\n---\n\n## Problem\n`;
}

describe("which phase an entry means", () => {
  test.each<[string, string, boolean]>([
    ["03-chat", "3", true],
    ["03-chat", "03", true],
    ["03-chat", "03-chat", true],
    ["03-chat", "3:", true],
    ["03-chat", "3 (Chat)", true],
    ["03-chat", "3: Chat", true],
    ["03-chat", "Phase 3", true],
    ["03-chat", "03-other", false],
    ["03-chat", "13", false],
    ["03-chat", "3.1", false],
    ["03-chat", "30-chat", false],
    ["03-chat", "", false],
    ["03-chat", "chat", false],
    ["02.1-hotfix", "02.1-hotfix", true],
    ["02.1-hotfix", "2.1", true],
    ["02.1-hotfix", "0231-x", false],
    ["02.1-hotfix", "2.10", false],
    ["02.1-hotfix", "2", false],
    ["v1.0.6-02.1-hotfix", "02.1-hotfix", true],
    ["03 with spaces", "03 with spaces", true],
    ["16-", "16", true],
    ["16-", "16-name", true],
    ["3", "03-anything", true],
    ["12A", "12A", true],
    ["12A", "12", false],
  ])("phase %s, link %j: %s", (phase, link, linked) => {
    expect(issues(phase, `### Pending Issues\n- Title → Phase ${link}\n`)).toHaveLength(linked ? 1 : 0);
    expect(issues(phase, null, { "a.md": file(`title: T\nlinked_phase: "${link}"`) })).toHaveLength(
      linked ? 1 : 0,
    );
  });
});

test("issue files: title, number and phase as written", () => {
  const files = {
    ".planning/issues/open/b.md": file(
      "title: Second\nprovenance: github:owner/repo#52\nlinked_phase: 02.1-x",
    ),
    ".planning/issues/open/a.md": file("title: First\nprovenance: local\nlinked_phase: 02.1"),
    ".planning/issues/open/c.md": file('title: Other\nprovenance: "#9"\nlinked_phase: 2'),
    ".planning/issues/open/d.md": "---\nlinked_phase: 2.1\n---\n# From the heading\n",
    ".planning/issues/open/e.md": "---\nlinked_phase: 2.1\n---\n",
    ".planning/issues/open/f.md": "no front matter",
  };
  expect(issues("02.1-x", null, files)).toEqual([
    { title: "First", github: null, path: ".planning/issues/open/a.md", source: "issue_file" },
    { title: "Second", github: "owner/repo#52", path: ".planning/issues/open/b.md", source: "issue_file" },
    { title: "From the heading", github: null, path: ".planning/issues/open/d.md", source: "issue_file" },
    { title: "e", github: null, path: ".planning/issues/open/e.md", source: "issue_file" },
  ]);
});

describe("an issue in STATE.md and its file are one", () => {
  const PATH = ".planning/issues/open/2026-01-01-login.md";
  const FILE = file("title: Login fails\nprovenance: github:owner/repo#12\nlinked_phase: 03-chat");
  test.each<[string, string]>([
    ["path", `- Login → Phase 3\n  - File: ${PATH}\n`],
    ["path with dots and quotes", `- Login → Phase 3\n  - File: \`./${PATH}\`\n`],
    ["moved file", "- Login → Phase 3\n  - File: .planning/issues/in-progress/2026-01-01-login.md\n"],
    ["number", "- Login → Phase 3\n  - GitHub: #12\n"],
    ["full number", "- Login → Phase 3\n  - GitHub: Owner/Repo#12\n"],
  ])("by %s", (_, entry) => {
    const [issue, ...others] = issues("03-chat", `### Pending Issues\n${entry}`, { [PATH]: FILE });
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ title: "Login", path: PATH, source: "pending" });
    expect(issue!.github?.toLowerCase()).toBe("owner/repo#12");
  });

  test("another repository's number is another issue", () => {
    const state = "### Pending Issues\n- Login → Phase 3\n  - GitHub: other/repo#12\n";
    expect(issues("03-chat", state, { [PATH]: FILE }).map(({ github }) => github)).toEqual([
      "other/repo#12",
      "owner/repo#12",
    ]);
  });

  test("two entries of one number are one, pending first", () => {
    const state =
      '### Milestone Scope Issues\n- "B" (from: b.md, GitHub: #1) → Phase 3\n### Pending Issues\n- A → Phase 3\n  - GitHub: #1\n';
    expect(issues("3", state)).toEqual([{ title: "A", github: "#1", path: "b.md", source: "pending" }]);
  });
});

describe("milestone scope", () => {
  const STATE = '### Milestone Scope Issues\n- "Login" (from: .planning/issues/open/a.md, GitHub: #5)\n';
  test("an entry belongs to a phase when its issue file says so", () => {
    const files = { ".planning/issues/open/a.md": file("title: T\nlinked_phase: 03-chat") };
    expect(issues("03-chat", STATE, files)).toEqual([
      { title: "Login", github: "#5", path: ".planning/issues/open/a.md", source: "milestone_scope" },
    ]);
    expect(issues("04-mail", STATE, files)).toEqual([]);
  });

  test("without a link it belongs to no phase", () => {
    expect(issues("03-chat", STATE)).toEqual([]);
    expect(issues("03-chat", STATE, { ".planning/issues/open/a.md": file("title: T") })).toEqual([]);
  });

  test("its own arrow decides before its file", () => {
    const state = STATE.replace("#5)", "#5) → Phase 4");
    const files = { ".planning/issues/open/a.md": file("title: T") };
    expect(issues("04-mail", state, files)).toMatchObject([{ source: "milestone_scope" }]);
    expect(issues("03-chat", state, files)).toEqual([]);
  });
});

test("no STATE.md and no files", () => {
  expect(issues("3", null)).toEqual([]);
});

test("100,000 entries in well under a second", () => {
  const lines = Array.from({ length: 50_000 }, (_, index) => `- T → Phase 1\n  - GitHub: o/r${index}#1`);
  const started = performance.now();
  expect(issues("1", `### Pending Issues\n${lines.join("\n")}`)).toHaveLength(50_000);
  expect(performance.now() - started).toBeLessThan(2_000);
});
