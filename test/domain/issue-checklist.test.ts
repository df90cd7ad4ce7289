import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkPlans, type ListedPlan, publishPlans } from "../../src/domain/issue-checklist.ts";
import { parsePhaseNumber } from "../../src/domain/phase.ts";

const PHASE = parsePhaseNumber("3")!;

/** `plans("01", "02 done", "GAP-2")`; the text is `Do NUMBER`. */
function plans(...given: string[]): ListedPlan[] {
  return given.map((one) => {
    const [number = "", done] = one.split(" ");
    return { id: `03-${number}`, number, text: `Do ${number}`, done: done === "done" };
  });
}

const publish = (body: string, ...given: string[]) => publishPlans(body, plans(...given), PHASE);
const check = (body: string, ...given: string[]) => checkPlans(body, plans(...given), PHASE);

/** As Kata makes them. */
const TEMPLATE = `## Goal

People chat.

## Success Criteria

- [ ] Plan 01: a criterion that looks like a plan
- [ ] Messages arrive

## Plans

<!-- Checklist added by /kata-plan-phase (Phase 4) -->
_Plans will be added after phase planning completes._

---
<sub>Created by Kata | Phase 3 of milestone v1.2.0</sub>
`;

describe("publish", () => {
  test("replaces the placeholder and changes nothing else", () => {
    const edited = publish(TEMPLATE, "01", "02 done", "GAP-2");
    expect(edited.text).toBe(
      TEMPLATE.replace(
        /<!-- Checklist.*-->\n_Plans will.*_/,
        "- [ ] Plan 01: Do 01\n- [x] Plan 02: Do 02\n- [ ] Plan GAP-2: Do GAP-2",
      ),
    );
    expect(edited).toMatchObject({
      added: ["01", "02", "GAP-2"],
      checked: ["02"],
      alreadyChecked: [],
      notInIssue: [],
      checkedTotal: 1,
      total: 3,
      sections: 1,
    });
  });

  test("replaces the placeholder whatever stands around it", () => {
    for (const body of [
      "## Plans\n_Plans will be added after phase planning completes._\n---\n<sub>x</sub>",
      "## Plans\n\n\n*Plans will be added later.*",
      "## Plans\r\n\r\n<!-- Checklist added by x -->\r\n_Plans will be added after phase planning completes._\r\n",
    ]) {
      const { text } = publish(body, "01");
      expect(text).toBe(body.replace(/(?:<!--.*-->\r?\n)?[_*]Plans will.*[_*]/, "- [ ] Plan 01: Do 01"));
    }
  });

  test("keeps ticks, a person's words and lines, and the order of plans", () => {
    const body = `## Plans

A note of mine.

- [x] Plan 1: in my own words
  - with a detail
- [ ] write the docs
* [X] **Plan 03:** third
- [ ] Plan 9: no longer a plan
`;
    const edited = publish(body, "01", "02", "03 done", "04");
    expect(edited.text).toBe(`## Plans

A note of mine.

- [x] Plan 1: in my own words
  - with a detail
- [ ] Plan 02: Do 02
- [ ] write the docs
* [X] **Plan 03:** third
- [ ] Plan 04: Do 04
- [ ] Plan 9: no longer a plan
`);
    expect(edited).toMatchObject({ added: ["02", "04"], checked: [], alreadyChecked: ["03"], total: 5 });
    expect(edited.checkedTotal).toBe(2);
  });

  test("ticks what was finished meanwhile", () => {
    const { text } = publish(TEMPLATE, "01", "02");
    const edited = publish(text, "01 done", "02");
    expect(edited.text).toBe(text.replace("- [ ] Plan 01: Do", "- [x] Plan 01: Do"));
    expect(edited).toMatchObject({ added: [], checked: ["01"], checkedTotal: 1, total: 2 });
  });

  test("a plan before the first one listed goes before it, indented alike", () => {
    const edited = publish("## Plans\n- Wave 1\n  - [ ] Plan 02: b\n  - [ ] Plan 03: c\n", "01", "02", "03");
    expect(edited.text).toBe(
      "## Plans\n- Wave 1\n  - [ ] Plan 01: Do 01\n  - [ ] Plan 02: b\n  - [ ] Plan 03: c\n",
    );
  });

  const NEW = "- [ ] Plan 02: Do 02\n";

  test.each([
    "## 📋 Plans",
    "## 🗒️ Plans",
    "## Plans (3)",
    "## Plans (1 of 3):",
    "## [Plans](#x)",
    '## <a name="p"></a>Plans',
    "## Plans：",
    "## :clipboard: Plans",
    "## 📋 [**Plans**](#x) (3/4)",
    "## Plans [2/3]",
    "## ![icon](x.png) Plans",
    "## [![icon](x.png)](y) Plans",
  ])("goes under %j", (heading) => {
    const body = `${heading}\n\n- [x] Plan 01: a\n`;
    expect(publish(body, "01", "02")).toMatchObject({ text: body + NEW, added: ["02"], total: 2 });
  });

  test.each(["## Plans for v2", "## Plans (Phase 4)", "## Old Plans", "## Plans (old)", "## Plan"])(
    "does not go under %j",
    (heading) => {
      const body = `${heading}\n\n- [x] Plan 01: a\n`;
      expect(publish(body, "02").text).toBe(`${body}\n## Plans\n\n${NEW}`);
    },
  );

  test.each([
    "## Plans\n\n- [ ] Plan 01: a\n@<details>\n<summary>notes</summary>\n\nfoo\n\n</details>\n",
    "<details>\n<summary>Plans</summary>\n\n</details>\n\n## Plans\n\n- [ ] Plan 01: a\n@</details>\n",
    "<div>\n\n## Plans\n\n- [ ] Plan 01: a\n@</div>\n",
    "## Plans\n\n<table>\n<tr><td>\n\n- [ ] Plan 01: a\n@</td></tr>\n</table>\n",
    '## Plans\n\n- [ ] Plan 01: a\n@<p align="right"><a href="#top">back to top</a></p>\n',
    "## Plans\n\n- [ ] Plan 01: a\n  <div>\n\n  more\n@</div>\n",
    // GitHub ends the list here, since the tag is not indented.
    "## Plans\n\n- [ ] Plan 01: a\n@<br>\nb\n",
    "## Plans\n\n- [ ] Plan 01: a\n  <br>\nb\n@",
  ])("is never put into raw HTML: %j", (body) => {
    const { text, added, total } = publish(body.replace("@", ""), "01", "02");
    expect([text, added, total]).toEqual([body.replace("@", NEW), ["02"], 2]);
  });

  test("a section in raw HTML is none", () => {
    const forged = "<div>\n## Plans\n- [ ] Plan 01: forged\n</div>\n\nTail\n";
    expect(publish(forged, "01", "02")).toMatchObject({
      text: `${forged}\n## Plans\n\n- [ ] Plan 01: Do 01\n${NEW}`,
      added: ["01", "02"],
      total: 2,
    });
    expect(check(forged, "01 done")).toMatchObject({ text: forged, notInIssue: ["01"], total: 0 });
    const list = "## Plans\n\n<div>\n- item\n";
    expect(publish(list, "02").text).toBe(`${list}\n${NEW}`);
  });

  const fold = (text: string) => `<details>\n<summary>Background</summary>\n\n${text}\n\n</details>\n`;

  test.each([
    "## Background\n\ntext",
    "text\n\n---\n\nmore",
    "### Phase 4\n\n- [ ] Plan 02: other",
    "## Plans\n\ntext",
  ])("is never put into a fold with %j", (text) => {
    const body = `## Plans\n\n${fold(text)}`;
    expect(publish(body, "02")).toMatchObject({
      text: `${body}\n${NEW}`,
      added: ["02"],
      total: 1,
      sections: 1,
    });
    const more = `${body}\n### Phase 4\n\n- [ ] Plan 02: other\n`;
    expect(publish(more, "02").text).toBe(more.replace("</details>\n", `</details>\n\n${NEW}`));
  });

  test.each([
    "## Notes\n\n- [ ] Plan 02: dropped",
    "### Phase 4\n\n- [ ] Plan 02: other\n\n#### Wave 2\n\ntext",
  ])("a fold with %j ends no section, and what that begins ends with the fold", (text) => {
    const body = `## Plans\n\n- [ ] Plan 01: a\n\n${fold(text)}\n- [ ] Plan 02: b\n\n${fold(text)}\n## Notes\n`;
    expect(publish(body, "02 done")).toMatchObject({
      text: body.replace("[ ] Plan 02: b", "[x] Plan 02: b"),
      added: [],
      total: 2,
    });
  });

  test("plans in folds are plans of the section, and stay another phase's where the fold is", () => {
    const waves = `## Plans\n\n${fold("### Wave 1\n\n- [ ] Plan 01: a")}\n${fold("### Phase 4\n\n- [ ] Plan 02: x\n\n### Phase 3\n\n- [ ] Plan 02: b")}`;
    expect(publish(waves, "01 done", "02 done")).toMatchObject({
      text: waves.replace("[ ] Plan 01", "[x] Plan 01").replace("[ ] Plan 02: b", "[x] Plan 02: b"),
      total: 2,
    });
    const other = `## Plans\n\n- [ ] Plan 01: a\n\n### Phase 4\n\n${fold("## Notes")}\n- [ ] Plan 01: other\n`;
    expect(check(other, "01 done").text).toBe(other.replace("[ ] Plan 01: a", "[x] Plan 01: a"));
  });

  test.each([
    ["`<details>` is used\n\n@\n`</details>` too\n"],
    ["\\<details>\n\n@\n\\</details>\n"],
    ["    <details>\n\n@\n    </details>\n"],
    ["> <details>\n\n@\n> </details>\n"],
  ])("what only looks like a fold is none: %j", (around) => {
    const body = around.replace("@", "## Plans\n\n- [ ] Plan 01: a\n");
    expect(publish(body, "01 done")).toMatchObject({ text: body.replace("[ ]", "[x]"), added: [], total: 1 });
  });

  test("an empty item ends before a fence that stands apart", () => {
    const body = "-\n\n  ```\n## Plans\n";
    expect(publish(body, "02").text).toBe(`-\n\n## Plans\n\n${NEW}\n<!-- -->\n\n  \`\`\`\n## Plans\n`);
  });

  test.each<[string, string, string]>([
    ["an empty body", "", "## Plans\n\n- [ ] Plan 01: Do 01\n"],
    ["no section and no final newline", "Text", "Text\n\n## Plans\n\n- [ ] Plan 01: Do 01"],
    [
      "a footer",
      "Text\n\n---\n<sub>Created by Kata</sub>\n",
      "Text\n\n## Plans\n\n- [ ] Plan 01: Do 01\n\n---\n<sub>Created by Kata</sub>\n",
    ],
    ["CRLF", "Text\r\n", "Text\r\n\r\n## Plans\r\n\r\n- [ ] Plan 01: Do 01\r\n"],
    ["an empty section", "## Plans\n## Notes\n", "## Plans\n\n- [ ] Plan 01: Do 01\n\n## Notes\n"],
    ["a section of words", "## Plans\n\nNone yet.\n", "## Plans\n\nNone yet.\n\n- [ ] Plan 01: Do 01\n"],
    ["a person's list", "## Plans\n- [ ] docs\n", "## Plans\n- [ ] docs\n- [ ] Plan 01: Do 01\n"],
    [
      "a heading of another kind behind it",
      "## Plans\n\nMore\n----\ntext\n",
      "## Plans\n\n- [ ] Plan 01: Do 01\n\nMore\n----\ntext\n",
    ],
    [
      "a section only of another name",
      "## Plans for v2\n\n- [ ] Plan 01: other\n",
      "## Plans for v2\n\n- [ ] Plan 01: other\n\n## Plans\n\n- [ ] Plan 01: Do 01\n",
    ],
    ["a dividing line first", "---\n## Plans\n---\n", "---\n## Plans\n\n- [ ] Plan 01: Do 01\n\n---\n"],
    [
      "a fence that is never closed",
      "Text\n\n```\n## Plans\n",
      "Text\n\n## Plans\n\n- [ ] Plan 01: Do 01\n\n```\n## Plans\n",
    ],
  ])("%s", (_, body, expected) => {
    expect(publish(body, "01").text).toBe(expected);
  });

  test.each([
    "```\n## Plans\n- [ ] Plan 01: x\n```\n",
    "> ## Plans\n> - [ ] Plan 01: x\n",
    "<!--\n## Plans\n- [ ] Plan 01: x\n-->\n",
    "<details>\n\n## Plans\n\n- [ ] Plan 01: x\n\n</details>\n",
    "    ## Plans\n    - [ ] Plan 01: x\n",
    "<pre>\n## Plans\n\n- [ ] Plan 01: x\n</pre>\n",
    "<Script>\n\n## Plans\n- [ ] Plan 01: x\n\n</textarea> text\n",
    "<![CDATA[\n## Plans\n- [ ] Plan 01: x\n]]>\n",
    "- ```\n\n  ## Plans\n  - [ ] Plan 01: x\n",
  ])("%j is no section", (forged) => {
    const { text, total } = publish(`${forged}\n## Plans\n\n- [ ] Plan 02: b\n`, "01 done", "02");
    expect(text).toBe(`${forged}\n## Plans\n\n- [x] Plan 01: Do 01\n- [ ] Plan 02: b\n`);
    expect(total).toBe(2);
    expect(check(forged, "01 done")).toMatchObject({ text: forged, notInIssue: ["01"], total: 0 });
    expect(publish(forged, "01").text).toBe(`${forged}\n## Plans\n\n- [ ] Plan 01: Do 01\n`);
  });

  test.each([
    ["- item\n  ```\n  code\n\n"],
    ["1. item\n\n   <!-- note\n\n"],
    ["- item\n  <pre>\n\n"],
    ["Example:\n\n    ```\n    code\n\n"],
    ["    <!--\n\n"],
    ["<!-->\n\n"],
    ["<!--->\n\n"],
    ["<pre></pre>\n\n"],
    ["text\n<script>1</script>\n"],
    ["```\n    ```\n```\n"],
    ["- ```\n> quote\n"],
  ])("%j hides nothing behind it", (before) => {
    const body = `${before}## Plans\n\n- [ ] Plan 01: a\n`;
    expect(publish(body, "01 done")).toMatchObject({ text: body.replace("[ ]", "[x]"), added: [], total: 1 });
  });

  test.each([
    "Plans\n-----\n\n- [x] Plan 01: A\n",
    "Plans\n-\n- [x] Plan 01: A\n",
    "## **Plans**\n\n- [x] Plan 01: A\n",
    "## __Plans:__ ##\n\n- [x] Plan 01: A\n",
    "### Plans\n\n- [x] Plan 01: A\n",
    "Plans\n=====\n\n- [x] Plan 01: A\n",
    "## Plans\n\ntext\n\n---\n\n- [x] Plan 01: A\n\n***\n",
    "## Plans\n\n- [x] [Plan 01: A](https://x.example/1)\n",
    "## Plans\n\n- [x] [Plan 01](https://x.example/1) - A\n",
    "## Plans\n\n- [x] **[Plan 01](https://x.example/1)**: A\n",
    "## Plans\n\n- [x] Plan 01 (Bob): A\n",
    "## Plans\n\n- [x] Plan 01 (Bob)\n",
    "## Plans\n\n- [x]\u00a0Plan\u00a001: A\n",
    "## Plans\n\n* [x] <s>Plan 01: A</s>\n",
  ])("in %j a plan is found and not repeated", (body) => {
    expect(publish(body, "01 done")).toMatchObject({
      text: body,
      added: [],
      alreadyChecked: ["01"],
      total: 1,
    });
    const open = body.replace("[x]", "[ ]");
    if (!body.includes("<s>")) expect(check(open, "01 done")).toMatchObject({ text: body, checked: ["01"] });
    expect(publish(open, "01 done", "02").added).toEqual(["02"]);
  });

  test("a heading of another level counts only where there is no `## Plans`", () => {
    const body = "### Plans\n\n- [ ] Plan 01: a\n\n## Plans\n\n- [ ] Plan 02: b\n";
    expect(publish(body, "01 done", "02").text).toBe(
      "### Plans\n\n- [ ] Plan 01: a\n\n## Plans\n\n- [x] Plan 01: Do 01\n- [ ] Plan 02: b\n",
    );
  });

  test("new lines go before a dividing line, and before what is about another phase", () => {
    expect(publish("## Plans\n\nNone.\n\n---\n\nMore.\n", "01").text).toBe(
      "## Plans\n\nNone.\n\n- [ ] Plan 01: Do 01\n\n---\n\nMore.\n",
    );
    const other = "### Phase 4\n\n- [ ] Plan 01: other\n\n#### Wave 1\n\n- [ ] Plan 02: other\n";
    const own = "### **Phase 03:** Chat\n\n- [ ] Plan 02: b\n";
    expect(publish(`## Plans\n\n${other}`, "01 done").text).toBe(
      `## Plans\n\n- [x] Plan 01: Do 01\n\n${other}`,
    );
    expect(publish(`## Plans\n\n${other}\n${own}`, "01", "02 done").text).toBe(
      `## Plans\n\n${other}\n### **Phase 03:** Chat\n\n- [ ] Plan 01: Do 01\n- [x] Plan 02: b\n`,
    );
    expect(check(`## Plans\n\n${other}`, "01 done")).toMatchObject({
      checked: [],
      notInIssue: ["01"],
      total: 0,
    });
  });

  test("what a person marked as dropped stays, and counts as listed", () => {
    const body =
      "## Plans\n\n- [-] Plan 01: cancelled\n- [ ] ~~Plan 02: dropped~~\n- [ ] **~Plan 03~**: too\n";
    expect(publish(body, "01 done", "02 done", "03 done")).toMatchObject({
      text: body,
      added: [],
      checked: [],
      alreadyChecked: [],
      notInIssue: [],
      dropped: ["01", "02", "03"],
      checkedTotal: 0,
      total: 3,
    });
    const again = `${body}- [ ] Plan 02: after all\n`;
    expect(check(again, "02 done")).toMatchObject({
      text: again.replace("[ ] Plan 02", "[x] Plan 02"),
      dropped: [],
    });
  });

  test("indented lines behind a new list stay out of its last item", () => {
    const { text } = publish("text\n\n  ```\n## Plans\n", "01");
    expect(text).toBe("text\n\n## Plans\n\n- [ ] Plan 01: Do 01\n\n<!-- -->\n\n  ```\n## Plans\n");
  });

  test("two sections are read as one, and nothing is repeated", () => {
    const body = "## Plans\n\nsee below\n\n## Plans\n\n- [ ] Plan 01: a\n";
    const edited = publish(body, "01 done", "02");
    expect(edited.text).toBe("## Plans\n\nsee below\n\n## Plans\n\n- [x] Plan 01: a\n- [ ] Plan 02: Do 02\n");
    expect(edited.sections).toBe(2);
  });

  test("a plan that is left out is neither added nor ticked, and shows where others go", () => {
    const body = "## Plans\n- [ ] Plan 01: a\n- [ ] Plan 03: c\n";
    const given = plans("01 done", "02 done", "03 done", "04").map((plan) => ({
      ...plan,
      isLeftOut: plan.number !== "02",
    }));
    const edited = publishPlans(body, given, PHASE);
    expect(edited.text).toBe("## Plans\n- [ ] Plan 01: a\n- [x] Plan 02: Do 02\n- [ ] Plan 03: c\n");
    expect(edited).toMatchObject({ added: ["02"], checked: ["02"], checkedTotal: 1, total: 3 });
    expect(checkPlans(body, given, PHASE)).toMatchObject({ text: body, checked: [], notInIssue: ["02"] });
  });

  test("plans of one number share a line, ticked when all are done", () => {
    const two = (done: boolean): ListedPlan[] => [
      { id: "03-01-a", number: "01", text: "A", done: true },
      { id: "03-01-b", number: "1", text: "B", done },
    ];
    expect(publishPlans("", two(false), PHASE).text).toBe("## Plans\n\n- [ ] Plan 01: A\n");
    expect(publishPlans("", two(true), PHASE).text).toBe("## Plans\n\n- [x] Plan 01: A\n");
  });

  test("text is text, whatever replacement patterns it looks like", () => {
    const tricky: ListedPlan = { id: "03-01", number: "01", text: "cost $& $1 \\1 $' $` end", done: false };
    expect(publishPlans(TEMPLATE, [tricky], PHASE).text).toContain(
      "- [ ] Plan 01: cost $& $1 \\\\1 $' $\\` end\n",
    );
  });
});

describe("check", () => {
  test.each<[string, string]>([
    ["- [ ] Plan 01: x", "- [x] Plan 01: x"],
    ["* [ ] Plan 1: x", "* [x] Plan 1: x"],
    ["+ [ ] Plan 001: x", "+ [x] Plan 001: x"],
    ["1. [ ] Plan 01: x", "1. [x] Plan 01: x"],
    ["    - [ ] Plan 01: x", "    - [x] Plan 01: x"],
    ["\t-  [ ]  Plan  01 : x", "\t-  [x]  Plan  01 : x"],
    ["- [ ] **Plan 01:** x", "- [x] **Plan 01:** x"],
    ["- [ ] __Plan 01__: x", "- [x] __Plan 01__: x"],
    ["- [ ] plan 03-01: x", "- [x] plan 03-01: x"],
    ["- [ ] Plan 3-1: x", "- [x] Plan 3-1: x"],
    ["- [ ] Plan `03-01-PLAN.md`: x", "- [x] Plan `03-01-PLAN.md`: x"],
    ["- [ ] Plan 01 - x", "- [x] Plan 01 - x"],
    ["- [ ] Plan 01", "- [x] Plan 01"],
    ["- [~] Plan 01: x", "- [x] Plan 01: x"],
  ])("%j", (line, expected) => {
    const body = `## Plans\n\n${line}\n`;
    expect(check(body, "01 done")).toMatchObject({
      text: `## Plans\n\n${expected}\n`,
      checked: ["01"],
      total: 1,
    });
    expect(check(body, "01").text).toBe(body);
  });

  test.each([
    "- [ ] Plan 10: x",
    "- [ ] Plan 011: x",
    "- [ ] Plan 01b: x",
    "- [ ] Plan 04-01: x",
    "- [ ] Plan 1.1: x",
    "- [ ] Plan 1 of the others",
    "- [ ] Plan B: x",
    "- [ ] Planning 01: x",
    "- [ ] the Plan 01: x",
    "- Plan 01: x",
    "> - [ ] Plan 01: x",
    "- [] Plan 01: x",
  ])("%j is no line of plan 01", (line) => {
    const body = `## Plans\n\n${line}\n`;
    expect(check(body, "01 done")).toMatchObject({ text: body, checked: [], notInIssue: ["01"] });
  });

  test.each([
    ["08", "- [ ] Plan 8: x"],
    ["09", "- [ ] Plan 09: x"],
    ["02b", "- [ ] Plan 2B: x"],
    ["GAP-2", "- [ ] Plan GAP2: x"],
    ["GAP", "- [ ] Plan GAP: x"],
    ["01-FIX-1", "- [ ] Plan 1-fix1: x"],
  ])("%s is meant by %j", (number, line) => {
    expect(check(`## Plans\n${line}\n`, `${number} done`).checked).toEqual([number]);
  });

  test("reports what was ticked, what is, and what is not listed", () => {
    const body = "## Plans\r\n\r\n- [X] Plan 01: a\r\n- [ ] Plan 02: b\r\n- [ ] Plan 03: c\r\n";
    const edited = check(body, "01 done", "02 done", "03", "04 done");
    expect(edited).toEqual({
      text: body.replace("[ ] Plan 02", "[x] Plan 02"),
      added: [],
      checked: ["02"],
      alreadyChecked: ["01"],
      dropped: [],
      notInIssue: ["04"],
      checkedTotal: 2,
      total: 3,
      sections: 1,
    });
  });

  test("only lines of the section, up to a heading of its level", () => {
    const body = [
      ...["## Tasks", "- [ ] Plan 01: a", "## Plans", "### Wave 1", "- [ ] Plan 01: b", "---"],
      ...["- [ ] Plan 01: c", "## Notes", "- [ ] Plan 01: d"],
    ].join("\n");
    expect(check(body, "01 done").text).toBe(body.replace(/\[ \](?= Plan 01: [bc])/g, "[x]"));
  });

  test("never creates anything", () => {
    expect(check("", "01 done")).toMatchObject({ text: "", notInIssue: ["01"], sections: 0 });
  });
});

const LINES = [
  ...[
    "",
    "",
    "text",
    "## Plans",
    "## Plans",
    "## Notes",
    "### Wave 1",
    "# Title",
    "---",
    "***",
    "====",
    "--",
  ],
  ...[
    "- [ ] Plan 01: a",
    "- [x] Plan 1: b",
    "  * [ ] Plan 02: c",
    "- [X] **Plan 03:** d",
    "- [ ] Plan GAP-2: e",
  ],
  ...[
    "- [ ] my own",
    "- item",
    "  more",
    "1. one",
    "    code",
    "\t- [ ] Plan 04: x",
    "> ## Plans",
    "| a | b |",
  ],
  ...[
    "```",
    "~~~",
    "  ```",
    "<!--",
    "-->",
    "<!-- x -->",
    "  <!-- y",
    "<details>",
    "</details>",
    "x </details>",
  ],
  ...["<div>", "</div>", "<br>", "  <p>a</p>", "-"],
  ...[
    "_Plans will be added after phase planning completes._",
    "<!-- Checklist added by x -->",
    "**Note:** z",
  ],
  ...["<sub>Created by Kata</sub>", "_footer_", "\r", "## plans:", "<pre>", "</pre>"],
  ...["### Plans", "Plans", "-----", "### Phase 4", "- ```", "1. [ ] Plan 2: n", "<!-->", "<script>"],
  ...["- [-] Plan 01: e", "  - [ ] ~~Plan 02: f~~", "- [ ] [Plan 03: g](x)", "- > ```", "   text"],
];

const bodies = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...LINES), fc.constantFrom("\n", "\n", "\r\n")), { maxLength: 25 }),
    fc.boolean(),
  )
  .map(([lines, ends]) => {
    const text = lines.map(([line, ending]) => line + ending).join("");
    return ends ? text : text.replace(/\r?\n$/, "");
  });

const somePlans = fc
  .uniqueArray(fc.constantFrom("01", "02", "03", "04", "10", "GAP-2"), { minLength: 1, maxLength: 6 })
  .chain((numbers) =>
    fc.tuple(...numbers.sort().map((number) => fc.boolean().map((done) => ({ ...plans(number)[0]!, done })))),
  );

const RUNS = { numRuns: 3_000 };

test("text that ends no list by itself is kept apart from new lines", () => {
  const body = "## Plans\n- [ ] Plan 01: a\n  <!-- y\ntext\n-----\n- [x] Plan 03: b";
  const edited = publish(body, "01", "02", "03");
  expect(edited.text).toBe(body.replace("text", "- [ ] Plan 02: Do 02\n- [ ] Plan 03: Do 03\n\ntext"));
  expect(edited).toMatchObject({ total: 3, checkedTotal: 0 });
});

test.each([true, false])("new lines leave what stands below them as it was (finished: %s)", (done) => {
  const body = "### Plans\n- [ ] Plan 01: a\n  <!-- y\ndetails\n  ```\ntext\n\t- [ ] Plan 04: x";
  const given = [...plans("02"), ...plans("04")].map((plan) => ({ ...plan, done }));
  const once = publishPlans(body, given.slice(0, done ? 2 : 1), PHASE);
  const twice = publishPlans(once.text, given.slice(0, done ? 2 : 1), PHASE);
  expect(twice).toMatchObject({ text: once.text, added: [], checked: [] });
  expect([once.total, once.checkedTotal]).toEqual([twice.total, twice.checkedTotal]);
  expect(once.total).toBe(done ? 3 : 2);
});

describe("laws", () => {
  test("editing twice is editing once, and everything is listed and ticked afterwards", () => {
    fc.assert(
      fc.property(bodies, somePlans, (body, given) => {
        const once = publishPlans(body, given, PHASE);
        const twice = publishPlans(once.text, given, PHASE);
        expect(twice.text).toBe(once.text);
        expect(twice).toMatchObject({ added: [], checked: [], notInIssue: [] });
        expect([twice.checkedTotal, twice.total]).toEqual([once.checkedTotal, once.total]);
        const checked = checkPlans(once.text, given, PHASE);
        expect(checked.text).toBe(once.text);
        expect(checked.notInIssue).toEqual([]);
        const done = given.filter((plan) => plan.done).map(({ number }) => number);
        expect([...checked.alreadyChecked, ...checked.dropped].sort()).toEqual(done);
        expect([...once.checked, ...once.alreadyChecked, ...once.dropped].sort()).toEqual(done);
      }),
      RUNS,
    );
  });

  test("checking twice is checking once, and only boxes change", () => {
    fc.assert(
      fc.property(bodies, somePlans, (body, given) => {
        const once = checkPlans(body, given, PHASE);
        expect(checkPlans(once.text, given, PHASE)).toMatchObject({ text: once.text, checked: [] });
        expect(once.text.replace(/\[[ xX]\]/g, "[]")).toBe(body.replace(/\[[ xX]\]/g, "[]"));
        for (const [index, line] of once.text.split("\n").entries()) {
          if (line !== body.split("\n")[index]) expect(line).toMatch(/\[x\] [*[]{0,2}Plan /);
        }
      }),
      RUNS,
    );
  });

  test("publishing keeps every line but placeholders and boxes that are ticked, in order and with its ending", () => {
    const linesOf = (text: string) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    const comparable = (line: string) => line.replace(/\r*\n$|\r$/, "").replace(/\[[ xX]\]/, "[]");
    const isPlaceholder = (line: string) => /Plans will be added|Checklist added/.test(line);
    fc.assert(
      fc.property(bodies, somePlans, (body, given) => {
        const { text } = publishPlans(body, given, PHASE);
        const after = linesOf(text);
        let at = 0;
        for (const line of linesOf(body).filter((one) => !isPlaceholder(one))) {
          while (at < after.length && comparable(after[at]!) !== comparable(line)) at++;
          expect(at, `${JSON.stringify(line)} is lost`).toBeLessThan(after.length);
          if (/\[[xX]\]/.test(line)) expect(after[at]).toMatch(/\[[xX]\]/);
          if (line.endsWith("\r\n"))
            expect(after[at]!.endsWith("\n")).toBe(at < after.length - 1 || text.endsWith("\n"));
          at++;
        }
        if (!isPlaceholder(body)) expect(text.endsWith("\n")).toBe(body === "" || body.endsWith("\n"));
      }),
      RUNS,
    );
  });

  test("a large body takes linear time", () => {
    const parts = [
      "## Plans\n",
      "- [ ] Plan 01: x\n",
      "<details>\n",
      "```\n",
      "<!--\n",
      "---\n",
      "  a\n",
      "- ",
      "[",
    ];
    for (const part of parts) {
      const body = `## Plans\n${part.repeat(Math.ceil(1_000_000 / part.length))}`;
      const start = performance.now();
      publish(body, "01 done", "02", "03");
      expect(performance.now() - start, part).toBeLessThan(10_000);
    }
  });
});
