import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { publishPlans } from "../../src/domain/issue-checklist.ts";
import { parsePhaseNumber } from "../../src/domain/phase.ts";
import { labelKey, planLine, readPlanLabel } from "../../src/domain/plan-label.ts";
import { pullBody } from "../../src/domain/pull-request.ts";

const lineOf = (text: string) => planLine({ number: "01", text, done: false });

describe("a plan's line", () => {
  test.each([
    ["01", "Build the chat", false, "- [ ] Plan 01: Build the chat"],
    ["GAP-2", "Close it", true, "- [x] Plan GAP-2: Close it"],
    ["02b", "", false, "- [ ] Plan 02b"],
    ["02b", " \u200b ", false, "- [ ] Plan 02b"],
  ])("%s, %j", (number, text, done, line) => {
    expect(planLine({ number, text, done })).toBe(line);
  });

  test.each<[string, string]>([
    ["  Build \r\n the\tchat  ", "Build the chat"],
    ["x".repeat(80), `${"x".repeat(59)}…`],
    [`${"word ".repeat(20)}`, "word word word word word word word word word word word…"],
    ["see #12 & fix $&", "see # 12 & fix $&"],
    ["call /api?x=1&y=2, &lt;b>", "call /api?x=1&y=2, \\&lt;b>"],
    ["if a < b, [link](x)", "if a \\< b, \\[link](x)"],
    ["a <!-- hidden --> b", "a \\<!-- hidden --> b"],
    ["return `List<String>` </details>", "return `List<String>` \\</details>"],
    ["add @types/node and @acme", "add @ types/node and @ acme"],
    ["keep `@types/node`, a@b.example", "keep `@ types/node`, a@b.example"],
    ["\u202eevil\u200b text", "evil text"],
    // Cut within a code span, which is none then.
    [
      "Upgrade typings used by every single package: `@types/node x`",
      "Upgrade typings used by every single package: \\`@ types/node…",
    ],
    ["![x](https://evil.example/p.png)", "!\\[x](https://evil.example/p.png)"],
  ])("%j", (text, expected) => {
    expect(lineOf(text)).toBe(`- [ ] Plan 01: ${expected}`);
  });

  test("is the same in an issue and in a pull request", () => {
    const plan = { id: "03-01", number: "01", text: "Ask @team about <b> and #12", done: true };
    const line = "- [x] Plan 01: Ask @ team about \\<b> and # 12";
    expect(publishPlans("", [plan], parsePhaseNumber("3")!).text).toBe(`## Plans\n\n${line}\n`);
    const issues = { closes: [], mentions: [] };
    expect(pullBody({ goal: null, plans: [plan], issues })).toBe(`## Plans\n\n${line}`);
  });

  test("is one line that names its plan and calls nobody, whatever the text is", () => {
    const part = fc.oneof(
      fc.constantFrom(
        ..."`@#<[&_*~\\/. \n",
        "``",
        "octocat",
        "12",
        "GH-",
        "_@",
        ".@",
        "/@",
        "https://a.b/c/d/issues/",
      ),
      fc.string({ unit: "binary", maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const line = lineOf(parts.join(""));
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(readPlanLabel(line.slice("- [ ] ".length))?.key).toBe(labelKey("01"));
        expect(line).not.toMatch(/(?<![a-z\d])@[a-z\d]|#\d|(?<![a-z\d])GH-\d|\/issues\/\d/i);
      }),
      { numRuns: 2_000 },
    );
  });
});
