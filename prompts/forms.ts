/** The smallest forms of the files that subagents write, as the tools read them; a test feeds each to the tools. */

export const PLAN_FORM = `---
phase: 03-chat
plan: 01
wave: 1
depends_on: []
files_modified: [src/a.ts]
autonomous: true
must_haves:
  truths: ["What is true for a user when it is done"]
---
<objective>
One line that says what this plan builds.
</objective>
<tasks>
<task type="auto">
  <name>Task 1: …</name>
  <files>src/a.ts</files>
  <action>…</action>
  <verify>…</verify>
  <done>…</done>
</task>
</tasks>`;

export const VERIFICATION_FORM = `---
phase: 03-chat
verified: 2026-02-03
status: gaps_found
score: 3/4 must-haves verified
gaps:
  - truth: "What should be true"
    status: failed
    reason: "Why it is not"
    artifacts: [{ path: src/a.ts, issue: "What is wrong there" }]
    missing: ["What is to be added"]
---`;

export const UAT_FORM = `---
phase: 03-chat
status: diagnosed
---
## Tests

### 1. Send a message
expected: It is in the list
result: pass

### 2. Edit a message
expected: The list has the new text
result: issue

## Gaps

- truth: "What should be true"
  status: failed
  reason: "User reported: …"
  severity: major
  test: 2`;

/** For a text in which steps are indented anyway. */
export function fenced(form: string): string {
  return `\`\`\`\n${form}\n\`\`\``;
}
