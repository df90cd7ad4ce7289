import { expect, test } from "vitest";
import { type CommitKind, commitSubject, type SubjectParts } from "../../src/domain/commit-subject.ts";

const CHAT = { id: "03", slug: "chat" };

test.each<[CommitKind, SubjectParts, string]>([
  ["plans", CHAT, "docs(03): plan chat phase"],
  ["plan_complete", { ...CHAT, number: "01" }, "docs(03-01): complete chat plan"],
  ["plan_complete", { ...CHAT, number: "GAP-2" }, "docs(03-GAP-2): complete chat plan"],
  ["activate", CHAT, "docs(03): activate phase"],
  ["phase_complete", { id: "02.1", slug: "hot-fix" }, "docs(02.1): complete hot-fix phase"],
  ["phase_complete", { id: "54", slug: "a--b" }, "docs(54): complete a--b phase"],
  ["phase_complete", { id: "16", slug: "" }, "docs(16): complete phase"],
  ["phase_complete", { id: "128", slug: "code quality\n-x" }, "docs(128): complete code-quality-x phase"],
  ["phase_complete", { id: "03", slug: "`$(x)`" }, "docs(03): complete x phase"],
  ["gap_phases", CHAT, "docs(roadmap): add gap phases 03"],
  ["gap_phases", { ...CHAT, ids: ["06", "07"] }, "docs(roadmap): add gap phases 06, 07"],
  ["corrections", CHAT, "fix(03): orchestrator corrections"],
])("%s of %j", (kind, parts, subject) => {
  expect(commitSubject(kind, parts)).toBe(subject);
});
